"""What went wrong somewhere else, kept so that it can be said in any reader's language."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bot.errors import WordedError


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """English words that name themselves in the catalogues, and what stands in their `{places}`:
    names, numbers, or words that are in the catalogues as well. It is `lasting` where somebody may
    have to change something."""

    words: str
    values: Mapping[str, str] = {}
    lasting: bool = False


def fault(error: WordedError) -> Fault:
    """The fault that an error tells of."""
    values = {name: str(it) for name, it in error.values.items()}
    return Fault(words=error.words, values=values, lasting=not error.retry)
