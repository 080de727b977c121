"""What an hour was about, in a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from bot.domain.drivers import drivers
from bot.domain.mention import Mention

_LEADS_FROM, _LEADS_PART = 3, 0.25
"""An author leads who wrote at least so many of the posts, and at least that share of them."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The leading `themes` of some posts, and the `author` who wrote `posts` of them, `""` where
    nobody leads."""

    themes: tuple[str, ...] = ()
    author: str = ""
    posts: int = 0


def about(
    mentions: Sequence[Mention],
    before: Sequence[Mention],
    *,
    brand_words: Iterable[str] = (),
) -> About:
    """What `mentions` were about, held against those `before` them."""
    themes = drivers(mentions, before, brand_words=brand_words).themes
    authors = Counter(mention.post.author for mention in mentions if mention.post.author)
    author, posts = max(authors.items(), key=lambda one: (one[1], one[0]), default=("", 0))
    if posts < max(_LEADS_FROM, _LEADS_PART * len(mentions)):
        return About(themes=themes)
    return About(themes=themes, author=author, posts=posts)
