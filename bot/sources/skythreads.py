"""Bluesky's threads (docs.bsky.app, HTTP reference: app.bsky.feed.getPostThread). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import msgspec

from bot.phrases import phrase
from bot.sources.exchanges import Said
from bot.sources.items import decoded, legible
from bot.sources.skyposts import SITE, View, posts_of
from bot.sources.skyrecords import ABSENT, piece, read_record

DEEPEST = 100
"""Levels of answers that are read."""

MOST_READ = 5_000
"""Posts of a thread that are read, level by level."""


class _Node(msgspec.Struct, frozen=True):
    """A post in its thread; what was deleted or may not be seen has no `post`."""

    post: msgspec.Raw = ABSENT
    parent: msgspec.Raw = ABSENT
    replies: msgspec.Raw = ABSENT


class _Thread(msgspec.Struct, frozen=True):
    thread: _Node


def read_thread(body: bytes, source: str, now: datetime, site: str = SITE) -> list[Said]:
    """What is said in a thread, and to whom: what stands above the post that was asked for, and
    what stands below it. Raises SourceGarbled."""
    top = decoded(body, _Thread, phrase("a thread of Bluesky's")).thread
    views = [*_above(top), *_below(top)]
    answered = {view.uri: _parent(view) for view in views}
    return [Said(post, answered[post.id]) for post in posts_of(views, source, now, site)]


def _above(node: _Node) -> Iterator[View]:
    for _ in range(DEEPEST):
        above = piece(node.parent, _Node)
        if above is None:
            return
        node = above
        if view := piece(node.post, View):
            yield view


def _below(top: _Node) -> Iterator[View]:
    level, read = [top], 0
    for _ in range(DEEPEST):
        for node in level:
            if view := piece(node.post, View):
                yield view
        read += len(level)
        below = (answer for node in level for answer in legible(node.replies, _Node))
        level = list(islice(below, MOST_READ - read))


def _parent(view: View) -> str:
    record = read_record(view.record)
    return next(iter(record.answers[::-1]), "") if record else ""
