"""Words that are marked for the translators where they are written, and said elsewhere."""

from __future__ import annotations


def phrase(words: str) -> str:
    """The words as they are: their English text is their name in the catalogues of `bot/locale`."""
    return words
