"""Reddit (reddit.com/dev/api, "GET /search", "GET /r/subreddit/comments", "GET /api/info",
"GET /comments/article")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from bot.domain.identity import thread_key
from bot.domain.mention import Post
from bot.errors import SourceError, SourceRateLimited
from bot.sources import ratelimits
from bot.sources.apptokens import AppTokens
from bot.sources.aside import Aside
from bot.sources.base import Page, Reread
from bot.sources.complaints import Refusal
from bot.sources.exchanges import MOST_POSTS, exchange
from bot.sources.http import PoliteClient, Response
from bot.sources.keys import Key
from bot.sources.latelygone import LatelyGone
from bot.sources.merging import Merged
from bot.sources.quoting import quoted
from bot.sources.redditthings import Listing, read_listing, read_thread
from bot.sources.searching import Found, Searching, Syntax

PAGE = 100
MOST_PAGES = 3
"""Pages of one query, and of the comments, in one poll."""

_SITE = "https://www.reddit.com"
_API = "https://oauth.reddit.com"
_SYNTAX = Syntax(joiner=" OR ", chars=512, terms=50, quote=quoted)
_SPANS = (
    (timedelta(hours=1), "hour"),
    (timedelta(days=1), "day"),
    (timedelta(days=7), "week"),
    (timedelta(days=30), "month"),
    (timedelta(days=365), "year"),
)


class _Cursor(msgspec.Struct, frozen=True):
    """Where the search stands, and the reading of comments."""

    posts: str = ""
    comments: str = ""


class RedditSource:
    """Posts that the search finds, and all new comments of some `subreddits`: comments cannot be
    searched for.

    Listings begin with the newest and are never asked for what comes before a post that is known: a
    deleted one stops that for good. A poll reads back, three pages at most, to what the last one
    saw; where it does not get there the page is not complete. Signed in as an application: `id`
    names it. Reddit counts 100 requests a minute of each; what one watch reads serves the others,
    if they poll within `fresh`.
    """

    def __init__(
        self,
        name: str,
        client: PoliteClient,
        id: str,
        key: Key,
        subreddits: Sequence[str] = (),
        base_url: str = "",
        fresh: timedelta = timedelta(),
    ) -> None:
        self._name = name
        self._client = client
        self._reading = Aside()
        self._key = key
        self._api = (base_url or _API).rstrip("/")
        self._site = (base_url or _SITE).rstrip("/")
        self._tokens = AppTokens(client, f"{self._site}/api/v1/access_token", id, key)
        together = "+".join(name.strip("/").removeprefix("r/") for name in subreddits)
        self._comments = f"/r/{quote(together, safe='+')}/comments" if together else ""
        self._gone = LatelyGone()
        posts = Searching(self._search, _SYNTAX, overlap=timedelta(hours=2), pages=MOST_PAGES)
        comments = Searching(
            self._list,
            Syntax(),
            overlap=timedelta(minutes=5),
            history=timedelta(days=1),
            pages=MOST_PAGES,
        )
        self._searching = Merged(posts, fresh)
        self._listing = Merged(comments, fresh)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What is new about any of the terms, and every new comment. Raises a SourceError."""
        before = _read_cursor(cursor)
        posts = await self._searching.fetch(terms, before.posts or None, now)
        comments = await self._fetch_comments(before.comments, posts.resume_at, now)
        after = _Cursor(posts.cursor, comments.cursor)
        rests = [page.resume_at for page in (posts, comments) if page.resume_at]
        return Page(
            posts=(*posts.posts, *comments.posts),
            cursor=msgspec.json.encode(after).decode(),
            complete=posts.complete and comments.complete,
            pending=posts.pending or comments.pending,
            resume_at=max(rests, default=None),
            deleted=self._gone.ids(now),
            emptied=posts.emptied,
            blank=posts.blank,
        )

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The post and its comments (see `Threaded.exchange`), in one request."""
        id = quote(thread_key(post).removeprefix("t3_"), safe="")
        answer = await self._ask(f"/comments/{id}", {"limit": MOST_POSTS})

        def read() -> tuple[Post, ...]:
            now = self._client.clock()
            return exchange(read_thread(answer.body, self._name, now, self._site), post)

        return await self._reading.read(read)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """At most 100 posts and comments as they stand now. Raises a SourceError."""
        known = {post.id: post for post in posts[:PAGE]}
        if not known:
            return Reread()
        listing, _ = await self._get("/api/info", {"id": ",".join(known)})
        found = (_again(known[post.id], post) for post in listing.posts if post.id in known)
        gone = tuple(id for id in listing.gone if id in known)
        return Reread(posts=tuple(found), gone=gone)

    async def _fetch_comments(self, cursor: str, rest: datetime | None, now: datetime) -> Page:
        """What is new of the comments; where Reddit wants to `rest` nothing, for now: what the
        search found is not lost for it."""
        if not self._comments:
            return Page(posts=(), cursor="")
        try:
            if not rest:
                return await self._listing.fetch([self._comments], cursor or None, now)
        except SourceRateLimited as limited:
            rest = limited.until
        return Page(posts=(), cursor=cursor, pending=True, resume_at=rest)

    async def _search(self, query: str, since: datetime, more: str) -> Found:
        age = self._client.clock() - since
        span = next((name for most, name in _SPANS if age <= most), "all")
        return await self._list("/search", since, more, q=query, sort="new", t=span)

    async def _list(self, path: str, since: datetime, more: str, **params: str) -> Found:
        listing, rest = await self._get(path, params | ({"after": more} if more else {}))
        self._gone.note(listing.gone, self._client.clock())
        return Found(listing.posts, listing.more, listing.oldest, rest)

    async def _get(self, path: str, params: Mapping[str, str]) -> tuple[Listing, datetime | None]:
        """A listing, and until when Reddit wants to be left alone."""
        answer = await self._ask(path, {**params, "limit": PAGE})
        now = self._client.clock()
        listing = await self._reading.read(read_listing, answer.body, self._name, now, self._site)
        return listing, ratelimits.spent(answer.headers, now)

    async def _ask(self, path: str, params: Mapping[str, str | int]) -> Response:
        return await self._client.get(
            f"{self._api}{path}",
            params={**params, "raw_json": 1},
            headers=await self._tokens.bearer(),
            account=self._key.account,
            explain=self._explained,
        )

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        if refusal.status != 401 or refusal.is_page:
            return None
        self._tokens.forget()
        return self._key.refused(refusal.host)


def _again(known: Post, read: Post) -> Post:
    """A post as it stands now, with its title where it is not told (a comment's)."""
    return replace(read, title=read.title or known.title)


def _read_cursor(cursor: str | None) -> _Cursor:
    try:
        return msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
