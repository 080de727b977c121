"""How a Mastodon timeline is paged (docs.joinmastodon.org/api/guidelines/#pagination). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

DEFAULT_LIMIT = 20
MAX_LIMIT = 40


@dataclass(frozen=True)
class Cursor:
    """What a client asked for; an id of None was not given."""

    limit: int = DEFAULT_LIMIT
    min_id: int | None = None
    since_id: int | None = None
    max_id: int | None = None


def cursor(query: Mapping[str, str]) -> Cursor:
    """The cursor in a query string; what is not a number counts as 0, as Mastodon has it."""
    limit = query.get("limit")
    return Cursor(
        limit=min(abs(_number(limit)), MAX_LIMIT) if limit else DEFAULT_LIMIT,
        min_id=_id(query.get("min_id")),
        since_id=_id(query.get("since_id")),
        max_id=_id(query.get("max_id")),
    )


def page(ids: Sequence[int], asked: Cursor) -> list[int]:
    """The ids of one page, newest first, out of `ids` in rising order.

    `min_id` gives the page just above it, so that a client walks forward without a gap;
    `since_id` gives the newest page, cut off there; `max_id` the page just below it.
    """
    floor = asked.since_id if asked.min_id is None else asked.min_id
    within = [
        id
        for id in ids
        if (floor is None or id > floor) and (asked.max_id is None or id < asked.max_id)
    ]
    if asked.min_id is not None:
        return within[: asked.limit][::-1]
    return within[::-1][: asked.limit]


def links(url: str, shown: Sequence[int], asked: Mapping[str, str]) -> str | None:
    """The Link header of a page: `next` is older, `prev` newer. None for an empty page."""
    if not shown:
        return None
    kept = {name: value for name, value in asked.items() if name not in _CURSORS}
    older = urlencode({**kept, "max_id": shown[-1]})
    newer = urlencode({**kept, "min_id": shown[0]})
    return f'<{url}?{older}>; rel="next", <{url}?{newer}>; rel="prev"'


_CURSORS = ("min_id", "since_id", "max_id")


def _id(value: str | None) -> int | None:
    return _number(value) if value else None


def _number(value: str | None) -> int:
    return int(value) if value and value.lstrip("-").isdecimal() else 0
