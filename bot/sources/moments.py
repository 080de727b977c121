"""When a post was written, out of what its source says. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_POST = datetime(1991, 1, 1, tzinfo=UTC)


def from_iso(text: str) -> datetime | None:
    """An ISO 8601 time; one without a zone is taken for UTC. None where it cannot be read."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def from_mail(text: str) -> datetime | None:
    """A date as in mail (RFC 5322); one without a zone is taken for UTC. None where it is none."""
    try:
        at = parsedate_to_datetime(text.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def from_epoch(seconds: float) -> datetime | None:
    """Seconds since 1970. None outside of the years that there are."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def settled(at: datetime | None, now: datetime) -> datetime:
    """A post's time as `Post.at` has it: UTC, whole seconds, never after `now`.

    One without a date is from now, and so is one from before there was a web: 1970 is how servers
    say that they do not know.
    """
    if at is None or at < FIRST_POST:
        at = now
    return min(at, now).astimezone(UTC).replace(microsecond=0)
