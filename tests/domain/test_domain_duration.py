"""Lengths of time as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.duration import LONGEST, duration, written


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("1h30m", 5400), ("1 h", 3600), ("2W", 1209600), ("0.5h", 1800)],
)
def test_what_people_write_is_understood(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "h", "5 apples", "-5m", "0s", "9999999d", "5mx", "٥m"])
def test_what_is_none_is_none(text: str) -> None:
    assert duration(text) is None


@given(st.text(max_size=30))
def test_no_text_is_a_surprise(text: str) -> None:
    found = duration(text)
    assert found is None or timedelta() < found <= LONGEST


@given(st.integers(1, 10**8))
def test_what_is_written_reads_back_the_same(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert duration(written(length)) == length
