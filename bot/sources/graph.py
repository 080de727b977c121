"""Meta's Graph API (developers.facebook.com/docs/graph-api: "Rate Limits", "Handling Errors",
"Paginated Results"), as Facebook, Instagram and Threads share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from bot.errors import SourceError, SourceRateLimited, SourceRefused, SourceUnavailable
from bot.phrases import phrase
from bot.sources.complaints import Refusal
from bot.sources.http import PoliteClient
from bot.sources.items import UNREADABLE, decoded
from bot.sources.keys import Key
from bot.sources.ratelimits import LONGEST_WAIT

T = TypeVar("T")

FACEBOOK = "https://graph.facebook.com/v25.0"
THREADS = "https://graph.threads.net/v1.0"

_FULL = 95
"""Per cent of what is allowed: what is left is for people who use the same account."""

_PAUSE = timedelta(minutes=15)
"""The wait where nothing is said: limits are counted over the last hour, or the last day."""

_PAGING = frozenset({"after", "until", "__paging_token"})
_TOO_MANY = frozenset({4, 17, 32, 341, 613})
_TOO_MANY_OF_A_KIND = range(80_000, 80_100)
_PASSING = frozenset({1, 2})
_BAD_TOKEN = frozenset({102, 190})
_NOT_ALLOWED = frozenset({3, 10, *range(200, 300)})
_UNKNOWN = 24


class NothingThere(SourceRefused):
    """What was asked for is not known; a hashtag, say, that nobody used yet."""


class _Error(msgspec.Struct, frozen=True):
    code: int = 0
    is_transient: bool = False


class _Refused(msgspec.Struct, frozen=True):
    error: _Error | None = None


class _Paging(msgspec.Struct, frozen=True):
    next: str = ""


class Edge(msgspec.Struct, frozen=True):
    """A page of a list."""

    data: tuple[msgspec.Raw, ...]
    paging: _Paging = _Paging()

    @property
    def more(self) -> str:
        """What the next page is asked for by, `""` where there is none. Of the address that is told
        only this is taken: the rest of it holds the token."""
        try:
            asked = parse_qsl(urlsplit(self.paging.next).query)
        except ValueError:
            return ""
        return urlencode([(name, value) for name, value in asked if name in _PAGING])


class _Usage(msgspec.Struct, frozen=True):
    """How much is used, in per cent; and for how many minutes there is nothing left."""

    call_count: float = 0
    total_cputime: float = 0
    total_time: float = 0
    regained_in: float = msgspec.field(name="estimated_time_to_regain_access", default=0)

    def rest(self) -> timedelta:
        if self.regained_in > 0:
            return min(timedelta(minutes=min(self.regained_in, 10_000)), LONGEST_WAIT)
        used = max(self.call_count, self.total_cputime, self.total_time)
        return _PAUSE if used >= _FULL else timedelta()


_Uses = dict[str, tuple[_Usage, ...]]


class Answer(NamedTuple):
    """What was answered; and until when nothing more is to be asked, where so much is used."""

    body: bytes
    rest: datetime | None


class Graph:
    """Asks one of Meta's APIs by a token, which stands in no address."""

    def __init__(self, client: PoliteClient, key: Key, base_url: str) -> None:
        self._client = client
        self._key = key
        self._base = base_url.rstrip("/")

    def now(self) -> datetime:
        """The time, aware."""
        return self._client.clock()

    async def get(
        self, path: str, params: Mapping[str, str | int], more: str = "", *, again: bool = True
    ) -> Answer:
        """What a path answers, on the page of a `more`; not `again` where each request is one of
        few. Raises a SourceError."""
        answer = await self._client.get(
            f"{self._base}/{path}",
            params={**params, **dict(parse_qsl(more))},
            headers=self._key.bearer,
            account=self._key.account,
            explain=self._explained,
            again=again,
        )
        host = urlsplit(answer.url).hostname or ""
        said = Refusal(host, answer.status, answer.headers, answer.body)
        if error := self._explained(said, self.now()):  # some come with status 200
            if isinstance(error, SourceRateLimited):
                self._client.rest(self._base, error.until, self._key.account)
            raise error
        return Answer(answer.body, used_up(answer.headers, self.now()))

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        error = _error(refusal.body)
        if error is None:
            return None
        if error.code in _TOO_MANY or error.code in _TOO_MANY_OF_A_KIND:
            until = used_up(refusal.headers, now) or now + _PAUSE
            return SourceRateLimited(
                "{host} says that it was asked too often.", until, host=refusal.host
            )
        if error.code in _BAD_TOKEN:
            return self._key.refused(refusal.host)
        if error.code in _NOT_ALLOWED:
            return self._key.lacks(refusal.host)
        if error.code == _UNKNOWN:
            return NothingThere(
                "{host} has nothing at this address (status {status}).",
                host=refusal.host,
                status=refusal.status,
            )
        if error.is_transient or error.code in _PASSING:
            return SourceUnavailable(
                "{host} has trouble of its own (status {status}).",
                host=refusal.host,
                status=refusal.status,
            )
        return None


def read_edge(body: bytes) -> Edge:
    """A page of a list. Raises SourceGarbled."""
    return decoded(body, Edge, phrase("a list of Meta's"))


def used_up(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when to rest by an answer's headers (`X-App-Usage` counts for an application,
    `X-Business-Use-Case-Usage` for each of its uses); None where enough is left."""
    app = _decoded(headers.get("x-app-usage", ""), _Usage) or _Usage()
    uses = _decoded(headers.get("x-business-use-case-usage", ""), _Uses) or {}
    rest = max(use.rest() for use in (app, *(use for of_one in uses.values() for use in of_one)))
    return now + rest if rest else None


def _decoded(header: str, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(header, type=kind, strict=False)
    except UNREADABLE:
        return None


def _error(body: bytes) -> _Error | None:
    try:
        return msgspec.json.decode(body, type=_Refused, strict=False).error
    except UNREADABLE:
        return None
