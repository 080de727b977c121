"""A clock that a file winds on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.clocks import FURTHEST, ClockAhead, ahead_in, wind, wound

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def noon() -> datetime:
    return NOON


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clock-ahead"


def test_without_a_file_it_is_the_real_time(file: Path) -> None:
    assert ClockAhead(file, noon)() == NOON


def test_it_goes_on_as_the_real_clock_does(file: Path) -> None:
    wind(file, 3600)
    times = iter((NOON, NOON + timedelta(seconds=5)))
    clock = ClockAhead(file, lambda: next(times))
    assert (clock(), clock()) == (NOON + HOUR, NOON + HOUR + timedelta(seconds=5))


def test_it_is_wound_on_while_it_runs_as_often_as_one_likes(file: Path) -> None:
    clock = ClockAhead(file, noon)
    for hours in range(5):
        wind(file, 3600 * hours)
        assert clock() == NOON + hours * HOUR


def test_one_that_starts_anew_is_where_the_others_are(file: Path) -> None:
    wind(file, 3600)
    assert ClockAhead(file, noon)() == ClockAhead(file, noon)() == NOON + HOUR


@pytest.mark.parametrize("after", ["60", "", "soon", "-1", "nan", "1e400", "é"])
def test_it_never_goes_back_whatever_the_file_comes_to_hold(file: Path, after: str) -> None:
    clock = ClockAhead(file, noon)
    wind(file, 3600)
    assert clock() == NOON + HOUR
    file.write_text(after, encoding="utf-8")
    assert clock() == NOON + HOUR
    file.unlink()
    assert clock() == NOON + HOUR


def test_winding_leaves_nothing_but_the_file(file: Path) -> None:
    wind(file, 3600)
    wind(file, 7200)
    assert [each.name for each in file.parent.iterdir()] == [file.name]


@given(st.text())
def test_whatever_a_file_holds_is_a_reachable_time_or_nothing(text: str) -> None:
    ahead = ahead_in(text)
    assert ahead is None or timedelta(0) <= ahead <= FURTHEST


@given(st.lists(st.one_of(st.floats().map(repr), st.text(max_size=5))))
def test_a_clock_that_is_wound_only_goes_on(texts: list[str]) -> None:
    ahead = timedelta(0)
    for text in texts:
        before, ahead = ahead, wound(ahead, text)
        assert before <= ahead <= FURTHEST


@given(st.floats(0, FURTHEST.total_seconds()))
def test_what_is_written_is_what_is_read(seconds: float) -> None:
    assert ahead_in(f"{seconds!r}\n") == timedelta(seconds=seconds)
