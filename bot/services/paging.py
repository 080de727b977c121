"""Many documents, some at a time: a few milliseconds of a thread, so that nobody else waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from bot.store.base import Key
from bot.store.repositories import Repository

PAGE = 500


class Dated(Protocol):
    """What has an id, and a time by which it is found."""

    @property
    def id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


T = TypeVar("T", bound=Dated)


async def pages(
    mentions: Repository[T],  # type: ignore[type-var]
    watch: str,
    since: datetime,
    until: datetime,
    size: int = PAGE,
) -> AsyncIterator[list[T]]:
    """The mentions of a watch from `since` to before `until`, oldest first, each once."""
    async for page in dated_pages(mentions, {"watch": watch}, since, until, size):
        yield page


async def dated_pages(
    records: Repository[T],  # type: ignore[type-var]
    equal: Mapping[str, Key],
    since: datetime,
    until: datetime,
    size: int = PAGE,
) -> AsyncIterator[list[T]]:
    """What is found by `equal` and by its time, from `since` to before `until`, oldest first, each
    once. Of one second there may be more than a page: then the page grows."""
    start, limit, before = since, size, frozenset[str]()
    while True:
        kept = await records.find(equal, "at", since=start, before=until, limit=limit)
        page = [one.value for one in kept if one.value.id not in before]
        if page:
            yield page
        if len(kept) < limit:
            return
        last = kept[-1].value.at
        limit = 2 * limit if last == start else size
        start, before = last, frozenset(one.value.id for one in kept if one.value.at == last)
