"""GitHub: issues that its search finds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.domain.mention import Post
from bot.errors import SourceError, SourceRateLimited, SourceRefused
from bot.sources import ratelimits
from bot.sources.aside import READING_TIME, Aside
from bot.sources.base import Page, Reread
from bot.sources.complaints import Refusal
from bot.sources.exchanges import Said, exchange
from bot.sources.http import PoliteClient
from bot.sources.issues import (
    NODES,
    PAGE,
    read_comments,
    read_found,
    read_issue,
    read_nodes,
)
from bot.sources.keys import Key
from bot.sources.merging import Merged
from bot.sources.searching import Found, Searching, Syntax

OVERLAP = timedelta(hours=3)

_API = "https://api.github.com"
_PLACE = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+/issues/[0-9]+")
_LIMITED = (b"rate limit", b"abuse detection")
_LEAST_REST = timedelta(minutes=1)


class GitHubSource:
    """Issues whose title or text holds a term (docs.github.com/rest/search, "Search issues and pull
    requests").

    `/search/issues?q=("lumo" OR "maison lumo") in:title,body is:issue created:A..B&sort=created`:
    256 characters and five operators a query, 1,000 issues each; so the next page is asked for by
    the time of the last issue. Without `is:issue` a query has status 422, and parentheses need the
    advanced search that is usual since September 2025. `incomplete_results` says that the search
    ran out of time. Ten requests a minute and address, 30 with a token, and what else is asked
    counts apart; who asks too fast gets 403 or 429, which at times but the body explains, and waits
    a minute where no time is told ("Rate limits for the REST API"; github.com/hub4j/github-api,
    issue 2009). Comments are not found. With a token, known issues are asked for again by GraphQL.
    """

    def __init__(
        self,
        name: str,
        client: PoliteClient,
        key: Key,
        base_url: str = "",
        fresh: timedelta = timedelta(),
    ) -> None:
        self._name = name
        self._client = client
        self._reading = Aside(READING_TIME)
        self._key = key
        self._api = (base_url or _API).rstrip("/")
        self._account = key.account if key.secret else ""
        self._headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            **(key.bearer if key.secret else {}),
        }
        syntax = Syntax(joiner=" OR ", chars=160, terms=5, quote=lambda term: f'"{term}"')
        self._search = Merged(Searching(self._ask, syntax, overlap=OVERLAP), fresh)

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was opened since about any of the terms. Raises a SourceError."""
        return await self._search.fetch(terms, cursor, now)

    async def exchange(self, post: Post) -> tuple[Post, ...]:
        """The issue and its first hundred comments (see `Threaded.exchange`), in two requests."""
        if not _PLACE.fullmatch(post.local_id):
            raise SourceRefused("The server polled does not know this post by an id of its own.")
        above = await self._get(f"repos/{post.local_id}", {})
        below = await self._get(f"repos/{post.local_id}/comments", {"per_page": PAGE})

        def read() -> tuple[Post, ...]:
            now = self._client.clock()
            issue = read_issue(above, self._name, now)
            comments = read_comments(below, issue, now)
            return exchange([Said(issue), *(Said(one, issue.id) for one in comments)], post)

        return await self._reading.read(read)

    async def reread(self, posts: Sequence[Post]) -> Reread:
        """See `Rereadable.reread`; a hundred at most, in one request. Without a token, nothing."""
        known = {post.id: post for post in posts[:PAGE]}
        if not (known and self._key.secret):
            return Reread()
        answer = await self._client.post(
            f"{self._api}/graphql",
            json={"query": NODES, "variables": {"ids": list(known)}},
            headers=self._headers,
            account=f"{self._account} graphql",
            explain=self._explained,
        )
        return await self._reading.read(partial(read_nodes, answer.body, known))

    async def _ask(self, query: str, since: datetime, more: str) -> Found:
        until = more or "*"
        asked = f"({query}) in:title,body is:issue created:{_written(since)}..{until}"
        params: dict[str, str | int] = {"q": asked, "sort": "created", "order": "desc"}
        params |= {"per_page": PAGE, "advanced_search": "true"}
        body = await self._get("search/issues", params)
        return await self._reading.read(partial(read_found, body, self._name, self._client.clock()))

    async def _get(self, path: str, params: dict[str, str | int]) -> bytes:
        counted = path.partition("/")[0]
        answer = await self._client.get(
            f"{self._api}/{path}",
            params=params,
            headers=self._headers,
            account=f"{self._account} {counted}",
            explain=self._explained,
        )
        return answer.body

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        """A token that is not taken, or a limit, which GitHub says with status 403 as well."""
        if refusal.status == 401 and self._key.secret and not refusal.is_page:
            return self._key.refused(refusal.host)
        said = refusal.body.lower()
        if refusal.status not in (403, 429) or not any(word in said for word in _LIMITED):
            return None
        until = (
            ratelimits.retry_after(refusal.headers, now)
            or ratelimits.spent(refusal.headers, now)
            or now + _LEAST_REST
        )
        return SourceRateLimited(
            "{host} says that it was asked too often.", until, host=refusal.host
        )


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
