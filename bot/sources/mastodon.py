"""Mastodon's hashtag timelines (docs.joinmastodon.org/methods/timelines/#tag)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceRateLimited, SourceRefused
from bot.sources import ratelimits, seen
from bot.sources.again import one_by_one
from bot.sources.aside import Aside
from bot.sources.base import Page, Reread
from bot.sources.contexts import Contexts, said_in
from bot.sources.exchanges import exchange
from bot.sources.http import PoliteClient
from bot.sources.statuses import Status, hashtags, is_told, post_of, read_page, written
from bot.sources.threads import LOOKUPS, Threads

HISTORY = timedelta(days=7)
PAGE = 40
"""The most statuses that Mastodon puts into a page."""

MOST_BACK = 40
MOST_FORWARD = 10
"""Pages of a tag in one poll: the first one, and any later one."""

LOOK_BACK = timedelta(hours=1)
LOOK_BACK_EVERY = timedelta(minutes=15)
"""A status from another server may arrive late, and is filed under when it was written, behind
what was read: the last hour is read again, now and then."""

_OVERLAP = 3 * PAGE
_ROOM = 500
_MOST_LOOKS = 1_000


class _Tag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a timeline was read: `newest` is the id to go on from, `anchor` the one to look
    back to."""

    newest: str = ""
    anchor: str = ""


class _Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """`seen` marks what a look back reads again, and what was read since the last one."""

    tags: dict[str, _Tag] = {}
    seen: seen.Marks = {}


class _Looks:
    """When each cursor was last looked back from.

    In memory, and not in the cursor: so a poll that finds nothing leaves the cursor as it is. One
    that was never met, as after a restart, is looked back from at once.
    """

    def __init__(self) -> None:
        self._at: OrderedDict[str, datetime] = OrderedDict()

    def are_due(self, cursor: str | None, now: datetime) -> bool:
        at = self._at.get(self._key(cursor))
        return at is None or not timedelta() <= now - at < LOOK_BACK_EVERY

    def note(self, before: str | None, after: str, now: datetime, *, looked: bool) -> None:
        at = now if looked else self._at.get(self._key(before), now)
        self._at[self._key(after)] = at
        self._at.move_to_end(self._key(after))
        if len(self._at) > _MOST_LOOKS:
            self._at.popitem(last=False)

    def _key(self, cursor: str | None) -> str:
        return seen.digest(cursor or "", size=9)


