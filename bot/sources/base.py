"""The contracts of a source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from bot.domain.mention import Post


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What one poll brought back.

    `cursor` is opaque to everyone but the source that made it, and is handed back at the next poll.
    `complete` is False where the source could not show everything since the last cursor (a page
    cap, a gap): the interval is then *incomplete* for detection, never quiet. Where the cursor has
    not moved past what is missing, so that the next poll brings it, the page is complete but
    `pending`: until then nothing is known of the time since the last poll that was not.
    `resume_at`, where the source asked for it, is the earliest time of the next poll. `deleted` are
    the ids of posts that their authors took back, as far as the source tells of them unasked; ids
    that nobody knows may be among them. `emptied` are the terms for which nothing is found any
    more, though posts of several people were found of the same time (`None`: the source cannot
    tell); such a page is `pending`. It is `blank` where nothing at all is shown,
    not even the newest post that is known (`None`: it was not looked at): that may have been taken
    back, or all may be hidden.
    """

    posts: tuple[Post, ...]
    cursor: str
    complete: bool = True
    pending: bool = False
    resume_at: datetime | None = None
    deleted: tuple[str, ...] = ()
    emptied: tuple[str, ...] | None = None
    blank: bool | None = None


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


class Reread(msgspec.Struct, frozen=True, kw_only=True):
    """Known posts, asked for again: `posts` as they stand now, `gone` the ids of those that the
    source says it has no more. Of what is in neither nothing could be learnt."""

    posts: tuple[Post, ...] = ()
    gone: tuple[str, ...] = ()


@runtime_checkable
class Rereadable(Protocol):
    """A source that can be asked for posts by their ids, to follow edits and deletions; one that
    cannot (a feed from which an item vanished says nothing of it) lacks this."""

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """Posts of this source, as they stand now; within what is polite, so perhaps only some.

        Raises a `bot.errors.SourceError`, nothing else.
        """
        ...


@runtime_checkable
class Live(Protocol):
    """A source that hears what is said as it is said, and hands it out when it is polled."""

    async def listen(self) -> None:
        """Listen, for ever, from the first poll on; whatever is cut is taken up again. Whoever
        polls the source runs this beside (`bot.sources.lives`)."""
        ...


class Ledger(Protocol):
    """What was spent of budgets, kept over restarts and shared by all workers."""

    async def spend(self, account: str, day: str, amount: int, most: int) -> bool:
        """Take `amount` of an account's budget of a day, before it is used; whether that was
        possible within `most`. `day` is an ISO date, in whichever zone the budget begins anew; the
        units are the account's own. What was not used in the end is given back as a negative
        amount."""
        ...

    async def spent(self, account: str, day: str) -> int:
        """What is taken of a day's budget."""
        ...
