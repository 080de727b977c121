"""The polite client: how Vigie asks the web for anything. The only module that imports httpx."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlencode
from weakref import WeakValueDictionary

import httpcore
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
from bot.sources.bodies import CODINGS, unpack
from bot.sources.complaints import MOVED, Explain, Refusal, complaint
from bot.sources.connecting import PublicBackend

MAX_BYTES = 10_000_000
"""The longest body, packed and unpacked; the longest recorded feed has 1.6 MB."""

MAX_REDIRECTS = 5
PATIENCE = 30.0
"""Seconds for one whole answer; a server that trickles is given up as well."""

SHORT_WAIT = 5.0
"""Seconds that are waited within a poll, where a server asks for no more."""

LEAST_WAIT = 0.5
"""And at least, where a server's clock says that the time to come back is past."""

_TIMEOUT = httpx.Timeout(10.0)
_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_LAST_PORT = 65_535  # httpx takes any number, and falls over when it connects
_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization", "x-goog-api-key"})


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
    to, redirects included. `clock` gives the time (aware) for what servers say of waiting.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        contact: str = "",
        allow_private: bool = False,
        limit: int = MAX_BYTES,
        patience: float = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.clock = clock
        self._limit = limit
        self._patience = patience
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent(contact), "Accept-Encoding": CODINGS},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=_TIMEOUT,
            transport=transport or _transport(allow_private),
            trust_env=False,
        )
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._resting: dict[tuple[str, str], datetime] = {}
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
    ) -> Response:
        """What an address answers, redirects followed.

        `params` are added to the address. `account` names whose key is shown, for a server counts
        each key's requests: one account's rest does not hold up another's. `explain` reads what the
        server says of a refusal, where it says more than its status does.

        Raises SourceUnavailable where the server is down or slow, SourceRateLimited where it wants
        to be left alone, SourceRefused for 4xx and for addresses that must not be fetched,
        SourceGarbled for what is no proper answer.
        """
        target = _address(url)
        if params:
            target = target.copy_merge_params(dict(params))
        asked = _Asked("GET", target, headers or {}, None, account, explain)
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
        asked = _Asked("POST", _address(url), sent, body, account, explain)
        return await self._retrying(self._wait_before_retry, self._follow, asked)

    def _wait_before_retry(self, error: Exception) -> bool | float:
        """stamina's back-off hook: whether to try again, or after how many seconds."""
        if isinstance(error, SourceRateLimited):
            wait = (error.until - self.clock()).total_seconds()
            return max(wait, LEAST_WAIT) if wait <= SHORT_WAIT else False
        return isinstance(error, SourceUnavailable)

    async def _follow(self, asked: _Asked) -> Response:
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

    async def _ask(self, asked: _Asked) -> Response:
        """One request in its turn. Raises a SourceError, whose words hold no more of the address
        than the host: keys may stand in the rest."""
        host = asked.url.host
        async with self._turns.setdefault(host, asyncio.Lock()):
            self._respect_rest(asked)
            try:
                async with asyncio.timeout(self._patience):
                    return await self._exchange(asked)
            except (TimeoutError, httpx.TimeoutException):
                raise SourceUnavailable("{host} took too long to answer.", host=host) from None
            except (httpx.LocalProtocolError, httpx.UnsupportedProtocol):
                raise SourceRefused("{host} cannot be asked this.", host=host) from None
            except httpx.InvalidURL:  # httpx looks at where a redirect leads, whether asked or not
                raise SourceGarbled("{host} redirects to what is no address.", host=host) from None
            except httpx.ConnectError as error:
                raise SourceUnavailable(_unreachable(error), host=host) from None
            except httpx.HTTPError:
                raise SourceUnavailable("{host} broke off the connection.", host=host) from None
            except SourceRateLimited as limited:
                self._note_rest(asked, limited.until)
                raise

    async def _exchange(self, asked: _Asked) -> Response:
        url = asked.url
        async with self._client.stream(
            asked.method, url, headers=asked.headers, content=asked.body
        ) as answer:
            told = {name.lower(): value for name, value in answer.headers.items()}
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
        self, asked: _Asked, answer: httpx.Response, told: Mapping[str, str]
    ) -> SourceError | None:
        """What the API itself says of a refusal, where whoever asked can read it."""
        if asked.explain is None:
            return None
        body = await self._unpacked(answer, await self._read(answer))
        said = Refusal(asked.url.host, answer.status_code, told, body)
        return asked.explain(said, self.clock())

    async def _read(self, answer: httpx.Response) -> bytes:
        if answer.is_stream_consumed:  # a transport gave the body whole, and unpacked
            return answer.content[: self._limit + 1]
        wire = bytearray()
        async for chunk in answer.aiter_raw():
            wire += chunk
            if len(wire) > self._limit:
                raise SourceGarbled(
                    "The answer holds more than {limit} bytes.", limit=f"{self._limit:,}"
                )
        return bytes(wire)

    async def _unpacked(self, answer: httpx.Response, wire: bytes) -> bytes:
        coding = answer.headers.get("content-encoding", "")
        if not coding or not wire:
            return wire
        return await asyncio.to_thread(unpack, wire, coding, self._limit)

    def _respect_rest(self, asked: _Asked) -> None:
        host = asked.url.host
        until = self._resting.get((host, asked.account))
        if until is None:
            return
        if self.clock() < until:
            raise SourceRateLimited("{host} asked to be left alone for a while.", until, host=host)
        del self._resting[host, asked.account]

    def _note_rest(self, asked: _Asked, until: datetime) -> None:
        """Remember a long wait, so that other polls of the same account keep to it as well."""
        if (until - self.clock()).total_seconds() > SHORT_WAIT:
            self._resting[asked.url.host, asked.account] = until


class _Asked(NamedTuple):
    """A request: the account is whose key it shows."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None
    account: str
    explain: Explain | None

    def redirected(self, location: str) -> Self:
        """The request as it goes on; what is secret does not go to another origin."""
        target = _redirected(self.url, location)
        if _origin(target) == _origin(self.url):
            return self._replace(url=target)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in _SECRETS}
        return self._replace(url=target, headers=kept)


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


def _address(url: str) -> httpx.URL:
    """An address that may be asked. Raises SourceRefused."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise SourceRefused("This is not a web address.") from None
    if address.scheme not in ("http", "https"):
        raise SourceRefused("Only http and https addresses are fetched.")
    port = 80 if address.port is None else address.port
    if not (_HOST.fullmatch(address.raw_host) and 0 < port <= _LAST_PORT):
        raise SourceRefused("This is not a web address.")
    return address


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    if not location:
        raise SourceGarbled("{host} redirects to nowhere.", host=url.host)
    try:
        return _address(str(url.join(location)))
    except (httpx.InvalidURL, ValueError):
        raise SourceGarbled("{host} redirects to what is no address.", host=url.host) from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _transport(allow_private: bool) -> httpx.AsyncBaseTransport:
    return httpx.AsyncHTTPTransport(trust_env=False) if allow_private else _PublicTransport()


class _PublicTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over connections to public addresses alone.

    httpx offers no other way to hand httpcore a network backend than to replace its pool.
    """

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=PublicBackend(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
        )
