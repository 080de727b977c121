"""Instagram (developers.facebook.com/docs/instagram-platform: "Tags", "Hashtag Search")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceRefused
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.aside import Aside
from bot.sources.base import Ledger, Page
from bot.sources.graph import Graph, NothingThere, read_edge
from bot.sources.items import readable
from bot.sources.merging import Merged
from bot.sources.moments import from_iso, settled
from bot.sources.pacing import DAY
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.statuses import hashtags
from bot.sources.text import plain

MOST_HASHTAGS = 30
"""Different ones that an account may ask for in seven days."""

PAGE = 50
MOST_PAGES = 5

_SITE = "https://www.instagram.com"
_TAGGED = "@"
_FIELDS = "id,caption,timestamp,permalink,like_count,comments_count,media_type"
_WEEK = 8
"""Days that seven times 24 hours can touch."""


class _Media(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    caption: str | None = None
    timestamp: str | None = None
    permalink: str | None = None
    username: str | None = None
    like_count: int | None = None
    comments_count: int | None = None


class _Named(msgspec.Struct, frozen=True):
    id: str


class Media(NamedTuple):
    """A page of pictures and films, and what the next one is asked for by."""

    posts: tuple[Post, ...]
    more: str


class InstagramSource:
    """Pictures and films that an account is tagged in, and those under some hashtags.

    `tags` replace the hashtags made of a watch's words. A hashtag shows what is at most 24 hours
    old, in no order, and not whose it is; an account may ask for 30 different ones in seven days,
    and what is beyond is left out. Where somebody mentions the account without tagging it,
    Instagram tells that to a webhook alone: it is not seen here, and neither are stories.
    """

    def __init__(
        self,
        name: str,
        graph: Graph,
        account: str,
        tags: Sequence[str],
        ledger: Ledger,
        fresh: timedelta = timedelta(),
    ) -> None:
        self._name = name
        self._reading = Aside()
        self._graph = graph
        self._account = account
        self._tags = hashtags(tags)
        self._allowed = _Hashtags(ledger, f"instagram {account}")
        self._ids: dict[str, str] = {}
        searching = Searching(
            self._ask,
            Syntax(quote=lambda place: place),
            overlap=timedelta(hours=6),
            pages=MOST_PAGES,
        )
        self._searching = Merged(searching, fresh)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What is new. Raises a SourceError."""
        tags = self._tags or hashtags(terms)
        return await self._searching.fetch([_TAGGED, *(f"#{tag}" for tag in tags)], cursor, now)

    async def _ask(self, place: str, since: datetime, more: str) -> Found:
        if place != _TAGGED:
            return await self._under(place.removeprefix("#"), more)
        path = f"{quote(self._account, safe='')}/tags"
        answer = await self._graph.get(path, _fields(f"{_FIELDS},username"), more)
        found = await self._read(answer.body, ())
        return Found(found.posts, found.more, resume_at=answer.rest)

    async def _under(self, tag: str, more: str) -> Found:
        """What is under a hashtag. The next page is asked for by what this one was asked for by,
        so that pages are numbered; and because they are in no order, all are read."""
        now = self._graph.now()
        if not await self._allowed.may_ask(tag, now):
            raise SourceRefused(
                "Instagram allows {most} different hashtags in seven days, and #{tag} is one more: "
                "give the source its tags.",
                most=MOST_HASHTAGS,
                tag=tag,
            )
        id = await self._id_of(tag)
        if not id:
            return Found(())
        number, _, page = more.partition(" ")
        params = _fields(_FIELDS) | {"user_id": self._account}
        answer = await self._graph.get(f"{quote(id, safe='')}/recent_media", params, page)
        found = await self._read(answer.body, (tag,))
        following = f"{int(number or 0) + 1} {found.more}" if found.more else ""
        return Found(found.posts, following, oldest=now, resume_at=answer.rest)

    async def _id_of(self, tag: str) -> str:
        """A hashtag's id, which is the same for all and for ever; `""` where there is none."""
        if known := self._ids.get(tag):
            return known
        try:
            answer = await self._graph.get(
                "ig_hashtag_search", {"user_id": self._account, "q": tag}
            )
        except NothingThere:
            return ""
        named = readable(read_edge(answer.body).data, _Named, phrase("a hashtag"))
        self._ids[tag] = named[0].id if named else ""
        return self._ids[tag]

    async def _read(self, body: bytes, tags: tuple[str, ...]) -> Media:
        return await self._reading.read(read_media, body, self._name, self._graph.now(), tags)


class _Hashtags:
    """The hashtags that an account asked for within seven days: a known one costs nothing."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        self._ledger = ledger
        self._account = account

    async def may_ask(self, tag: str, now: datetime) -> bool:
        """Whether a hashtag may be asked for; it is counted then."""
        own = f"{self._account} #{tag.casefold()}"
        days = [(now - n * DAY).date().isoformat() for n in range(_WEEK)]
        if any([await self._ledger.spent(own, day) for day in days]):
            return True
        others = sum([await self._ledger.spent(self._account, day) for day in days[1:]])
        if not await self._ledger.spend(self._account, days[0], 1, MOST_HASHTAGS - others):
            return False
        await self._ledger.spend(own, days[0], 1, 1)
        return True


def read_media(body: bytes, source: str, now: datetime, tags: tuple[str, ...] = ()) -> Media:
    """Pictures and films as a list tells of them; `tags` are those it was asked for by. What has no
    words is left out: nothing could match it. Raises SourceGarbled."""
    edge = read_edge(body)
    media = readable(edge.data, _Media, phrase("a picture or a film"))
    told = (one for one in media if one.id and one.caption)
    return Media(tuple(_post(one, source, now, tags) for one in told), edge.more)


def _post(one: _Media, source: str, now: datetime, tags: tuple[str, ...]) -> Post:
    author = " ".join(plain(one.username or "").split())[:100]
    return Post(
        source=source,
        id=one.id,
        url=web_address(one.permalink or ""),
        text=plain(one.caption or ""),
        author=f"@{author}" if author else "",
        author_url=web_address(f"{_SITE}/{author}") if author else "",
        at=settled(from_iso(one.timestamp or ""), now),
        engagement=max(one.like_count or 0, 0) + max(one.comments_count or 0, 0),
        tags=tags,
    )


def _fields(fields: str) -> dict[str, str | int]:
    return {"fields": fields, "limit": PAGE}
