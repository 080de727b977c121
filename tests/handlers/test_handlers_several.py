"""Several watches and a length of time, however they are typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.asked.several import several_in

WATCHES = ("Lumo", "Lumo Pro", "Éclair", "2 Days")
MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("line", "watches", "length"),
    [
        ("Lumo Éclair 30d", ("Lumo", "Éclair"), MONTH),
        ("lumo vs eclair", ("Lumo", "Éclair"), None),
        ("30 days Lumo, Lumo Pro and “Éclair”", ("Lumo", "Lumo Pro", "Éclair"), MONTH),
        ("lumo pro contre lumo sur 30 jours", ("Lumo Pro", "Lumo"), MONTH),
        ('"Lumo Pro" "Lumo" 2 days', ("Lumo Pro", "Lumo", "2 Days"), None),
        ("Lumo Lumo", ("Lumo",), None),
        ("Lumo Rival", ("Lumo", "Rival"), None),
        ("", (), None),
    ],
)
def test_watches_and_a_length_are_found_in_any_order(
    line: str, watches: tuple[str, ...], length: timedelta | None
) -> None:
    assert several_in(line, WATCHES) == (watches, length)


@given(st.text())
def test_whatever_is_typed_it_comes_to_an_end(line: str) -> None:
    several_in(line, WATCHES)
