"""What a conversation looks like at its source: every post of its thread that is known, and what
new ones in it mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.faults import Fault
from bot.domain.identity import post_key
from bot.domain.mention import Post

SOONEST = timedelta(minutes=2)
LATEST = timedelta(hours=1)
"""Between two readings of a thread, at a source that is polled every five minutes."""

QUIET_PART = 6
"""A thread that was quiet for an hour is read every ten minutes."""

FOLLOWED = timedelta(days=2)
"""How long a thread is read on after its conversation was resolved."""

KEPT = timedelta(days=30)
"""How long after that it can still be shown."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """The posts of a conversation's thread, oldest first, as they were at `read`; `error` says
    why they could not be read since. `heard` are the ids of the posts that were taken into
    account: what they mean was done and told. `gone` stand (`bot.domain.identity.post_key`) for
    those that were taken out: a source may show for long what was forgotten here."""

    conversation: str
    posts: tuple[Post, ...]
    read: datetime
    error: Fault | str = ""
    heard: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def without(exchange: Exchange, posts: Iterable[Post]) -> Exchange:
    """The exchange without some of its posts, for good: they are known again when they are read."""
    out = {post.id: post_key(post.source, post.id) for post in posts}
    return replace(
        exchange,
        posts=tuple(post for post in exchange.posts if post.id not in out),
        heard=tuple(id for id in exchange.heard if id not in out),
        gone=tuple(dict.fromkeys((*exchange.gone, *out.values()))),
    )


class Turn(NamedTuple):
    """What is new in a thread: an `answer` of the brand's, or what others `wrote` after one; and
    the ids of all posts that are taken into account with it."""

    heard: tuple[str, ...]
    answer: Post | None = None
    wrote: Post | None = None


def turn(
    posts: Sequence[Post], heard: Sequence[str], first: Post, is_ours: Callable[[Post], bool]
) -> Turn:
    """What the posts of a thread, oldest first, mean beyond what was heard; `first` is the post
    that the conversation began with: what stands before it answers nothing.

    One thing at a time: where they wrote again after an answer that is new as well, it is left for
    the next look.
    """
    known = {*heard, first.id}
    later = [post for post in posts if post.id != first.id and post.at >= first.at]
    fresh = [post for post in later if post.id not in known]
    answers = [post for post in fresh if is_ours(post)]
    everything = tuple(post.id for post in posts)
    if answers:
        left = {post.id for post in fresh[fresh.index(answers[-1]) + 1 :]}
        return Turn(tuple(id for id in everything if id not in left), answer=answers[0])
    if fresh and any(is_ours(post) for post in later):
        return Turn(everything, wrote=fresh[-1])
    return Turn(everything)


def pause(quiet: timedelta, every: timedelta) -> timedelta:
    """How long until a thread is read again that was `quiet` for so long, at a source that is
    polled `every` so often: from two minutes to an hour, in proportion to that."""
    scale = every / timedelta(minutes=5)
    return min(max(quiet / QUIET_PART, SOONEST * scale), LATEST * max(scale, 1))
