"""Ids made of what they stand for, so that polling twice, or on two machines, makes them alike."""

from __future__ import annotations

from hashlib import blake2b

from msgspec.structs import replace

from bot.domain.folding import fold
from bot.domain.links import page
from bot.domain.mention import Post

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 (crockford.com/base32.html): without i, l, o and u."""

_PAIRS = [low + high for high in _ALPHABET for low in _ALPHABET]
"""Two digits a number below 1,024, the lower one first: the order in which ids are written."""

_MISREAD = str.maketrans("ilo", "110")

LONGEST_ID = 2_000
"""Characters of a source's own id; the longest are addresses."""

CONVERSATION_LENGTH = 6
"""A person types it: 30 bits, in 20,000 conversations one chance in six of one pair alike."""

MENTION_LENGTH = 16
"""Nobody types it, and two alike would lose a mention: 80 bits."""


def bounded(post: Post) -> Post:
    """The post, whose ids are kept and asked for, with none longer than any source gives: of one
    that is there is a digest."""
    if max(len(post.id), len(post.thread), len(post.local_id)) <= LONGEST_ID:
        return post
    return replace(
        post,
        id=_shortened(post.id),
        thread=_shortened(post.thread),
        local_id="" if len(post.local_id) > LONGEST_ID else post.local_id,
    )


def _shortened(id: str) -> str:
    return id if len(id) <= LONGEST_ID else f"{id[:99]}#{_digest(MENTION_LENGTH, 'long', id)}"


def mention_id(watch: str, post: Post) -> str:
    """The id of the mention that a watch makes of a post."""
    return id_of_mention(watch, post.source, post.id)


def id_of_mention(watch: str, source: str, post: str) -> str:
    """The same, of a post of which nothing is known but its id."""
    return _digest(MENTION_LENGTH, "mention", watch, source, post)


def page_key(watch: str, post: Post) -> str:
    """What a post is known by whose id is not to be relied on: its address, its headline (or else
    its words) and its author, within a watch and a source; `""` where it has no address.

    Feeds give the same article another guid when they move to https, to another host or another
    program; reviews of one app share an address and a headline, and differ in their authors.
    """
    address = page(post.url)
    if not address:
        return ""
    said = " ".join(fold(post.title or post.text).split())
    return _digest(MENTION_LENGTH, "page", watch, post.source, address, said, post.author)


def is_another(known: Post, post: Post) -> bool:
    """Whether a post took over the id of a known one: address, headline and words all differ.

    Forums write the headline into the address, so both change with it; then the words stay.
    """
    return bool(
        known.title != post.title
        and known.text != post.text
        and page(known.url) != page(post.url)
        and not _goes_on(known.text, post.text)
    )


def told_apart(post: Post) -> Post:
    """A post that took over another's id, with one of its own."""
    return replace(post, id=f"{post.id}#{_digest(MENTION_LENGTH, 'apart', page(post.url))}")


def _goes_on(before: str, after: str) -> bool:
    """Whether a text is the other with something added, or taken off, at its end."""
    shorter, longer = sorted((before.split(), after.split()), key=len)
    return bool(shorter) and longer[: len(shorter)] == shorter


def conversation_id(watch: str, source: str, thread_key: str) -> str:
    """The id of a thread as one watch works it; `thread_key` is the id of the thread's root."""
    return _digest(CONVERSATION_LENGTH, "conversation", watch, source, thread_key)


def insight_id(began: str) -> str:
    """The id of the insight that begins with what is called so: a mention, or a Slack message."""
    return _digest(CONVERSATION_LENGTH, "insight", began)


def author_key(source: str, author: str) -> str:
    """Stands for who wrote at a source, and does not say who; `""` for nobody."""
    return _digest(MENTION_LENGTH, "author", source, fold(author)) if author else ""


def post_key(source: str, post: str) -> str:
    """Stands for a post of a source by its id, which names its author at many, and does not say
    which it is."""
    return _digest(MENTION_LENGTH, "post", source, post)


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
