"""Everybody is offered the tour once; and once more who had no time for it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.tours import LATER, STEPS, Tour, at_step, offer, put_off
from tests.builders import NOW

DAY = timedelta(days=1)


def offered() -> Tour:
    tour = offer(None, "U_SAM", NOW)
    assert tour
    return tour


def test_who_was_shown_round_is_not_asked_again() -> None:
    tour = offered()
    assert offer(tour, "U_SAM", NOW + 400 * DAY) is None
    for step in range(1, STEPS + 2):
        tour = at_step(tour, step)
    assert tour.state == "done"
    assert offer(tour, "U_SAM", NOW + 400 * DAY) is None


def test_who_had_no_time_is_asked_once_more_a_week_later() -> None:
    tour = put_off(offered(), for_ever=False)
    assert offer(tour, "U_SAM", NOW + LATER - DAY) is None
    again = offer(tour, "U_SAM", NOW + LATER)
    assert again
    assert offer(put_off(again, for_ever=False), "U_SAM", NOW + 400 * DAY) is None


def test_never_is_never() -> None:
    assert offer(put_off(offered(), for_ever=True), "U_SAM", NOW + 400 * DAY) is None


def test_who_looks_again_has_not_asked_to_be_asked_again() -> None:
    for settled in (put_off(offered(), for_ever=True), at_step(offered(), STEPS + 1)):
        again = put_off(at_step(settled, 1), for_ever=False)
        assert again.state == settled.state
        assert offer(again, "U_SAM", NOW + 400 * DAY) is None
