"""What a status code means for a poll (RFC 9110, section 15; RFC 6585). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from bot.errors import (
    SourceError,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
)
from bot.phrases import phrase
from bot.sources import ratelimits

MOVED = frozenset({301, 302, 303, 307, 308})
"""The redirects that are followed."""

_PASSING = frozenset({408, 425})


class TurnedAway(SourceRefused):
    """Nobody was let in: a web page came in the place of an answer (a firewall's, a portal's, a
    parked name's), or everything is for members. It tells nothing of what was asked for."""


class Refusal(NamedTuple):
    """An answer of 4xx or 5xx, with what the server says of it; `headers` has lower-case names."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is a web page: a firewall's or a portal's word, not the API's."""
        return is_page(self.headers) or self.body.lstrip()[:1] == b"<"


Explain = Callable[[Refusal, datetime], SourceError | None]
"""What a refusal means at an API that says so in its body; None: what its status means anywhere."""


def complaint(
    host: str, status: int, headers: Mapping[str, str], now: datetime
) -> SourceError | None:
    """What a status means, where it is no answer to be read: an error to raise, or None."""
    if 200 <= status < 300 or status == 304 or status in MOVED:
        return None
    until = ratelimits.retry_after(headers, now)
    if status == 429 or (status == 403 and ratelimits.spent(headers, now)):
        until = until or ratelimits.reset(headers, now) or now + ratelimits.UNSAID
        return SourceRateLimited("{host} says that it was asked too often.", until, host=host)
    if status == 503 and until:
        return SourceRateLimited("{host} is down, and said when to come back.", until, host=host)
    if status >= 500 or status in _PASSING:
        return SourceUnavailable(
            "{host} has trouble of its own (status {status}).", host=host, status=status
        )
    if status >= 400:
        kind = TurnedAway if is_page(headers) else SourceRefused
        return kind(_refusal(status, headers), host=host, status=status)
    return SourceGarbled(
        "{host} answered with a status that means nothing here ({status}).",
        host=host,
        status=status,
    )


def is_page(headers: Mapping[str, str]) -> bool:
    """Whether an answer says that it is a web page; `headers` has lower-case names."""
    return "html" in headers.get("content-type", "").lower()


def _refusal(status: int, headers: Mapping[str, str]) -> str:
    """In words; a web page instead of the API's own answer is a firewall's, not about a key."""
    match status:
        case 401 | 403 if is_page(headers):
            return phrase(
                "{host} turns programs away at the door, with a web page (status {status})."
            )
        case 401:
            return phrase("{host} wants somebody who is signed in (status {status}).")
        case 403:
            return phrase("{host} does not allow this (status {status}).")
        case 404 | 410:
            return phrase("{host} has nothing at this address (status {status}).")
        case _:
            return phrase("{host} refuses the request (status {status}).")
