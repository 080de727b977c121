"""The contracts of a source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from bot.domain.mention import Post


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll brought back.

    `cursor` is opaque to everyone but the source that made it, and is handed back at the next
    poll. `complete` is False where the source could not show everything since the last cursor
    (a page cap, a gap): the interval is then *incomplete* for detection, never quiet.
    `resume_at`, where the source asked for it, is the earliest time of the next poll.
    """

    posts: tuple[Post, ...]
    cursor: str
    complete: bool = True
    resume_at: datetime | None = None


class Source(Protocol):
    """A place that can be polled for posts about some terms.

    `name` is the source's name in the configuration; it is the `source` of its posts.
    """

    @property
    def name(self) -> str: ...

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """Everything new since `cursor` that may match one of `terms`.

        `terms` are words or phrases, one of which every matching post holds; a source that can
        search uses them, another returns all it has (the watch's query is applied afterwards).
        With no cursor (the first poll) as much history as is polite is returned.

        Raises a `bot.errors.SourceError`, nothing else.
        """
        ...


@runtime_checkable
class Threaded(Protocol):
    """A source that can be asked what a post was answered; one that cannot tell lacks this."""

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The thread that `post` is in, as far as the source tells: at most 200 posts.

        Oldest first, and none before what it answers; `post` itself is among them, as it stands
        now, where the source still has it. Their `thread` is that of `post` (its id, where it
        starts the thread), and `""` for the one that answers nothing.

        Raises a `bot.errors.SourceError`, nothing else.
        """
        ...
