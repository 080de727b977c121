"""The pieces of cards keep to Slack's limits, and cut where nothing breaks."""

from __future__ import annotations

import re
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Voice
from bot.slack.blocks.parts import fitted, section, sparkline, within
from bot.slack.mrkdwn import escape, link

WORDS = st.lists(
    st.one_of(
        st.text(alphabet="abé&<>", min_size=1, max_size=12).map(escape),
        st.text(alphabet="abc d", min_size=1, max_size=9).map(
            lambda label: link("https://example.org/x", label)
        ),
    ),
    max_size=40,
).map(" ".join)


@given(WORDS, st.integers(1, 120))
def test_a_cut_breaks_no_word_no_link_and_no_escaped_character(text: str, limit: int) -> None:
    shown = within(text, limit)
    assert len(shown) <= limit
    if shown == text:
        return
    assert shown.endswith("…")
    kept = shown[:-1].rstrip()
    assert text.startswith(kept)
    assert text[len(kept) : len(kept) + 1] in (" ", "", "<") or not kept
    assert kept.count("<") == kept.count(">")
    assert re.search(r"&(?!amp;|lt;|gt;)", kept) is None


def test_a_list_that_is_too_long_says_that_it_was_shortened() -> None:
    card = fitted("many", [section("x" * 900) for _ in range(30)], Voice("en", UTC))
    assert len(card.blocks) < 12
    assert "shortened" in str(card.blocks[-1])


def test_a_sparkline_is_flat_without_counts_and_has_its_peak_at_the_top() -> None:
    assert sparkline([0, 0, 0]) == "▁▁▁"
    assert sparkline([0, 5, 10])[-1] == "█"
