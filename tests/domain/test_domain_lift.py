"""What an operation added to a watch's mentions, on series whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.domain.daycounts import DayCount
from bot.domain.lift import CannotTell, Lift, lift

FIRST, LAST = date(2026, 9, 14), date(2026, 9, 27)
BEFORE = 56


def days(
    *,
    usual: float = 100.0,
    times: float = 1.0,
    before: int = BEFORE,
    together: Sequence[float] | NDArray[np.float64] = (),
    seed: int = 1,
) -> list[DayCount]:
    """Eight weeks with quiet weekends and the two of an operation, which has `times` as many;
    `together` is the logarithm of what moves all watches."""
    dice = np.random.default_rng(seed)
    started = FIRST - timedelta(days=before)
    found = []
    for place in range((LAST - started).days + 1):
        day = started + timedelta(days=place)
        rate = usual * (0.6 if day.weekday() >= 5 else 1.0)
        rate *= float(np.exp(together[place])) if len(together) else 1.0
        rate *= times if day >= FIRST else 1.0
        found.append(DayCount(day=day, seen=int(dice.poisson(rate * dice.gamma(50, 1 / 50)))))
    return found


def told(found: Lift | CannotTell) -> Lift:
    assert isinstance(found, Lift)
    return found


def test_thirty_in_a_hundred_more_are_found() -> None:
    found = told(lift(days(times=1.3), FIRST, LAST))

    assert found.verdict == "more"
    assert found.relative(found.low) < 0.3 < found.relative(found.high)
    assert found.probability > 0.99


def test_an_operation_without_effect_is_not_told_as_one() -> None:
    found = told(lift(days(), FIRST, LAST))

    assert found.low < 0 < found.high
    assert found.verdict in {"none", "unsure"}


def test_a_fall_is_told_as_well() -> None:
    assert told(lift(days(times=0.6), FIRST, LAST)).verdict == "fewer"


def test_a_busy_regular_watch_tells_that_there_was_nothing_to_speak_of() -> None:
    regular = [DayCount(day=FIRST + timedelta(days=n), seen=2_000 + n % 7) for n in range(-100, 14)]

    assert told(lift(regular, FIRST, LAST)).verdict == "none"


def test_the_weekend_is_expected_to_be_quiet() -> None:
    found = told(lift(days(), FIRST, LAST))
    expected = {one.day.weekday(): one.expected for one in found.days if one.day >= FIRST}

    assert expected[6] < 0.8 * expected[2]


def test_the_days_before_are_told_beside_those_of_the_operation() -> None:
    found = told(lift(days(times=2), FIRST, LAST))

    assert found.days[0].day == FIRST - timedelta(days=28)
    assert found.days[-1].day == LAST
    before = [one for one in found.days if one.day < FIRST]
    inside = sum(one.low <= one.seen <= one.high for one in before)
    assert inside >= 0.75 * len(before)


def test_what_lifted_everybody_is_not_taken_for_the_operation() -> None:
    wave = np.r_[0.3 * np.sin(np.arange(BEFORE) / 5), np.full(14, 0.5)]
    watch = days(together=wave)
    others = {f"other {n}": days(together=wave, seed=n) for n in (11, 12, 13)}

    alone = told(lift(watch, FIRST, LAST))
    beside = told(lift(watch, FIRST, LAST, others))

    assert set(beside.beside) == set(others)
    assert alone.verdict == "more"
    assert beside.verdict != "more"


def test_a_competitor_that_moved_by_itself_is_set_aside() -> None:
    others = {
        "shocked": days(times=3.0, seed=11),
        "calm": days(seed=12),
        "quiet": days(seed=13),
    }

    found = told(lift(days(times=1.3), FIRST, LAST, others))

    assert found.aside == (("shocked", "moved"),)
    assert found.verdict == "more"


def test_where_all_hangs_on_a_comparison_that_moved_it_cannot_be_told() -> None:
    wave = 0.3 * np.sin(np.arange(BEFORE + 14) / 5)
    other = days(together=wave, times=2.5, seed=11)

    found = lift(days(together=wave), FIRST, LAST, {"other": other})

    assert isinstance(found, CannotTell)
    assert found.why == "moved"
    assert found.with_it is not None
    assert found.without_it is not None
    assert found.with_it.verdict == "fewer"
    assert found.without_it.verdict != "fewer"


def test_two_weeks_are_too_short_a_past() -> None:
    assert lift(days(before=14), FIRST, LAST) == CannotTell(why="too short", known=14, of=21)


def test_an_operation_of_which_half_was_not_seen_cannot_be_told() -> None:
    unseen = {FIRST + timedelta(days=n) for n in range(7)}
    series = [
        day if day.day not in unseen else DayCount(day=day.day, seen=0, share=0.0) for day in days()
    ]

    assert lift(series, FIRST, LAST) == CannotTell(why="gap", known=7, of=14)


def test_a_mention_now_and_then_is_too_little() -> None:
    found = lift(days(usual=0.3), FIRST, LAST)

    assert isinstance(found, CannotTell)
    assert found.why == "too few"


def test_an_operation_that_goes_on_is_not_judged() -> None:
    found = lift(days(), FIRST, LAST + timedelta(days=1))

    assert isinstance(found, CannotTell)
    assert found.why == "not over"


def test_a_day_of_which_a_part_was_seen_is_held_against_that_part() -> None:
    whole = days(usual=1_000)
    halved = [
        DayCount(day=day.day, seen=day.seen // 2, share=0.5) if day.day == LAST else day
        for day in whole
    ]

    found = told(lift(halved, FIRST, LAST))

    assert abs(found.relative(found.extra)) < 0.1


def test_a_comparison_that_was_not_seen_is_named() -> None:
    other = [day for day in days(seed=11) if day.day != LAST]

    found = told(lift(days(), FIRST, LAST, {"other": other}))

    assert found.beside == ()
    assert found.aside == (("other", "unseen"),)


def test_the_same_question_has_the_same_answer() -> None:
    assert lift(days(), FIRST, LAST) == lift(days(), FIRST, LAST)


def test_an_operation_begins_before_it_ends() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        lift(days(), LAST, FIRST)
