"""The life of a spike."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import Episode, Told
from bot.domain.detection import SLOT, Evidence, History, Verdict
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.spikes import is_calm, is_off, peak, spike_step, turned_at
from bot.domain.verdicts import State
from tests.builders import NOW, a_mention

HOUR = timedelta(hours=1)
TOLD = Told(at=NOW, volume=30, severity="low")


def a_history(*recent: int | None, quiet: int = 1) -> History:
    """Ten quiet days, then these slots, the last of which runs."""
    counts = (quiet,) * 960 + recent
    return History(start=NOW - SLOT * (len(counts) - 1), counts=counts)


def evidence(seen: int = 60, minutes: int = 0, *, rare: float = 900) -> Evidence:
    end = NOW + timedelta(minutes=minutes)
    return Evidence(
        window_start=end - HOUR,
        window_end=end,
        seen=seen,
        expected=4,
        low=0,
        high=9,
        once_in_days=rare,
        known_days=7,
        sensitivity=30,
    )


def a_verdict(state: State, rare: float = 0.5) -> Verdict:
    return Verdict(state=state, evidence=evidence(rare=900 if state == "spike" else rare))


def an_episode(last_over: timedelta) -> Episode:
    return Episode(watch="Lumo", alert="s1", began=NOW, last_over=NOW - last_over, told=60)


def posts(*scores: float | None) -> list[Mention]:
    return [
        a_mention(
            id=f"m{n:03}",
            at=NOW + timedelta(seconds=n),
            analysis=Analysis(
                language="en", sentiment=None if score is None else Sentiment(score=score)
            ),
        )
        for n, score in enumerate(scores)
    ]


def test_a_spike_begins_goes_on_and_is_nothing_without_a_verdict() -> None:
    assert spike_step(None, a_verdict("spike"), NOW, HOUR) == "raise"
    assert spike_step(an_episode(HOUR), a_verdict("spike"), NOW, HOUR) == "go_on"
    for state in ("quiet", "learning", "incomplete"):
        assert spike_step(an_episode(HOUR), a_verdict(state), NOW, HOUR) == "none"


def test_a_spike_goes_on_until_there_is_no_more_than_comes_once_a_day() -> None:
    assert spike_step(an_episode(HOUR), a_verdict("quiet", 1.5), NOW, HOUR) == "go_on"
    assert spike_step(an_episode(HOUR), a_verdict("quiet", 0.9), NOW, HOUR) == "none"
    assert spike_step(an_episode(HOUR), a_verdict("incomplete", 0.9), NOW, HOUR) == "none"
    assert spike_step(None, a_verdict("quiet", 1.5), NOW, HOUR) == "none"


def test_a_mention_or_two_are_no_spike_that_goes_on_however_rare() -> None:
    few = Verdict(state="quiet", evidence=evidence(2, rare=20))
    assert spike_step(an_episode(HOUR), few, NOW, HOUR) == "none"


def test_a_spike_goes_on_where_what_was_seen_of_its_hour_is_enough() -> None:
    assert spike_step(an_episode(HOUR), a_verdict("incomplete", 1.5), NOW, HOUR) == "go_on"
    assert spike_step(None, a_verdict("incomplete", 1.5), NOW, HOUR) == "none"


def test_one_that_was_left_running_for_a_day_is_over_and_another_begins() -> None:
    assert spike_step(an_episode(24 * HOUR), a_verdict("spike"), NOW, HOUR) == "raise"


def test_one_that_would_have_ended_long_since_takes_nothing_into_its_thread() -> None:
    assert spike_step(an_episode(2 * HOUR), None, NOW, HOUR) == "none"
    assert spike_step(an_episode(3 * HOUR), None, NOW, HOUR) == "over"
    assert spike_step(an_episode(3 * HOUR), a_verdict("incomplete"), NOW, HOUR) == "over"


def test_figures_are_drawn_anew_when_they_are_off_or_old() -> None:
    assert not is_off(evidence(60), evidence(70, minutes=1))
    assert is_off(evidence(60), evidence(80, minutes=1))
    assert is_off(evidence(60), evidence(40, minutes=1))
    assert is_off(evidence(60), evidence(60, minutes=5))


def test_the_volume_is_calm_once_a_whole_hour_is_as_usual() -> None:
    assert is_calm(a_history(1, 1, 1, 1), NOW, HOUR)
    assert not is_calm(a_history(60, 1, 1, 1), NOW, HOUR)
    assert is_calm(a_history(60, 1, 1, 1, 1), NOW, HOUR)


def test_a_longer_calm_is_several_hours_each_as_usual() -> None:
    assert not is_calm(a_history(60, *(1,) * 8), NOW, 3 * HOUR)
    assert is_calm(a_history(60, *(1,) * 12), NOW, 3 * HOUR)


def test_an_hour_that_was_not_seen_whole_is_not_calm() -> None:
    assert not is_calm(a_history(1, None, 1, 1), NOW, HOUR)


def test_the_busiest_hour_is_found_wherever_it_was() -> None:
    found = peak(a_history(5, 30, 40, 20, 10, 1, 1, 1), NOW - 6 * SLOT)
    assert found.mentions == 100
    assert found.at == NOW - 6 * SLOT


@given(st.lists(st.integers(0, 200), min_size=1, max_size=40), st.integers(0, 60))
def test_no_hour_since_then_was_busier_than_the_busiest(counts: list[int], slots: int) -> None:
    history, since = a_history(*counts), NOW - SLOT * slots
    busiest = peak(history, since)
    seen = [count or 0 for count in history.counts[-1 - slots :]]
    assert busiest.mentions == max(sum(seen[n : n + 4]) for n in range(len(seen)))
    assert busiest.at >= since


def test_praise_that_turns_into_complaints_is_told_from_the_first_complaint_on() -> None:
    found = turned_at(posts(*(0.7,) * 25, *(-0.8,) * 14), TOLD)
    assert found == NOW + timedelta(seconds=25)


def test_a_few_complaints_turn_nothing_and_neither_do_posts_that_nobody_reads() -> None:
    assert turned_at(posts(*(0.7,) * 25, *(-0.8,) * 6), TOLD) is None
    assert turned_at(posts(*(0.7,) * 25, *(None,) * 40), TOLD) is None


def test_what_was_negative_from_the_first_does_not_turn() -> None:
    assert turned_at(posts(*(-0.8,) * 60), TOLD) is None


def test_praise_that_left_the_hour_counts_as_it_was_told() -> None:
    glad = Told(at=NOW - HOUR, volume=40, severity="low", negative=1, read=30)
    assert turned_at(posts(*(-0.8,) * 14), glad) == NOW


@given(st.lists(st.none() | st.floats(-1, 1), max_size=60))
def test_a_turn_lies_within_the_hour_that_was_looked_at(scores: list[float | None]) -> None:
    found = turned_at(posts(*scores), TOLD)
    assert found is None or NOW <= found < NOW + timedelta(seconds=len(scores))
