"""Stack Exchange: questions and answers that a site's search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceError
from bot.sources.again import missing
from bot.sources.allowances import SHORT_WAIT
from bot.sources.aside import READING_TIME, Aside
from bot.sources.base import Page, Reread
from bot.sources.http import PoliteClient
from bot.sources.quoting import quoted
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.seen import digest
from bot.sources.stackposts import (
    PAGE,
    Answered,
    Site,
    Told,
    again,
    post_id,
    read_found,
    read_refusal,
    read_rest,
    read_told,
)

OVERLAP = timedelta(hours=1)

SITE = "stackoverflow"
"""Where no site is named."""

_API = "https://api.stackexchange.com"


class StackExchangeSource:
    """A site of Stack Exchange (api.stackexchange.com/docs, "excerpt-search", "posts-by-ids").

    `/search/excerpts` finds questions and answers, newest first, since an epoch; what it shows has
    no author, so what is new is asked for by its ids, a hundred at once. `tags` narrow it to
    questions with one of them. 300 requests a day and address, 10,000 with a key (which is no
    secret: it stands in the address). In each answer `quota_remaining` says what is left until
    midnight UTC, and `backoff` for how many seconds the method is to be left alone, on pain of a
    ban; a throttle violation has status 400 ("throttle"). Answers are always gzip.
    """

    def __init__(
        self,
        name: str,
        site: str,
        client: PoliteClient,
        *,
        tags: Sequence[str] = (),
        key: str = "",
        base_url: str = "",
    ) -> None:
        self._site = Site(name, site or SITE)
        self._client = client
        self._reading = Aside(READING_TIME)
        self._tags = {"tagged": ";".join(tags)} if tags else {}
        self._key = {"key": key} if key else {}
        self._api = f"{(base_url or _API).rstrip('/')}/2.3"
        self._search = Searching(self._ask, Syntax(quote=quoted), overlap=OVERLAP)

    @property
    def name(self) -> str:
        return self._site.source

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was asked and answered since about any of the terms: one search a term, and one
        request for who wrote it. Raises a SourceError."""
        page = await self._search.fetch(terms, cursor, now)
        return replace(page, posts=await self._signed(page.posts))

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`; a hundred at most, in one request."""
        known = [post for post in posts if post_id(post)][:PAGE]
        if not known:
            return Reread()
        answered = await self._told(known)
        there = {one.id: post for one in known if (post := again(one, answered.told))}
        gone = missing([one.id for one in known], there, whole=answered.whole)
        return Reread(posts=tuple(there.values()), gone=gone)

    async def _ask(self, query: str, since: datetime, more: str) -> Found:
        page = int(more or "1")
        asked: dict[str, str | int] = {"sort": "creation", "order": "desc", "page": page}
        asked |= {"q": query, "fromdate": int(since.timestamp()), **self._tags}
        body, rest = await self._get("search/excerpts", asked)
        now = self._client.clock()
        found = await self._reading.read(partial(read_found, body, self._site, page, now))
        return found._replace(resume_at=rest)

    async def _signed(self, posts: Sequence[Post]) -> tuple[Post, ...]:
        """The posts with their authors and all that they say; as they are where the site, after
        the search, allows no more."""
        told: dict[int, Told] = {}
        with suppress(SourceError):
            for start in range(0, len(posts), PAGE):
                told |= (await self._told(posts[start : start + PAGE])).told
        return tuple(again(post, told) or post for post in posts)

    async def _told(self, posts: Sequence[Post]) -> Answered:
        ids = ";".join(str(post_id(post)) for post in posts)
        body, _ = await self._get(f"posts/{ids}", {"filter": "withbody"})
        return await self._reading.read(partial(read_told, body))

    async def _get(
        self, path: str, params: Mapping[str, str | int]
    ) -> tuple[bytes, datetime | None]:
        """An answer, and until when the method may not be asked again."""
        url = f"{self._api}/{path}"
        method = path.partition("/")[0]
        account = f"{method} {digest(*self._key.values(), size=6)}"
        answer = await self._client.get(
            url,
            params={**params, **self._key, "site": self._site.name, "pagesize": PAGE},
            account=account,
            explain=read_refusal,
            heed=read_rest,
        )
        now = self._client.clock()
        rest = await self._reading.read(partial(read_rest, answer.body, now))
        is_long = rest and (rest - now).total_seconds() > SHORT_WAIT
        return answer.body, rest if is_long else None
