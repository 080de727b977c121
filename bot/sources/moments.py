"""When a post was written, out of what its source says. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


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
    """A post's time as `Post.at` has it: UTC, whole seconds, never after `now`; undated is now."""
    return min(at or now, now).astimezone(UTC).replace(microsecond=0)
