"""Feeds: RSS, Atom and JSON Feed, polled with conditional GET (RFC 9110, section 13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import msgspec

from bot.domain.identity import thread_key
from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.sources import seen
from bot.sources.aside import Aside
from bot.sources.base import Page
from bot.sources.documents import FeedDocument
from bot.sources.exchanges import Said, exchange
from bot.sources.feeds import Feed, Item
from bot.sources.http import PoliteClient, Response
from bot.sources.moments import settled

FRESH_LOOK = timedelta(days=1)
"""How long validators are trusted: some servers answer 304 for ever."""

_ROOM = 200
"""Items remembered after they left the document: some come back."""

_SHARED_GUIDS = 50

T = TypeVar("T")


class _Cursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`full` is the epoch of the last unconditional GET that brought validators; `shared` are
    digests of guids that stood for several items. `open` says that the document did not end as it
    should: where the last one did not either, that is how it is written there."""

    url: str
    etag: str = ""
    modified: str = ""
    full: int = 0
    seen: seen.Marks = {}
    shared: tuple[str, ...] = ()
    open: bool = False


class FeedSource:
    """A feed at an address. It cannot search: every new or edited item is returned.

    Watches that share it share what was fetched within `fresh`: the document is asked for and read
    once, not once a watch.
    """

    def __init__(
        self, name: str, url: str, client: PoliteClient, fresh: timedelta = timedelta()
    ) -> None:
        self._name = name
        self._url = url
        self._client = client
        self._reading = Aside()
        self._document = FeedDocument(url, client, fresh)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """The items that are new since `cursor`. Raises a SourceError.

        An item without a date is dated `now`, when it is first seen. The page is not complete
        where nothing in it was seen before: items may have come and gone in between; it is pending
        where the document broke off, other than the one before it.
        """
        before = _read_cursor(cursor, self._url)
        conditions = _conditions(before, now)
        fetched = await self._document.fetched(conditions, now)
        asked = bool(fetched.conditions)
        after = _validated(before, fetched.answer, conditional=asked, now=fetched.at)
        if fetched.feed is None:
            return Page(posts=(), cursor=_written(after))
        page = partial(_page, self._name, fetched.answer, fetched.feed, after, now)
        return await self._reading.read(page)

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The post with the comments on it (see `Threaded.exchange`), where its feed says where
        they are; alone, where it does not."""
        if not post.comments_url:
            return (post,)
        comments = FeedDocument(post.comments_url, self._client)
        now = self._client.clock()
        feed = (await comments.fetched({}, now)).feed
        if feed is None:
            return (post,)
        return await self._reading.read(_commented, self._name, feed, post, now)


def identity(item: Item, shared: Sequence[str]) -> str:
    """What an item is known by: its guid, or else its link, or else a digest of what it says.

    A guid among the `shared` digests is made unique by the rest.
    """
    if item.guid and seen.digest(item.guid, size=6) in shared:
        return f"{item.guid}#{seen.digest(*_distinction(item), size=9)}"
    if item.guid or item.link:
        return item.guid or item.link
    return seen.digest(item.title, *_distinction(item), size=15)


def shared_guids(items: Sequence[Item], known: Sequence[str]) -> tuple[str, ...]:
    """Digests of the guids that stand for more than one item, now or as was `known` before."""
    meanings: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in items:
        meanings[item.guid].add(_distinction(item))
    found = [seen.digest(guid, size=6) for guid, told in meanings.items() if guid and len(told) > 1]
    return tuple(dict.fromkeys([*known, *found]))[-_SHARED_GUIDS:]


def _distinction(item: Item) -> tuple[str, str]:
    """What sets an item apart but for its guid, and stays when it is edited, as far as it can."""
    return item.link, item.at.isoformat() if item.at else item.title or item.text


def _page(source: str, answer: Response, feed: Feed, cursor: _Cursor, now: datetime) -> Page:
    """What is new in a feed, measured by what the cursor remembers."""
    if cursor.seen and not feed.items:
        raise SourceGarbled("The feed is empty now, though it held items before.")
    shared = shared_guids(feed.items, cursor.shared)
    posts = [
        _as_known(_post(source, item, feed.title, answer.url, shared, now), item.guid, cursor.seen)
        for item in feed.items
    ]
    known = seen.remembered(posts, cursor.seen, len(posts) + _ROOM)
    broke_off = not feed.ends and not cursor.open
    if broke_off:  # what it is known by now must not bring a “not modified” for the rest
        cursor = msgspec.structs.replace(cursor, etag="", modified="")
    return Page(
        posts=tuple(seen.unseen(posts, cursor.seen)),
        cursor=_written(
            msgspec.structs.replace(cursor, seen=known, shared=shared, open=not feed.ends)
        ),
        pending=broke_off,
        complete=not cursor.seen or any(seen.mark(post)[0] in cursor.seen for post in posts),
    )


def _commented(source: str, feed: Feed, post: Post, now: datetime) -> tuple[Post, ...]:
    """A post and its comments, in a feed that may hold the post itself as well."""
    items, root = feed.items, thread_key(post)
    shared = shared_guids(items, ())
    comments = [_post(source, item, "", post.url, shared, now) for item in items]
    said = [Said(one, one.thread or (root if one.id != root else "")) for one in comments]
    told = exchange([*said, Said(post, post.thread)], post)
    return tuple(
        msgspec.structs.replace(one, comments_url=one.comments_url or post.comments_url)
        for one in told
    )


def _as_known(post: Post, guid: str, marks: seen.Marks) -> Post:
    """The post under its bare guid, where it was told under that before another item took it."""
    if not guid or post.id == guid:
        return post
    told = msgspec.structs.replace(post, id=guid)
    id, wording = seen.mark(told)
    return told if marks.get(id) == wording else post


def _post(
    source: str, item: Item, feed: str, url: str, shared: Sequence[str], now: datetime
) -> Post:
    """An item as a post: by its `feed` where it names no author, at `url` where it has none."""
    return Post(
        source=source,
        id=identity(item, shared),
        url=item.link or url,
        title=item.title,
        text=item.text,
        author=item.author or feed,
        author_url=item.author_url,
        at=settled(item.at, now),
        language=item.language,
        engagement=item.comments,
        thread=item.answers,
        comments_url=item.comments_url,
        links=item.links,
        media=item.media,
        handles=item.handles,
        tags=item.tags,
    )


def _conditions(cursor: _Cursor, now: datetime) -> dict[str, str]:
    """The validators to send, verbatim; none once a day, or where the clock was set back."""
    if not 0 <= now.timestamp() - cursor.full < FRESH_LOOK.total_seconds():
        return {}
    named = {"If-None-Match": cursor.etag, "If-Modified-Since": cursor.modified}
    return {name: value for name, value in named.items() if value}


def _validated(cursor: _Cursor, answer: Response, *, conditional: bool, now: datetime) -> _Cursor:
    """The cursor with the validators of an answer; a 304 may leave out what stays the same."""
    etag = answer.headers.get("etag", "")
    modified = answer.headers.get("last-modified", "")
    if answer.status == 304:
        etag, modified = etag or cursor.etag, modified or cursor.modified
    full = cursor.full if conditional else int(now.timestamp()) if etag or modified else 0
    return msgspec.structs.replace(cursor, etag=etag, modified=modified, full=full)


def _read_cursor(cursor: str | None, url: str) -> _Cursor:
    """The cursor; validators of another address (the configuration changed) are dropped."""
    try:
        found = msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor(url=url)
    return found if found.url == url else _Cursor(url=url, seen=found.seen, shared=found.shared)


def _written(cursor: _Cursor) -> str:
    return msgspec.json.encode(cursor).decode()
