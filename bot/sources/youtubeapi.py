"""YouTube's API within its two budgets (developers.google.com/youtube/v3, "Quota", "Errors")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bot.errors import SourceError, SourceRateLimited, SourceRefused
from bot.phrases import phrase
from bot.sources.base import Ledger
from bot.sources.complaints import Refusal
from bot.sources.http import PoliteClient
from bot.sources.items import UNREADABLE
from bot.sources.keys import Key
from bot.sources.pacing import Allowance, Purse

_PACIFIC = ZoneInfo("America/Los_Angeles")

SEARCHES = 100
UNITS = 10_000
"""What a key may ask for in a day that begins at midnight in California: searches, and all else."""

SEARCHES_ALLOWED = Allowance(SEARCHES, at_once=0.2, zone=_PACIFIC)
"""At once there are some for the first polls of watches."""

_API = "https://www.googleapis.com"
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_BAD_KEY = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID"})
_NOT_ALLOWED = frozenset({"accessNotConfigured", "SERVICE_DISABLED", "PERMISSION_DENIED"})
_CLOSED = frozenset({"commentsDisabled"})
_GONE = frozenset({"videoNotFound", "commentNotFound", "commentThreadNotFound"})
_PAUSE = timedelta(minutes=5)


class CommentsClosed(SourceRefused):
    """A video that takes no comments."""


class NotThere(SourceRefused):
    """A video or a comment that is not there, or not any more."""


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    errors: tuple[_Reason, ...] = ()
    details: tuple[_Reason, ...] = ()
    status: str = ""


class _Refused(msgspec.Struct, frozen=True):
    error: _Error


class YouTubeApi:
    """Asks by a key, for as long as its budgets last; they are shared out over the day."""

    def __init__(self, client: PoliteClient, key: Key, ledger: Ledger, base_url: str = "") -> None:
        self._client = client
        self._key = key
        self._base = f"{(base_url or _API).rstrip('/')}/youtube/v3"
        account = f"youtube {key.account}"
        self._searches = Purse(ledger, f"{account} searches", SEARCHES_ALLOWED)
        self._units = Purse(ledger, f"{account} units", Allowance(UNITS, zone=_PACIFIC))

    def now(self) -> datetime:
        """The time, aware."""
        return self._client.clock()

    async def search(self, params: Mapping[str, str | int]) -> bytes:
        """One of the day's searches. Raises a SourceError: SourceRateLimited until when the next
        one may be put."""
        now = self._client.clock()
        if not await self._searches.take(1, now):
            raise SourceRateLimited(
                phrase(
                    "YouTube allows {most} searches a day; those that are shared out until now are "
                    "used."
                ),
                await self._searches.when(1, now),
                most=SEARCHES,
            )
        return await self._get("search", params)

    async def look_up(self, what: str, params: Mapping[str, str | int]) -> bytes:
        """What is known of videos or comments, for one unit. Raises a SourceError."""
        now = self._client.clock()
        if not await self._units.take(1, now):
            raise SourceRateLimited(
                phrase("What YouTube allows to ask in a day is used, as far as it is shared out."),
                await self._units.when(1, now),
            )
        return await self._get(what, params)

    async def _get(self, what: str, params: Mapping[str, str | int]) -> bytes:
        """An answer; what YouTube refuses, or breaks off, has cost its price as well."""
        bucket = "searches" if what == "search" else "units"
        answer = await self._client.get(
            f"{self._base}/{what}",
            params=params,
            headers={"X-Goog-Api-Key": self._key.secret},
            account=f"{self._key.account} {bucket}",
            explain=self._explained,
            again=False,
        )
        return answer.body

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        said = _reasons(refusal.body)
        host = refusal.host
        if said & _SPENT:
            midnight = SEARCHES_ALLOWED.when(SEARCHES + 1, now)
            return SourceRateLimited(
                "{host} says that the day's budget of {variable} is used.",
                midnight,
                host=host,
                variable=self._key.name,
            )
        if said & _TOO_FAST:
            return SourceRateLimited(
                "{host} says that it was asked too often.", now + _PAUSE, host=host
            )
        if said & _BAD_KEY or (refusal.status == 401 and not refusal.is_page):
            return self._key.refused(host)
        if said & _CLOSED:
            return CommentsClosed("The video takes no comments.")
        if said & _GONE:
            return NotThere(
                "{host} has nothing at this address (status {status}).",
                host=host,
                status=refusal.status,
            )
        return self._key.lacks(host) if said & _NOT_ALLOWED else None


def _reasons(body: bytes) -> frozenset[str]:
    """All the words that an error has for why."""
    try:
        error = msgspec.json.decode(body, type=_Refused).error
    except UNREADABLE:
        return frozenset()
    return frozenset((error.status, *(one.reason for one in (*error.errors, *error.details))))
