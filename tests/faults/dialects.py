"""How places of several kinds answer, when they are well."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime
from html import escape
from typing import Any

from tests.faults.badplaces import Dialect, Place, Said, Written, in_order


def feed(place: Place, path: str, query: Mapping[str, str]) -> Said:
    """RSS: the last items, whatever is asked."""
    items = "".join(map(rss_item, place.shown()[: place.most_shown]))
    return rss(items)


def rss(items: str, head: str = "") -> Said:
    text = f'<?xml version="1.0"?>{head}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    text += f"<channel><title>Lamps</title>{items}</channel></rss>"
    return Said(kind="application/rss+xml; charset=utf-8", body=text.encode())


def rss_item(post: Written) -> str:
    when = format_datetime(post.at.astimezone(UTC), usegmt=True)
    return (
        f"<item><guid>{escape(post.id)}</guid><link>https://sick.example/{len(post.id)}/{post.id[:99]}"
        f"</link><pubDate>{when}</pubDate><dc:creator>{post.author}</dc:creator>"
        f"<description>{escape(post.text)}</description></item>"
    )


def hackernews(place: Place, path: str, query: Mapping[str, str]) -> Said:
    """A JSON API: a search, newest first, within bounds of time."""
    bounds = dict(re.findall(r"created_at_i([<>]=)(\d+)", query.get("numericFilters", "")))
    since, until = int(bounds.get(">=", 0)), int(bounds.get("<=", 10**11))
    found = [post for post in place.shown() if since <= post.at.timestamp() <= until]
    return as_json({"hits": [hit(post) for post in found[: int(query.get("hitsPerPage", 20))]]})


def hit(post: Written) -> dict[str, Any]:
    return {
        "objectID": post.id,
        "created_at_i": int(post.at.timestamp()),
        "author": post.author,
        "title": "Lamps",
        "story_text": escape(post.text),
    }


def mastodon(place: Place, path: str, query: Mapping[str, str]) -> Said:
    """A JSON API with pages that are asked for by ids, and go forward from `min_id`."""
    if "/timelines/" not in path:
        return as_json({"error": "Record not found"}, status=404)
    most = int(query.get("limit", 20))
    found = sorted(place.shown(), key=lambda post: post.place, reverse=True)
    if "max_id" in query:
        found = [post for post in found if post.place < in_order(query["max_id"])]
    if "min_id" in query:
        found = [post for post in found if post.place > in_order(query["min_id"])][-most:]
    return as_json([status(post) for post in found[:most]])


def status(post: Written) -> dict[str, Any]:
    return {
        "id": post.id,
        "uri": f"https://sick.example/statuses/{post.id}",
        "url": f"https://sick.example/@{post.author}/{post.id}"[:200],
        "created_at": post.at.isoformat(),
        "content": f"<p>{escape(post.text)}</p>",
        "visibility": "public",
        "account": {"acct": post.author},
    }


def lemmy(place: Place, path: str, query: Mapping[str, str]) -> Said:
    """A JSON API with pages that are asked for by a cursor, and go back."""
    if path.startswith("/nodeinfo"):
        return as_json({"software": {"name": "lemmy", "version": "1.0.0"}})
    most, cursor = int(query.get("limit", 10)), query.get("page_cursor", "0")
    start = int(cursor) if cursor.isdecimal() else 0
    least = place.clock().timestamp() - int(query.get("time_range_seconds", 10**10))
    found = [post for post in place.shown() if post.at.timestamp() >= least]
    more = {"next_page": str(start + most)} if len(found) > start + most else {}
    return as_json({"search": [view(post) for post in found[start : start + most]], **more})


def view(post: Written) -> dict[str, Any]:
    return {
        "post": {
            "id": 7,
            "ap_id": f"https://sick.example/post/{post.id}",
            "name": "Lamps",
            "body": post.text,
            "published_at": post.at.isoformat(),
        },
        "creator": {"name": post.author},
    }


def as_json(value: object, status: int = 200) -> Said:
    return Said(status=status, body=json.dumps(value).encode())


DIALECTS: Mapping[str, Dialect] = {
    "feed": feed,
    "hackernews": hackernews,
    "mastodon": mastodon,
    "lemmy": lemmy,
}
