"""The polite client: how Vigie asks the web for anything. The only module that imports httpx."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import urlencode
from weakref import WeakValueDictionary

import httpx
import msgspec
import stamina

from bot.errors import (
    SourceError,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
)
from bot.phrases import phrase
from bot.sources.allowances import SHORT_WAIT, Allowances
from bot.sources.asked import Asked, Heed, address, place_of
from bot.sources.bodies import CODINGS, too_long, unpack
from bot.sources.complaints import MOVED, Explain, Refusal, complaint
from bot.sources.connecting import transport as own_transport
from bot.sources.outages import Outages

MAX_BYTES = 10_000_000
"""The longest body, packed and unpacked; the longest recorded feed has 1.6 MB."""

MAX_REDIRECTS = 5
PATIENCE = 30.0
"""Seconds for one whole answer; a server that trickles is given up as well."""

LEAST_WAIT = 0.5
"""And at least, where a server's clock says that the time to come back is past."""

_TIMEOUT = httpx.Timeout(10.0)


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of 2xx or 304. `headers` has lower-case names; `url` is where it came from."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class PoliteClient:
    """One HTTP client for all sources; use it as an async context manager.

    It says who it is (`contact` goes into the User-Agent), asks a host one thing at a time, waits
    when it is told to, and tries a passing fault again, a few times. It trusts nobody: bodies are
    capped at `limit` bytes and `patience` seconds, no cookie is kept, no proxy is taken from the
    environment, and unless `allow_private`, only addresses of the public internet are connected
    to, redirects included. `clock` gives the time (aware) for what servers say of waiting, and
    `sleep` waits for so many seconds of it. `agent` and `allows_private` are for whoever asks over
    anything but HTTP.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        contact: str = "",
        allow_private: bool = False,
        limit: int = MAX_BYTES,
        patience: float = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.clock = clock
        self.agent = user_agent(contact)
        self.allows_private = allow_private
        self._sleep = sleep
        self._limit = limit
        self._patience = patience
        self._client = httpx.AsyncClient(
            headers={"User-Agent": self.agent, "Accept-Encoding": CODINGS},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=_TIMEOUT,
            transport=transport or own_transport(allow_private=allow_private),
            trust_env=False,
        )
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._allowances = Allowances(clock)
        self._outages = Outages()
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=3, timeout=60.0, wait_initial=0.5, wait_max=SHORT_WAIT, wait_jitter=0.5
        )
        for library in ("httpx", "httpcore"):  # they log whole URLs, and what is secret in them
            logging.getLogger(library).setLevel(logging.WARNING)
        stamina.instrumentation.set_on_retry_hooks([])  # the last error is told, by who asked

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        account: str = "",
        explain: Explain | None = None,
        heed: Heed | None = None,
        again: bool = True,
    ) -> Response:
        """What an address answers, redirects followed.

        `params` are added to the address. `account` names whose key is shown, for a server counts
        each key's requests: one account's rest does not hold up another's. `explain` reads what the
        server says of a refusal, where it says more than its status does. With `again` a passing
        fault is tried again: not where each request costs something, and may have cost it although
        no answer came.

        Raises SourceUnavailable where the server is down or slow, SourceRateLimited where it wants
        to be left alone, SourceRefused for 4xx and for addresses that must not be fetched,
        SourceGarbled for what is no proper answer.
        """
        target = address(url, params or {})
        asked = Asked("GET", target, headers or {}, None, account, explain, heed, time.monotonic())
        if not again:
            return await self._follow(asked)
        return await self._retrying(self._wait_before_retry, self._follow, asked)

    async def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        account: str = "",
        explain: Explain | None = None,
    ) -> Response:
        """What an address answers to a form or a JSON document: a sign-in, a search. To be used
        where asking twice does no harm, for a passing fault is tried again. No redirect is
        followed. Raises as `get` does.
        """
        kind = "application/json" if form is None else "application/x-www-form-urlencoded"
        body = msgspec.json.encode(json) if form is None else urlencode(form).encode()
        sent = {"Content-Type": kind, **(headers or {})}
        since = time.monotonic()
        asked = Asked("POST", address(url), sent, body, account, explain, since=since)
        return await self._retrying(self._wait_before_retry, self._follow, asked)

    def rest(self, url: str, until: datetime, account: str = "") -> None:
        """Leave an address's host alone until a time, where an answer said so in its body: all
        who ask for this account keep to it."""
        self._allowances.rest(place_of(address(url)), account, until)

    def _wait_before_retry(self, error: Exception) -> bool | float:
        """stamina's back-off hook: whether to try again, or after how many seconds."""
        if isinstance(error, SourceRateLimited):
            wait = (error.until - self.clock()).total_seconds()
            return max(wait, LEAST_WAIT) if wait <= SHORT_WAIT else False
        return isinstance(error, SourceUnavailable)

    async def _follow(self, asked: Asked) -> Response:
        host = asked.url.host
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(asked)
            if answer.status not in MOVED:
                return answer
            if asked.method != "GET":
                raise SourceRefused("{host} redirects what may not be sent on.", host=host)
            asked = asked.redirected(answer.headers.get("location", ""))
        raise SourceRefused(
            "{host} redirects more than {times} times.", host=asked.url.host, times=MAX_REDIRECTS
        )

    async def _ask(self, asked: Asked) -> Response:
        """One request in its turn. Raises a SourceError, whose words hold no more of the address
        than the host: keys may stand in the rest."""
        host, place = asked.url.host, place_of(asked.url)
        async with self._turns.setdefault(place, asyncio.Lock()):
            self._outages.check(place, asked.since)
            if wait := self._allowances.wait(place, asked.account):
                await self._sleep(wait)
            try:
                async with asyncio.timeout(self._patience):
                    return await self._heeded(asked, await self._exchange(asked))
            except (TimeoutError, httpx.TimeoutException):
                self._outages.in_vain(place, asked.since)
                raise SourceUnavailable("{host} took too long to answer.", host=host) from None
            except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, UnicodeEncodeError):
                raise SourceRefused("{host} cannot be asked this.", host=host) from None
            except httpx.InvalidURL:  # httpx looks at where a redirect leads, whether asked or not
                raise SourceGarbled("{host} redirects to what is no address.", host=host) from None
            except httpx.ConnectError as error:
                self._outages.in_vain(place, asked.since)
                raise SourceUnavailable(_unreachable(error), host=host) from None
            except httpx.HTTPError:
                raise SourceUnavailable("{host} broke off the connection.", host=host) from None
            except SourceRateLimited as limited:
                self._allowances.rest(place, asked.account, limited.until)
                raise

    async def _heeded(self, asked: Asked, answer: Response) -> Response:
        """The answer, once it is known whether it asks for a rest."""
        if asked.heed and answer.status not in MOVED:
            until = await asyncio.to_thread(asked.heed, answer.body, self.clock())
            if until:
                self._allowances.rest(place_of(asked.url), asked.account, until)
        return answer

    async def _exchange(self, asked: Asked) -> Response:
        url = asked.url
        async with self._client.stream(
            asked.method, url, headers=asked.headers, content=asked.body
        ) as answer:
            self._outages.answered(place_of(url))
            told = {name.lower(): value for name, value in answer.headers.items()}
            if answer.status_code not in MOVED:
                self._allowances.learn(place_of(url), asked.account, told)
            if error := complaint(url.host, answer.status_code, told, self.clock()):
                raise await self._explained(asked, answer, told) or error
            wire = b"" if answer.status_code in MOVED else await self._read(answer)
        return Response(
            status=answer.status_code,
            headers=told,
            body=await self._unpacked(answer, wire),
            url=str(url.copy_with(userinfo=b"", fragment=None)),
        )

    async def _explained(
        self, asked: Asked, answer: httpx.Response, told: Mapping[str, str]
    ) -> SourceError | None:
        """What the API itself says of a refusal, where whoever asked can read it."""
        if asked.explain is None:
            return None
        body = await self._unpacked(answer, await self._read(answer))
        said = Refusal(asked.url.host, answer.status_code, told, body)
        return await asyncio.to_thread(asked.explain, said, self.clock())

    async def _read(self, answer: httpx.Response) -> bytes:
        if answer.is_stream_consumed:  # a transport gave the body whole, and unpacked
            return answer.content[: self._limit + 1]
        wire = bytearray()
        async for chunk in answer.aiter_raw():
            wire += chunk
            if len(wire) > self._limit:
                raise too_long(self._limit)
        return bytes(wire)

    async def _unpacked(self, answer: httpx.Response, wire: bytes) -> bytes:
        coding = answer.headers.get("content-encoding", "")
        if not coding or not wire:
            return wire
        return await asyncio.to_thread(unpack, wire, coding, self._limit)


def user_agent(contact: str) -> str:
    """Who asks, and where to complain; header-safe whatever the contact holds."""
    safe = "".join(letter for letter in contact if " " <= letter <= "~" and letter not in "()")
    return f"Vigie/0.1 (+{safe.strip()})" if safe.strip() else "Vigie/0.1"


def _unreachable(error: httpx.ConnectError) -> str:
    """Why a `{host}` cannot be reached, in English words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return phrase("{host} shows a certificate that cannot be trusted.")
        cause = cause.__cause__ or cause.__context__
    return phrase("{host} cannot be reached.")
