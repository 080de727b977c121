"""Posts in languages whose mood nothing reads: they raise no negative alert, and so are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from bot.domain.mention import Mention


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """`posts` in a language (ISO 639-1, or "unknown") whose mood was not read."""

    language: str
    posts: int


class _Post(msgspec.Struct, frozen=True, gc=False):
    source: str
    id: str


class _Mood(msgspec.Struct, frozen=True, gc=False):
    """A mood, whatever it is."""


class _Analysis(msgspec.Struct, frozen=True, gc=False):
    language: str
    sentiment: _Mood | None = None


class Heard(msgspec.Struct, frozen=True, gc=False):
    """Of a stored mention, what tells whether its mood was read: thousands are asked at once."""

    post: _Post
    analysis: _Analysis


def unread_of(mentions: Iterable[Heard | Mention], read: Collection[str]) -> tuple[Unread, ...]:
    """The posts that could not be read, as they are in none of the languages `read`; the language
    with most posts first. A post counts once, however many watches it is a mention of."""
    languages = {
        (mention.post.source, mention.post.id): mention.analysis.language
        for mention in mentions
        if mention.analysis.sentiment is None and mention.analysis.language not in read
    }
    counts = Counter(languages.values())
    return tuple(
        Unread(language=language, posts=posts)
        for language, posts in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
