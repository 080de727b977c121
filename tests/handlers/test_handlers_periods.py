"""A watch and a length of time in a line of words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConversationError
from handlers.asked.periods import Period, period_in

WATCHES = ("Lumo", "Lumo Pro", "3M", "Été 2026")
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.mark.parametrize(
    ("line", "watch", "length"),
    [
        ("", "", None),
        ("Lumo", "Lumo", None),
        ("lumo 24h", "Lumo", DAY),
        ("7d Lumo Pro", "Lumo Pro", WEEK),
        ('"Lumo"', "Lumo", None),
        ("“Lumo Pro” 7 days", "Lumo Pro", WEEK),
        ("« Lumo » 24 h", "Lumo", DAY),
        ("de Lumo sur les 7 derniers jours", "de Lumo sur les 7 derniers jours", None),
        ("de Lumo sur 7 jours", "Lumo", WEEK),
        ("of Lumo for the last 24h", "Lumo", DAY),
        ("24h", "", DAY),
        ("3M", "3M", None),
        ("3M 24h", "3M", DAY),
        ("1h 30m", "", timedelta(minutes=90)),
        ("Limo 24h", "Limo", DAY),
        ("été 2026", "Été 2026", None),
        ("Limo", "Limo", None),
        ("Galaxy 5", "Galaxy 5", None),
    ],
)
def test_a_line_names_a_watch_and_a_length(line: str, watch: str, length: timedelta | None) -> None:
    found = period_in(line, WATCHES)
    assert found.length == length
    if length or watch in WATCHES:
        assert found.watch == watch


@pytest.mark.parametrize("line", ["Lumo 99x", "99x", "Lumo 0h", "0h", "Lumo -3d", "9999999w Lumo"])
def test_what_is_no_length_is_told_to_be_none(line: str) -> None:
    with pytest.raises(ConversationError, match="is no length of time"):
        period_in(line, WATCHES)


@given(st.text(max_size=60))
def test_no_line_is_too_odd(line: str) -> None:
    try:
        found = period_in(line, WATCHES)
    except ConversationError:
        return
    assert found == period_in(line, WATCHES)
    assert isinstance(found, Period)
