"""The bookmark of a source that is not read but sends: when it was last heard of."""

from __future__ import annotations

from datetime import UTC, datetime

_NOTHING = "nothing received"
_RECEIVED = "received "


def bookmark(at: datetime | None) -> str:
    """The cursor of a source that was last heard of then, None: never."""
    return _NOTHING if at is None else f"{_RECEIVED}{at.astimezone(UTC).isoformat()}"


def is_sent(cursor: str | None) -> bool:
    """Whether a cursor is that of a source that sends."""
    return cursor is not None and (cursor == _NOTHING or cursor.startswith(_RECEIVED))


def received_at(cursor: str | None) -> datetime | None:
    """When a source that sends was last heard of; None where it never was, and for any other."""
    if cursor is None or not cursor.startswith(_RECEIVED):
        return None
    try:
        return datetime.fromisoformat(cursor.removeprefix(_RECEIVED))
    except ValueError:
        return None
