"""What people type, as the lexicon spells it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.tidying import Tidying

TIDYING = Tidying({"😹": "cat with tears of joy"}, ["🤦", "😡"])


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("I can’t", "I can't"),
        ("late,rude", "late, rude"),
        ("late...rude", "late... rude"),
        ("no/yes and 1,000.50 at 9:30", "no/ yes and 1,000.50 at 9:30"),
        ("well-made", "well-made"),
        ("#NeverFlyAgain", "#Never Fly Again"),
        ("#lumo", "#lumo"),
        ("see https://example.org/so-bad,really ok", "see  ok"),
        ("@united late", "@ late"),
        ("so🤦🏽‍♀️sad", "so 🤦 sad"),
        ("cats😹", "cats cat with tears of joy"),
        ("été 🚲", "été 🚲"),
    ],
)
def test_a_text_is_made_tidy(text: str, tidy: str) -> None:
    assert TIDYING.tidy(text) == tidy


@given(st.text(max_size=80))
def test_no_dressing_is_left_on_any_emoji(text: str) -> None:
    tidy = TIDYING.tidy(f"{text} 😡\ufe0f")
    assert "\ufe0f" not in tidy
    assert "\u200d" not in tidy
