"""When a server wants to be asked again, in all the dialects that servers say it. Pure.

Retry-After holds seconds or an HTTP date (RFC 9110, section 10.2.3). The reset headers hold an
ISO 8601 time (Mastodon), an epoch in seconds (X, GitHub) or the seconds left (Reddit, the IETF's
RateLimit draft).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)
"""Whoever asks for more is asked again after this: it is likelier a mistake than a wish."""

UNSAID = timedelta(minutes=5)
"""The wait where a server says "too many requests" and not until when."""

_PLENTY = 5

_RESET = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
_LIMIT = ("x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit")
_REMAINING = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{0,9})?")
_FIRST_EPOCH = 1_000_000_000
_FIRST_EPOCH_MS = 1_000_000_000_000


def moment(value: str, now: datetime) -> datetime | None:
    """The time that a header value stands for, between `now` and a day later.

    None where it cannot be read. A number from 10⁹ on is an epoch (10¹² on: in milliseconds),
    below it is seconds from now.
    """
    at = _read(_once(value), now)
    return min(max(at, now), now + LONGEST_WAIT) if at else None


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when an answer's Retry-After asks to wait; `headers` has lower-case names."""
    return moment(headers.get("retry-after", ""), now)


def reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server's count of requests begins anew."""
    return next((at for name in _RESET if (at := moment(headers.get(name, ""), now))), None)


def spent(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Until when nothing may be asked, where this answer was the last one allowed; else None."""
    left = _number(headers, _REMAINING)
    if left is None or left >= 1:
        return None
    return reset(headers, now) or now + UNSAID


def paced(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """From when on to ask again, so that what is left of an allowance lasts until its count begins
    anew; None while there is plenty: a tenth of the limit, or of how much nobody said five.

    All who ask this server with one key share what is left, so that none of them runs dry.
    """
    if until := spent(headers, now):
        return until
    left, limit = _number(headers, _REMAINING), _number(headers, _LIMIT)
    again = reset(headers, now)
    if left is None or again is None or left >= (limit / 10 if limit else _PLENTY):
        return None
    return now + (again - now) / (left + 1)


def _number(headers: Mapping[str, str], names: Sequence[str]) -> float | None:
    said = next((_once(headers[name]) for name in names if name in headers), "")
    return float(said) if _NUMBER.fullmatch(said) else None


def _once(value: str) -> str:
    """A value that two servers in a row have set, as one: `120, 120`."""
    said = {part.strip() for part in value.split(",")}
    return said.pop() if len(said) == 1 else value.strip()


def _read(value: str, now: datetime) -> datetime | None:
    if _NUMBER.fullmatch(value):
        return _from_number(float(value), now)
    at = _from_text(value)
    try:
        return at and (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))
    except OverflowError:
        return None


def _from_number(number: float, now: datetime) -> datetime:
    if number >= _FIRST_EPOCH_MS:
        number /= 1000
    left = number - now.timestamp() if number >= _FIRST_EPOCH else number
    wait = min(max(left, 0.0), LONGEST_WAIT.total_seconds())
    return now + timedelta(seconds=wait)


def _from_text(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(value)
        except (ValueError, OverflowError):
            continue
    return None
