"""Known posts asked for again: one request each, at sources that tell them in no other way; and
what an answer to many leaves out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Sequence

from bot.domain.mention import Post
from bot.errors import SourceRateLimited, SourceRefused
from bot.sources.base import Reread
from bot.sources.complaints import TurnedAway

MOST = 20
"""Posts that are asked for in one pass."""

_FEW = 3
"""Posts of which all may be gone; that all of more are is likelier a fault of the source."""

_GONE = frozenset({404, 410})
_FORBIDDEN = 403

Again = Callable[[Post], Awaitable[Post | None]]
"""A post as it stands now; None where it is there no more. Raises a SourceError."""


async def one_by_one(posts: Sequence[Post], again: Again) -> Reread:
    """The first 20 of these posts (see `Rereadable.reread`). What the source says it has not is
    gone (404 or 410); once it allows no more, what was learnt so far is told."""
    found: list[Post] = []
    gone: list[str] = []
    for post in posts[:MOST]:
        try:
            now_is = await again(post)
        except SourceRateLimited:
            if not (found or gone):
                raise
            break
        except SourceRefused as refused:
            if not is_gone(refused):
                raise
            now_is = None
        if now_is is None:
            gone.append(post.id)
        else:
            found.append(now_is)
    return Reread(posts=tuple(found), gone=tuple(gone))


def is_gone(refused: SourceRefused, *, forbidden: bool = False) -> bool:
    """Whether a source says itself that it has something no more (404 or 410; where it says so of
    what is `forbidden`, 403). Where nobody was let in, it says nothing of that."""
    status = refused.values.get("status")
    is_said = status in _GONE or (forbidden and status == _FORBIDDEN)
    return is_said and not isinstance(refused, TurnedAway)


def missing(asked: Sequence[str], there: Container[str], *, whole: bool) -> tuple[str, ...]:
    """The ids that are gone, of those that were asked for together: what the answer leaves out.

    What is taken for gone is forgotten for good, so none is where the answer could not be read
    `whole`, or where of many not one is there.
    """
    gone = tuple(id for id in asked if id not in there)
    is_believed = whole and (len(gone) < len(asked) or len(asked) <= _FEW)
    return gone if is_believed else ()
