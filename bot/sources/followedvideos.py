"""The videos of a watch whose comments are read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.folding import fold
from bot.domain.mention import Post

MOST = 20
HISTORY = timedelta(days=7)
"""So many of the youngest are followed, for so long."""


class Followed(NamedTuple):
    """A video; `at` is its epoch."""

    title: str
    at: int


def still_followed(
    known: Mapping[str, Followed], found: Iterable[Post], now: datetime
) -> dict[str, Followed]:
    """Those that are followed from now on, by their ids, the youngest first."""
    fresh = {post.id: Followed(post.title, int(post.at.timestamp())) for post in found}
    youngest = sorted({**known, **fresh}.items(), key=lambda one: one[1].at, reverse=True)
    since = (now - HISTORY).timestamp()
    return {id: one for id, one in youngest[:MOST] if one.at >= since}


def about(posts: Iterable[Post], terms: Sequence[str]) -> list[Post]:
    """The videos that hold one of a watch's terms: a search may serve other watches as well."""
    folded = [fold(term) for term in terms]
    said = ((post, fold(" ".join((post.title, post.text, *post.tags)))) for post in posts)
    return [post for post, words in said if any(term in words for term in folded)]
