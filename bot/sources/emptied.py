"""Searches that find nothing any more, though they did: whoever hides what there is (a block, an
index that was lost) often answers with an empty list, not with an error. Pure.

What one poll found is read again by the next one, so that nothing at all is suspicious where there
were posts of several people; one of them may have taken theirs back, all of them have not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.errors import SourceGarbled
from bot.sources.seen import digest

CROWD = 5
"""People whose posts do not go all at once."""

_SURELY = 0.75
"""The part of a search's history of which it is sure that it still shows it."""


def is_crowd(authors: Iterable[str]) -> bool:
    """Whether posts of these authors are by several people."""
    return len(set(authors)) >= CROWD


def is_shown(since: int, history: timedelta, now: datetime) -> bool:
    """Whether a search that shows a `history` still shows what is from `since` (epoch) on."""
    return now.timestamp() - since <= _SURELY * history.total_seconds()


def name_of(terms: Iterable[str]) -> str:
    """A short name for what is searched for together, in whatever order."""
    return digest(*sorted(terms), size=6)


def nothing_any_more() -> SourceGarbled:
    """The error where that is so of all that is searched for."""
    return SourceGarbled("It finds nothing any more, though it showed posts of several people.")
