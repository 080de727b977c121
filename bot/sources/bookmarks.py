"""How far a search was read: what its cursor holds, and how cursors of watches compare. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Annotated, NamedTuple

import msgspec

from bot.sources import seen

_Epoch = Annotated[int, msgspec.Meta(ge=1_000_000_000, le=10_000_000_000)]


class Known(NamedTuple):
    """The newest post known (epoch) after the last poll of a term, and after the one before it."""

    before: _Epoch
    last: _Epoch


class Bookmark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far each term is known; which the last poll left out, in their turn; marks of what was
    found lately; the names of the queries (`bot.sources.emptied`) for which the next poll must find
    something again."""

    known: dict[str, Known] = {}
    left: tuple[str, ...] = ()
    seen: seen.Marks = {}
    full: tuple[str, ...] = ()


def moved_on(known: Known | None, newest: int) -> Known:
    """How far a term is known, where the newest post is now of this time."""
    return Known(known.last if known else newest, newest)


@lru_cache(16)  # watches that are read together have the same one
def bookmark(cursor: str | None) -> Bookmark:
    """A cursor as it was written; an empty one where it cannot be read."""
    try:
        return msgspec.json.decode(cursor or "", type=Bookmark)
    except (msgspec.MsgspecError, RecursionError):
        return Bookmark()


def joined(cursors: Sequence[str]) -> str:
    """From where a search must be read on for all of several cursors: of each term from where it
    is known least far, and all that is not marked in each of them is new to one."""
    marks = [bookmark(cursor) for cursor in dict.fromkeys(cursors)]
    known: dict[str, Known] = {}
    for one in marks:
        for term, far in one.known.items():
            known[term] = min(known.get(term, far), far)
    first, *others = marks
    kept = {
        id: wording
        for id, wording in first.seen.items()
        if all(other.seen.get(id) == wording for other in others)
    }
    left = tuple(dict.fromkeys(term for one in marks for term in one.left))
    full = tuple(dict.fromkeys(name for one in marks for name in one.full))
    return msgspec.json.encode(Bookmark(known=known, left=left, seen=kept, full=full)).decode()


def reaches(start: str, cursor: str, terms: Iterable[str]) -> bool:
    """Whether what was read from `start` on holds all that is new of some terms since `cursor`."""
    from_here, since = bookmark(start), bookmark(cursor)
    if not from_here.seen.items() <= since.seen.items():
        return False
    return all(
        term in since.known
        and term in from_here.known
        and from_here.known[term].before <= since.known[term].before
        and from_here.known[term].last <= since.known[term].last
        for term in terms
    )