class MastodonSource:
    """The public timelines of some hashtags, as one server knows them.

    `tags` replace those made of the terms asked for.
    """

    def __init__(
        self, name: str, server: str, client: PoliteClient, tags: Sequence[str] = ()
    ) -> None:
        self._name = name
        self._server = server.rstrip("/")
        self._client = client
        self._reading = Aside()
        self._tags = hashtags(tags)
        self._threads = Threads(self._server, client)
        self._contexts = Contexts(self._server, client)
        self._looks = _Looks()

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What is new under the hashtags. Raises a SourceError.

        The first poll of a tag reads back seven days, or 40 pages; later ones read forward from
        there, 10 pages at most, and go on from there at the next. A poll that finds nothing
        leaves the cursor as it was.
        """
        tags = self._tags or hashtags(terms)
        if not tags:
            raise SourceRefused("No hashtag can be made of the watch's words: give tags.")
        before = _read_cursor(cursor)
        looks = self._looks.are_due(cursor, now)
        walk = _Walk(self._client, self._server, self._reading, now, looks=looks)
        after: dict[str, _Tag] = {}
        for tag in tags:
            after[tag] = await walk.tag(tag, before.tags.get(tag, _Tag()))
        told = [status for status in reversed(walk.found) if is_told(status)]
        own = sorted(told, key=lambda status: written(status, now))  # parents before answers
        roots = await self._threads.roots(own, 0 if walk.over else LOOKUPS)

        def page() -> Page:
            posts = [
                post_of(one, self._name, root, now) for one, root in zip(own, roots, strict=True)
            ]
            again = {status.uri for status in walk.again}
            room = _ROOM * len(tags)
            known = (
                seen.remembered([post for post in posts if post.id in again], {}, room)
                if looks and walk.complete
                else seen.remembered(posts, before.seen, room)
            )
            return Page(
                posts=tuple(seen.unseen(posts, before.seen)),
                cursor=msgspec.json.encode(_Cursor(tags=after, seen=known)).decode(),
                pending=not walk.complete,
                blank=walk.blank and not walk.found if looks or walk.found else None,
                resume_at=walk.resume_at,
            )

        read = await self._reading.read(page)
        self._looks.note(cursor, read.cursor, now, looked=looks)
        return read

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The thread as the server polled knows it (see `Threaded.exchange`); three requests at
        most. Refused where the post cannot be found there by an id of its own."""
        statuses = await self._contexts.thread(post)

        def read() -> tuple[Post, ...]:
            return exchange(said_in(statuses, self._name, self._client.clock()), post)

        return await self._reading.read(read)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`; 20 at most, of those that the server has an id for. What is not
        for everybody to read any more is gone."""
        known = [post for post in posts if self._contexts.own_name(post)]
        return await one_by_one(known, self._again)

    async def _again(self, post: Post) -> Post | None:
        status = await self._contexts.again(post)
        now = self._client.clock()
        return post_of(status, self._name, post.thread, now) if is_told(status) else None


class _Walk:
    """One poll through the timelines, within what the server allows.

    `found` holds all statuses read, `again` those that the next look back will read once more. It
    is `blank` where a look back did not even show the newest status known.
    Once the server allows no more, the walk is `over`, and `resume_at` says until when; it is not
    `complete` then, nor where pages were left. If it `looks`, it looks back.
    """

    def __init__(
        self, client: PoliteClient, server: str, reading: Aside, now: datetime, *, looks: bool
    ) -> None:
        self.found: list[Status] = []
        self.again: list[Status] = []
        self.complete = True
        self.blank = False
        self.resume_at: datetime | None = None
        self._client = client
        self._server = server
        self._reading = reading
        self._now = now
        self._looks = looks
        self._asked = 0

    @property
    def over(self) -> bool:
        return self.resume_at is not None

    async def tag(self, tag: str, known: _Tag) -> _Tag:
        """Read one timeline on from where it is `known`; where it is known now."""
        if self.over:
            self.complete = False
            return known
        if not known.newest:
            return await self._back(tag)
        start = known.anchor if self._looks and known.anchor else known.newest
        newest, read = await self._forward(tag, start)
        if not read:
            self.blank = self.blank or (start != known.newest and not self.over)
            return known
        # In a flood the anchor keeps up: a look back from far behind would only lose ground.
        if self._looks or len(read) >= _OVERLAP:
            return _Tag(newest=newest, anchor=self._anchor(read) or known.anchor)
        return replace(known, newest=newest)

    async def _back(self, tag: str) -> _Tag:
        """The first poll: from the newest status back."""
        horizon = self._now - HISTORY
        read: list[Status] = []
        for _ in range(MOST_BACK):
            older = {"max_id": str(read[-1].id)} if read else {}
            page = _news(await self._page(tag, older), read)
            read += page
            if not page or self.over or written(page[-1], self._now) < horizon:
                break
        self.found += [status for status in read if written(status, self._now) >= horizon]
        if not read:
            return _Tag()
        anchor = self._anchor(read) or str(read[-1].id)
        return _Tag(newest=str(read[0].id), anchor=anchor)

    async def _forward(self, tag: str, newest: str) -> tuple[str, list[Status]]:
        """Page upwards from an id; the newest id then, and what was read, newest first."""
        read: list[Status] = []
        for _ in range(MOST_FORWARD):
            page = _news(await self._page(tag, {"min_id": newest}), read)
            if not page:
                break
            newest = str(page[0].id)
            read = page + read
            if self.over:
                self.complete = False
                break
        else:
            self.complete = False
        self.found += read
        return newest, read

    async def _page(self, tag: str, bounds: dict[str, str]) -> list[Status]:
        """A page, or nothing where the server, after some pages, allows no more."""
        url = f"{self._server}/api/v1/timelines/tag/{quote(tag, safe='')}"
        try:
            answer = await self._client.get(url, params={"limit": PAGE, **bounds})
        except SourceRateLimited as limited:
            if not self._asked:
                raise
            self.resume_at, self.complete = limited.until, False
            return []
        self._asked += 1
        self.resume_at = ratelimits.spent(answer.headers, self._now)
        return await self._reading.read(read_page, answer.body)

    def _anchor(self, read: Sequence[Status]) -> str:
        """The id to look back to, out of statuses newest first: an hour, or a few pages back, and
        before one at least, so that a look back shows whether there is still anything."""
        for place, status in enumerate(read[1:], 1):
            if place >= _OVERLAP or written(status, self._now) <= self._now - LOOK_BACK:
                self.again += read[:place]
                return str(status.id)
        self.again += read
        return ""


def _news(page: Sequence[Status], read: Sequence[Status]) -> list[Status]:
    """What of a page was not read yet: a server that repeats itself must not hold us up."""
    known = {str(status.id) for status in read}
    return [status for status in page if str(status.id) not in known]


def _read_cursor(cursor: str | None) -> _Cursor:
    try:
        return msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
