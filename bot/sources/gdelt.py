"""GDELT's news of the world (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import msgspec
from aiolimiter import AsyncLimiter
from babel import Locale

from bot.domain.links import canonical
from bot.domain.mention import Post
from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused
from bot.phrases import phrase
from bot.sources import ratelimits
from bot.sources.addressing import web_address
from bot.sources.aside import Aside
from bot.sources.base import Page
from bot.sources.http import PoliteClient
from bot.sources.items import decoded, readable
from bot.sources.merging import Merged
from bot.sources.moments import from_iso, settled
from bot.sources.searching import Found, Searching, Syntax
from bot.sources.text import html_to_text, plain

OVERLAP = timedelta(hours=6)
PAUSE = 5.5
"""Seconds from one request to the next: one every five is allowed."""

PAGE = 250
KEPT = timedelta(days=80)
"""How far back may be asked: three months can be searched."""

_API = "https://api.gdeltproject.org"


class _Article(msgspec.Struct, frozen=True):
    url: str
    title: str = ""
    seen: str = msgspec.field(name="seendate", default="")
    domain: str = ""
    language: str = ""


class _Answer(msgspec.Struct, frozen=True):
    articles: tuple[msgspec.Raw, ...] = ()


class GdeltSource:
    """Articles of news sites in all languages, by their headlines.

    Wire facts: one request every five seconds; whoever asks more often is answered with 429 and
    plain text. A page has 250 articles, older ones are asked for by `enddatetime`. The date is that
    of the visit, to the quarter of an hour. Several terms stand in parentheses with OR between
    them, a single one must not. What it does not like (a word that is too short) it says in plain
    text, with 200.
    """

    def __init__(
        self,
        name: str,
        client: PoliteClient,
        base_url: str = "",
        pause: float = PAUSE,
        fresh: timedelta = timedelta(),
    ) -> None:
        self._name = name
        self._client = client
        self._reading = Aside()
        self._address = f"{(base_url or _API).rstrip('/')}/api/v2/doc/doc"
        self._pace = AsyncLimiter(1, pause)
        syntax = Syntax(joiner=" OR ", chars=200, quote=quoted)
        searching = Searching(self._ask, syntax, overlap=OVERLAP, pages=4)
        self._searching = Merged(searching, fresh)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """The articles seen since about any of the terms. Raises a SourceError."""
        return await self._searching.fetch(terms, cursor, now)

    async def _ask(self, query: str, since: datetime, more: str) -> Found:
        now = self._client.clock()
        async with self._pace:
            answer = await self._client.get(
                self._address,
                params={
                    "query": f"({query})" if " OR " in query else query,
                    "mode": "artlist",
                    "format": "json",
                    "sort": "datedesc",
                    "maxrecords": PAGE,
                    "startdatetime": f"{max(since, now - KEPT):%Y%m%d%H%M%S}",
                    "enddatetime": more or f"{now:%Y%m%d%H%M%S}",
                },
                again=False,  # at once would be within the five seconds
            )
        return await self._reading.read(read_found, answer.body, self._name, now)


def read_found(body: bytes, source: str, now: datetime) -> Found:
    """A page of articles, newest first. Raises SourceGarbled; SourceRefused where the answer is a
    complaint about the question, SourceRateLimited where it is one of being asked too often."""
    if not body.lstrip().startswith(b"{"):
        if not body.strip():
            return Found(())  # how some of its servers say that there is nothing
        if b"<" in body[:100]:
            raise SourceGarbled("The answer is not {what}.", what=phrase("what GDELT answers"))
        if b"limit requests" in body:
            until = now + ratelimits.UNSAID
            raise SourceRateLimited("{host} says that it was asked too often.", until, host="GDELT")
        raise SourceRefused("GDELT does not take these words: they are too short, or too many.")
    raw = decoded(body, _Answer, phrase("what GDELT answers")).articles
    articles = readable(raw, _Article, phrase("an article"))
    posts = [post for one in articles if (post := _post(one, source, now))]
    oldest = min((post.at for post in posts), default=None)
    more = f"{oldest:%Y%m%d%H%M%S}" if oldest and len(raw) >= PAGE else ""
    return Found(posts, more)


def quoted(term: str) -> str:
    """A term as it is searched for: a phrase, or what might be read as syntax, in quotes."""
    return term if term.isalnum() else f'"{term}"'


def _post(article: _Article, source: str, now: datetime) -> Post | None:
    """An article as a post; None where it has no address, which is all that tells it apart."""
    url = web_address(article.url)
    key = canonical(url) if url else ""
    if not key:
        return None
    return Post(
        source=source,
        id=key,
        url=url,
        title=" ".join(html_to_text(article.title).split())[:500],
        text="",
        author=plain(article.domain)[:200],
        at=settled(from_iso(article.seen), now),
        language=_codes().get(article.language.casefold()),
    )


@cache
def _codes() -> dict[str, str]:
    """The codes of languages by their English names."""
    names = Locale("en").languages
    return {name.casefold(): code for code, name in names.items() if len(code) == 2}
