"""A new theme: a word or phrase that rises from nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec

from bot.domain.mention import Mention
from bot.domain.rising import Past

WINDOW = timedelta(hours=24)
"""The posts in which a theme is new."""

FEWEST, AUTHORS = 5, 3
"""Posts that speak of a new theme, and how many people wrote them."""

KNOWN = 100
"""Posts of the past that must be known: of what few said, all is new."""

NOTHING = 0.002
"""The share of the past at or under which a theme was not spoken of."""

SURE = 4.5
"""The rise (see `bot.domain.rising`) from which on a theme is new: some hundred themes of each of
thirty days are looked at, and chance makes one of them rise like that in a hundred such months."""


class NoveltyReason(msgspec.Struct, frozen=True, kw_only=True, tag="theme"):
    """A theme of which `seen` of the `of` posts of the last day speak, by so many `authors`, and
    `before` of the `known` posts of the two weeks before. `posts` are the ids of at most three."""

    theme: str
    seen: int
    of: int
    before: int
    known: int
    authors: int
    posts: tuple[str, ...]


def novelty(
    mentions: Sequence[Mention],
    before: Sequence[Mention],
    told: Collection[str] = (),
    *,
    limit: int = 3,
) -> NoveltyReason | None:
    """The theme of `mentions` that is newest against those `before`, or None; one that holds, or is
    held by, a theme that was `told` is not new.

    Dunning's G² (`Past.rise`) says how surely it rose. Of a word and a phrase with it the phrase is
    taken where as many speak of it.
    """
    past, by_theme = Past.of(before), _by_theme(mentions)
    found = [
        (past.rise(theme, len(posts), len(mentions)), len(theme), theme)
        for theme, posts in by_theme.items()
        if is_new(posts, past, theme, len(mentions))
        and not any(_overlap(theme, known) for known in told)
    ]
    if not found:
        return None
    _, _, theme = max(found)
    posts = by_theme[theme]
    furthest = sorted(posts, key=lambda mention: (-mention.analysis.reach, mention.at, mention.id))
    return NoveltyReason(
        theme=theme,
        seen=len(posts),
        of=len(mentions),
        before=past.counts.get(theme, 0),
        known=past.total,
        authors=_authors(posts),
        posts=tuple(mention.id for mention in furthest[:limit]),
    )


def is_new(posts: Sequence[Mention], past: Past, theme: str, of: int) -> bool:
    """Whether a theme, of which these `posts` of so many speak, rises from nothing."""
    if past.total < KNOWN or past.share(theme) > NOTHING or not _is_of_many(posts):
        return False
    return past.rise(theme, len(posts), of) >= SURE


def may_hold_one(mentions: Sequence[Mention], fresh: Sequence[Mention]) -> bool:
    """Whether something fresh speaks of what so many speak of that it may be new: the past need
    not be looked at where not."""
    by_theme = _by_theme(mentions)
    themes = {theme for mention in fresh for theme in mention.analysis.themes}
    return any(_is_of_many(by_theme[theme]) for theme in themes if theme in by_theme)


def _by_theme(mentions: Sequence[Mention]) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        for theme in dict.fromkeys(mention.analysis.themes):
            found[theme].append(mention)
    return dict(found)


def _is_of_many(posts: Sequence[Mention]) -> bool:
    return len(posts) >= FEWEST and _authors(posts) >= AUTHORS


def _authors(posts: Sequence[Mention]) -> int:
    return len({(mention.post.source, mention.post.author) for mention in posts})


def _overlap(theme: str, known: str) -> bool:
    return not frozenset(theme.split()).isdisjoint(known.split())
