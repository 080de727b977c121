"""What a source has shown already: kept in its cursor, so that a post is returned once. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from bot.domain.mention import Post

Marks = dict[str, str]
"""Of each post a digest of its id, and one of what it said; oldest first.

48 bits tell posts apart (among 10,000 one chance in five million of two alike), 24 bits the
wordings of one post.
"""

_ID_BYTES = 6
_WORDING_BYTES = 3


def mark(post: Post) -> tuple[str, str]:
    """A post's id and wording, digested."""
    return id_mark(post.id), digest(post.title, post.text, size=_WORDING_BYTES)


def id_mark(id: str) -> str:
    """A post's id, digested; http and https count as the same."""
    return digest(id.removeprefix("https:").removeprefix("http:"), size=_ID_BYTES)


def unseen(posts: Iterable[Post], marks: Mapping[str, str]) -> list[Post]:
    """Those that are new or were edited since, each id once (the first wins), in order."""
    found: list[Post] = []
    met: set[str] = set()
    for post in posts:
        id, wording = mark(post)
        if id not in met and marks.get(id) != wording:
            found.append(post)
        met.add(id)
    return found


def remembered(posts: Iterable[Post], marks: Mapping[str, str], room: int) -> Marks:
    """The older marks and then those of `posts`; of all these the youngest `room`."""
    fresh: Marks = {}
    for post in posts:
        id, wording = mark(post)
        fresh.setdefault(id, wording)
    older = [(id, wording) for id, wording in marks.items() if id not in fresh]
    return dict([*older, *fresh.items()][-room:])


def digest(*parts: str, size: int) -> str:
    """A short name for some strings: a hash of `size` bytes, in base 64 that URLs can hold."""
    hashed = blake2b(digest_size=size)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(4, "big") + data)
    return urlsafe_b64encode(hashed.digest()).decode().rstrip("=")
