"""Made-up posts of Bluesky's, as its servers write them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from tests.builders import NOW

ADA = "did:plc:adaadaadaadaadaadaadaada"


def post_uri(rkey: object = 1, did: str = ADA) -> str:
    """The address of a post."""
    return f"at://{did}/app.bsky.feed.post/{rkey}"


def profile(did: str = ADA, **changes: object) -> dict[str, object]:
    """An account."""
    return {"did": did, "handle": "ada.example", "displayName": "Ada", **changes}


def record(minutes_ago: float = 1, **changes: object) -> dict[str, object]:
    """What an author wrote."""
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "$type": "app.bsky.feed.post",
        "createdAt": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
        "langs": ["en"],
        "text": "My Lumo died",
        **changes,
    }


def view(number: int = 1, **changes: object) -> dict[str, object]:
    """A post as the app shows it, written `number` minutes ago."""
    return {
        "uri": post_uri(number),
        "cid": "bafy",
        "author": profile(),
        "record": record(number),
        "replyCount": 0,
        "repostCount": 0,
        "likeCount": 0,
        "quoteCount": 0,
        "indexedAt": f"{NOW:%Y-%m-%dT%H:%M:%S.000Z}",
        **changes,
    }


def micros(at: datetime) -> int:
    """A time as Jetstream has it."""
    return round(at.timestamp() * 1_000_000)


def line(
    rkey: object = 1,
    minutes_ago: float = 1,
    *,
    did: str = ADA,
    operation: str = "create",
    written: dict[str, object] | None = None,
    collection: str = "app.bsky.feed.post",
) -> bytes:
    """What Jetstream says of a post."""
    commit: dict[str, object] = {
        "rev": "1",
        "operation": operation,
        "collection": collection,
        "rkey": str(rkey),
    }
    if operation != "delete":
        commit["record"] = record(minutes_ago) if written is None else written
    return json.dumps(
        {
            "did": did,
            "time_us": micros(NOW - timedelta(minutes=minutes_ago)),
            "kind": "commit",
            "commit": commit,
        }
    ).encode()


def account_line(status: str, minutes_ago: float = 0, did: str = ADA) -> bytes:
    """What Jetstream says of an account that is not active any more."""
    return json.dumps(
        {
            "did": did,
            "time_us": micros(NOW - timedelta(minutes=minutes_ago)),
            "kind": "account",
            "account": {"active": False, "status": status, "did": did, "seq": 1},
        }
    ).encode()
