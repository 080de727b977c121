"""Waves: a share of negative posts that the usual one does not account for, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.waves import FEWEST, RECENT, Moods, Wave, chance, heard, is_over, wave

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MONTH = 30.0
POLL = 300

Posts = list[tuple[int, bool]]


def after_weeks(a_day: float, share: float, days: int = 30, seed: int = 1) -> Moods:
    """The moods of a watch that had so many posts a day, that share of them negative."""
    return heard(Moods(), posts(Random(seed), a_day, share, days), NOW)


def posts(rng: Random, a_day: float, share: float, days: float, drift: float = 0.0) -> Posts:
    """An ordinary stream that ends now; `drift` is how much its hours differ in their share (the
    correlation of two posts of the same hour)."""
    start, hour, day = NOW - timedelta(days=days), -1, 0.0
    found: Posts = []
    now_share = share
    while (day := day + rng.expovariate(a_day)) < days:
        if drift and int(day * 24) != hour:
            hour = int(day * 24)
            weight = 1 / drift - 1
            now_share = rng.betavariate(share * weight, (1 - share) * weight)
        found.append((int(start.timestamp() + day * 86_400), rng.random() < now_share))
    return found


def in_a_row(pattern: str, every: timedelta) -> Posts:
    """Posts from now on, `x` for a negative one."""
    return [
        (int((NOW + every * n).timestamp()), letter == "x")
        for n, letter in enumerate(pattern, start=1)
    ]


def after(moods: Moods, pattern: str, every: timedelta) -> tuple[Moods, datetime]:
    now = NOW + every * len(pattern)
    return heard(moods, in_a_row(pattern, every), now), now


def rings(stream: Sequence[tuple[int, bool]]) -> Iterator[Wave]:
    """The waves that polls every five minutes would tell of."""
    moods, running, at = Moods(), False, 0
    while at < len(stream):
        end = stream[at][0] // POLL * POLL + POLL
        until = next((n for n in range(at, len(stream)) if stream[n][0] >= end), len(stream))
        now = datetime.fromtimestamp(end, UTC)
        moods = heard(moods, stream[at:until], now, running=running)
        running = running and not is_over(moods, now)
        if not running and (found := wave(moods, MONTH)):
            running = True
            yield found
        at = until


@pytest.mark.parametrize(
    ("a_day", "pattern"),
    [(24, "..x.x..x.x..xx..x..x"), (48, "....x.x..x.xxx..x..x"), (120, "....x.xx.xx.x.x.xx.x")],
)
def test_eight_negative_of_twenty_are_a_wave_where_two_are_usual(a_day: int, pattern: str) -> None:
    """Of a watch of five posts an hour, ten: it has five times as many chances to be wrong."""
    moods, _ = after(after_weeks(a_day, 0.1), pattern, timedelta(days=1) / a_day)
    found = wave(moods, MONTH)
    assert found is not None
    assert found.negative == pattern.count("x")
    assert found.usual == pytest.approx(0.1, abs=0.04)
    assert found.once_in_days > MONTH


def test_two_negative_of_twenty_are_as_usual() -> None:
    moods, _ = after(after_weeks(24, 0.1), "....x.........x.....", timedelta(hours=1))
    assert wave(moods, MONTH) is None


def test_a_few_negative_posts_in_a_row_are_read_one_by_one() -> None:
    moods, _ = after(after_weeks(24, 0.0), "x" * (FEWEST - 1), timedelta(minutes=5))
    assert wave(moods, MONTH) is None


def test_nothing_is_said_while_little_is_known() -> None:
    moods, _ = after(after_weeks(2, 0.1, days=8), "xxxxxxxxxx", timedelta(minutes=5))
    assert wave(moods, MONTH) is None


def test_a_watch_that_is_always_scolded_has_no_wave_in_being_scolded() -> None:
    moods, _ = after(after_weeks(48, 0.7), "xxx.xxxx.xxx.xxxxx.x", timedelta(minutes=10))
    assert wave(moods, MONTH) is None


def test_a_wave_is_over_when_posts_are_as_usual_again() -> None:
    moods, now = after(after_weeks(48, 0.1), "xxxxxxxxxx", timedelta(minutes=5))
    assert not is_over(moods, now)
    calm = [(int((now + timedelta(minutes=n)).timestamp()), False) for n in range(1, 31)]
    assert is_over(heard(moods, calm, now, running=True), now + timedelta(minutes=31))


def test_a_wave_after_which_nothing_comes_is_over() -> None:
    moods, now = after(after_weeks(48, 0.1), "xxxxxxxxxx", timedelta(minutes=5))
    assert is_over(moods, now + timedelta(hours=7))


def test_a_wave_does_not_become_what_is_usual() -> None:
    usual = after_weeks(240, 0.1)
    pattern = "xx." * 60
    moods = usual
    for n, post in enumerate(in_a_row(pattern, timedelta(minutes=1))):
        moods = heard(moods, [post], NOW + timedelta(minutes=n + 1), running=True)
    assert moods.usual.share == pytest.approx(usual.usual.share, abs=0.02)


def test_posts_that_take_after_each_other_make_the_usual_less_sure() -> None:
    steady = heard(Moods(), posts(Random(3), 480, 0.2, 30), NOW)
    bursty = heard(Moods(), posts(Random(3), 480, 0.2, 30, drift=0.1), NOW)
    assert bursty.usual.weight < steady.usual.weight / 5


@given(st.lists(st.booleans(), max_size=300), st.integers(1, 5))
def test_what_is_kept_has_a_bound(patterns: list[bool], polls: int) -> None:
    moods = Moods()
    for n in range(polls):
        stream = [(int(NOW.timestamp()) + n * 1000 + k, is_so) for k, is_so in enumerate(patterns)]
        moods = heard(moods, stream, NOW + timedelta(seconds=(n + 1) * 1000))
    assert len(moods.recent) <= RECENT
    assert 0 < moods.usual.share < 1


@given(st.integers(1, 40), st.data())
def test_the_chance_with_much_behind_the_share_is_the_binomial_one(
    of: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, of))
    share = data.draw(st.floats(0.05, 0.95))
    binomial = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))
    sure = 1e8
    assert chance(count, of, share * sure, (1 - share) * sure) == pytest.approx(
        binomial, rel=1e-3, abs=1e-9
    )


def test_a_uniform_share_makes_every_count_alike() -> None:
    assert chance(3, 9, 1, 1) == pytest.approx(7 / 10)


@pytest.mark.parametrize(
    ("a_day", "months"), [(2.4, 30), (12, 20), (48, 12), (120, 8), (480, 3), (2400, 1)]
)
def test_an_ordinary_stream_rings_less_than_once_in_a_month(a_day: float, months: int) -> None:
    false = sum(
        len(list(rings(posts(Random(seed), a_day, share, 30 * months / 4, drift=drift))))
        for seed, (share, drift) in enumerate(((0.1, 0), (0.3, 0), (0.1, 0.02), (0.3, 0.02)))
    )
    assert false <= months


def test_a_very_busy_ordinary_stream_is_quiet_for_a_day() -> None:
    assert not list(rings(posts(Random(5), 24_000, 0.15, 2, drift=0.01)))


@pytest.mark.parametrize(("a_day", "within"), [(12, 30), (24, 30), (120, 30), (2400, 45)])
def test_a_share_that_goes_from_a_tenth_to_four_is_found_soon(a_day: float, within: int) -> None:
    """In half of the cases within so many posts."""
    found = 0
    for seed in range(40):
        rng = Random(seed)
        moods = after_weeks(a_day, 0.1, days=30 if a_day < 1000 else 4, seed=seed)
        pattern = "".join("x" if rng.random() < 0.4 else "." for _ in range(within))
        every = timedelta(days=1) / a_day
        found += any(wave(after(moods, pattern[:n], every)[0], MONTH) for n in range(5, within + 1))
    assert found >= 24
