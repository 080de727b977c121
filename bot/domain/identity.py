"""Ids made of what they stand for, so that polling twice, or on two machines, makes them alike."""

from __future__ import annotations

from hashlib import blake2b

from bot.domain.mention import Post

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 (crockford.com/base32.html): without i, l, o and u."""

_PAIRS = [low + high for high in _ALPHABET for low in _ALPHABET]
"""Two digits a number below 1,024, the lower one first: the order in which ids are written."""

_MISREAD = str.maketrans("ilo", "110")

CONVERSATION_LENGTH = 6
"""A person types it: 30 bits, in 20,000 conversations one chance in six of one pair alike."""

MENTION_LENGTH = 16
"""Nobody types it, and two alike would lose a mention: 80 bits."""


def mention_id(watch: str, post: Post) -> str:
    """The id of the mention that a watch makes of a post."""
    return _digest(MENTION_LENGTH, "mention", watch, post.source, post.id)


def conversation_id(watch: str, source: str, thread_key: str) -> str:
    """The id of a thread as one watch works it; `thread_key` is the id of the thread's root."""
    return _digest(CONVERSATION_LENGTH, "conversation", watch, source, thread_key)


def thread_key(post: Post) -> str:
    """The root of the post's thread: itself where it answers nothing."""
    return post.thread or post.id


def as_typed(id: str) -> str:
    """An id as a person typed or read it aloud, brought back to how it is stored."""
    return id.strip().strip("`").removeprefix("#").lower().translate(_MISREAD)


def _digest(length: int, *parts: str) -> str:
    """`length` (even) characters of a hash; each part carries its length, so that none runs into
    the next."""
    hashed = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(4, "big") + data)
    number = int.from_bytes(hashed.digest(), "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(0, 5 * length, 10)])
