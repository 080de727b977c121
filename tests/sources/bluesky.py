"""Made-up posts of Bluesky's, as its servers write them."""

from __future__ import annotations

from datetime import timedelta

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
