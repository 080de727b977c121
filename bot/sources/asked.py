"""A request that may be made, and where it leads when it is redirected. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Self

import httpx

from bot.errors import SourceGarbled, SourceRefused
from bot.sources.complaints import Explain

_HOST = re.compile(rb"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_LAST_PORT = 65_535  # httpx takes any number, and falls over when it connects
_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization", "x-goog-api-key"})


Heed = Callable[[bytes, datetime], datetime | None]
"""Reads from the body of an answer until when nothing more is to be asked, where it says so."""


class Asked(NamedTuple):
    """A request: the account is whose key it shows, `since` is when it came (monotonic)."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes | None
    account: str
    explain: Explain | None
    heed: Heed | None = None
    since: float = 0.0

    def redirected(self, location: str) -> Self:
        """The request as it goes on; what is secret does not go to another origin."""
        target = _redirected(self.url, location)
        if _origin(target) == _origin(self.url):
            return self._replace(url=target)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in _SECRETS}
        return self._replace(url=target, headers=kept)


def address(url: str, params: Mapping[str, str | int] = {}) -> httpx.URL:
    """An address that may be asked, with `params` added to it. Raises SourceRefused."""
    try:
        found = httpx.URL(url)
        found = found.copy_merge_params(dict(params)) if params else found
    except (httpx.InvalidURL, ValueError):
        raise SourceRefused("This is not a web address.") from None
    if found.scheme not in ("http", "https"):
        raise SourceRefused("Only http and https addresses are fetched.")
    port = 80 if found.port is None else found.port
    if not (_HOST.fullmatch(found.raw_host) and 0 < port <= _LAST_PORT):
        raise SourceRefused("This is not a web address.")
    return found


def place_of(url: httpx.URL) -> str:
    """Who is asked: a host, with its port where that is not the usual one."""
    return url.host if url.port is None else f"{url.host}:{url.port}"


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    if not location:
        raise SourceGarbled("{host} redirects to nowhere.", host=url.host)
    try:
        return address(str(url.join(location)))
    except (httpx.InvalidURL, ValueError):
        raise SourceGarbled("{host} redirects to what is no address.", host=url.host) from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
