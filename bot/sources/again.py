"""Known posts asked for again, one request each, at sources that tell them in no other way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.mention import Post
from bot.errors import SourceRateLimited, SourceRefused
from bot.sources.base import Reread

MOST = 20
"""Posts that are asked for in one pass."""

_GONE = frozenset({404, 410})

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
            if refused.values.get("status") not in _GONE:
                raise
            now_is = None
        if now_is is None:
            gone.append(post.id)
        else:
            found.append(now_is)
    return Reread(posts=tuple(found), gone=tuple(gone))
