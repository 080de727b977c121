"""Hacker News' items with all that they were answered (hn.algolia.com/api, "Items"). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from bot.phrases import phrase
from bot.sources.items import UNREADABLE, decoded
from bot.sources.moments import from_epoch

DEEPEST = 100
"""Levels of answers that are read; people leave off long before."""

MOST_READ = 5_000
"""Items of a thread that are read, level by level; the longest threads have some thousands."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A story, a poll or a comment; one that was deleted has no author and no text left."""

    id: int
    created: int = msgspec.field(name="created_at_i")
    author: str | None = None
    title: str | None = None
    url: str | None = None
    text: str | None = None
    points: int | None = None
    parent: int | None = msgspec.field(name="parent_id", default=None)
    children: tuple[msgspec.Raw, ...] = ()

    @property
    def is_there(self) -> bool:
        return bool(self.author and from_epoch(self.created))


class Placed(NamedTuple):
    """An item, and the id of the nearest one above it that is still there (`""`: it has none)."""

    item: Item
    parent: str


def read_items(body: bytes) -> list[Placed]:
    """An item and what stands below it, each before its answers. Raises SourceGarbled.

    What was deleted is left out; what cannot be read, with all that stands below it.
    """
    top = decoded(body, Item, phrase("an item of Hacker News"))
    level = [Placed(top, str(top.parent or ""))]
    found = list(level)
    for _ in range(DEEPEST):
        below = (child for placed in level for child in _answers(placed))
        level = list(islice(below, MOST_READ - len(found)))
        if not level:
            break
        found += level
    return [placed for placed in found if placed.item.is_there]


def _answers(placed: Placed) -> Iterator[Placed]:
    item = placed.item
    parent = str(item.id) if item.is_there else placed.parent or str(item.id)
    for raw in item.children:
        try:
            yield Placed(msgspec.json.decode(raw, type=Item, strict=False), parent)
        except UNREADABLE:
            continue
