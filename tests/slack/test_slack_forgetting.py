"""What is told of an author who is forgotten."""

from __future__ import annotations

from datetime import UTC

import pytest

from bot.i18n import Language, Voice
from bot.slack.blocks.forgetting import forgotten_words


@pytest.mark.parametrize(("locale", "words"), [("en", "Nothing is held of"), ("fr", "ada")])
def test_a_second_click_is_told_that_nothing_was_left(locale: Language, words: str) -> None:
    told = forgotten_words("@ada", 0, 0, Voice(locale, UTC))
    assert words in told
    assert "Forgotten" not in told


def test_what_was_forgotten_is_counted() -> None:
    told = forgotten_words("@ada", 1, 2, Voice("en", UTC))
    assert told.startswith("Forgotten: 1 mention and 2 answers in threads of ")
