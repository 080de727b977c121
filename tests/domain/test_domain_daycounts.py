"""Mentions by day, in the zone of those who ask."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.daycounts import day_counts
from bot.domain.volume import SLOTS_A_DAY

PARIS = ZoneInfo("Europe/Paris")
MIDNIGHT = datetime(2026, 6, 9, 22, tzinfo=UTC)  # in Paris
UNSEEN = [None] * 16


def test_a_day_is_one_of_the_zone() -> None:
    counts = [1] * SLOTS_A_DAY + [2] * SLOTS_A_DAY

    found = day_counts(MIDNIGHT, counts, PARIS)

    assert [(one.day, one.seen) for one in found] == [
        (date(2026, 6, 10), SLOTS_A_DAY),
        (date(2026, 6, 11), 2 * SLOTS_A_DAY),
    ]
    assert [one.share for one in found] == pytest.approx([1.0, 1.0])


def test_a_day_cut_short_was_seen_in_part() -> None:
    (day,) = day_counts(MIDNIGHT, [1] * (SLOTS_A_DAY // 4), PARIS)

    assert day.share == pytest.approx(0.25, abs=0.15)


def test_a_missed_night_is_less_of_a_day_than_a_missed_afternoon() -> None:
    usual = [*[0] * 32, *[10] * 64]
    night = [*UNSEEN, *usual[16:]]
    afternoon = [*usual[:56], *UNSEEN, *usual[72:]]

    _, without_night, without_afternoon = day_counts(MIDNIGHT, [*usual, *night, *afternoon], PARIS)

    assert without_night.share > 0.95
    assert without_afternoon.share == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    ("start", "slots"),
    [(datetime(2026, 3, 28, 23, tzinfo=UTC), 92), (datetime(2026, 10, 24, 22, tzinfo=UTC), 100)],
)
def test_the_days_on_which_the_clock_moves_are_whole(start: datetime, slots: int) -> None:
    (day,) = day_counts(start, [4] * slots, PARIS)

    assert day.share == pytest.approx(1.0, abs=0.01)


def test_no_counts_are_no_days() -> None:
    assert day_counts(MIDNIGHT, [], PARIS) == ()
