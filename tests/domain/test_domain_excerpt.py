from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.excerpt import shorten


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short enough", 12, "short enough"),
        ("a  text\n on\tlines ", 30, "a text on lines"),
        ("cut between words", 12, "cut between…"),
        ("cut between words", 11, "cut…"),
        ("cut, then comma", 5, "cut…"),
        ("incomprehensible", 7, "incomp…"),
        ("cafe\u0301s", 5, "caf…"),
        ("👩‍🚀👩‍🚀", 5, "👩‍🚀…"),
        ("🇫🇷🇧🇪🇨🇭", 4, "🇫🇷…"),
        ("👍🏽👍🏽", 2, "…"),
        ("word", 1, "…"),
    ],
)
def test_a_text_is_cut_where_a_reader_would_cut_it(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


def test_a_limit_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="0 characters"):
        shorten("text", 0)


@given(
    st.text(st.sampled_from("abé ,-\n👩\u200d🚀\u0301🇫🇷🏽") | st.characters()), st.integers(1, 40)
)
def test_what_is_left_is_whole_words_within_the_limit(text: str, limit: int) -> None:
    short = shorten(text, limit)
    words = text.split()
    assert len(short) <= limit
    if short.endswith("…") and short != " ".join(words):
        kept = short[:-1].split()
        for left, original in list(zip(kept, words, strict=False))[:-1]:
            assert left == original
        if len(kept) > 1:
            assert words[len(kept) - 1].rstrip(" ,;:–—-") == kept[-1].rstrip(" ,;:–—-")


@given(st.text(), st.integers(1, 40))
def test_shortening_again_changes_nothing(text: str, limit: int) -> None:
    assert shorten(shorten(text, limit), limit) == shorten(text, limit)
