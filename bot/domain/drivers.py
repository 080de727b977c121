"""What drove a spike: the themes of the excess, how many people, and the posts to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from bot.domain.analysis.influence import influence
from bot.domain.clusters import clusters
from bot.domain.excess import Driver, Window
from bot.domain.mention import Mention
from bot.domain.rising import Past


class Drivers(msgspec.Struct, frozen=True, kw_only=True):
    """What makes up an excess: its themes, leading first; how many people wrote; the posts to read,
    first the one that explains most; the `parts`, first the one that explains it best; and how many
    mentions are `reshares` of another's."""

    themes: tuple[str, ...]
    authors: int
    posts: tuple[Mention, ...]
    parts: tuple[Driver, ...] = ()
    reshares: int = 0


def drivers(
    mentions: Sequence[Mention],
    baseline: Sequence[Mention],
    limit: int = 3,
    *,
    expected: float = 0.0,
    brand_words: Iterable[str] = (),
) -> Drivers:
    """What drove the volume of `mentions`, of which so many were `expected`, held against those of
    the days before.

    A theme leads by how surely its part in them has grown (`Past.rise`). At most `limit` themes
    and posts.
    """
    themes = _themes(mentions, baseline, limit, brand_words)
    window = Window(mentions, baseline, expected)
    return Drivers(
        themes=themes,
        authors=len({(mention.post.source, mention.post.author) for mention in mentions}),
        posts=_posts(window.told, themes, limit),
        parts=window.drivers(themes),
        reshares=window.reshares,
    )


def _themes(
    mentions: Sequence[Mention],
    baseline: Sequence[Mention],
    limit: int,
    brand_words: Iterable[str],
) -> tuple[str, ...]:
    past, now = Past.of(baseline), Past.of(mentions)
    rises = {
        cluster.theme: past.rise(cluster.theme, now.counts[cluster.theme], now.total)
        for cluster in clusters(mentions, past, limit, brand_words)
    }
    leading = sorted(rises, key=lambda theme: (-rises[theme], theme))
    return tuple(theme for theme in leading if rises[theme] > 0)


def _posts(
    told: Sequence[Sequence[Mention]], themes: Sequence[str], limit: int
) -> tuple[Mention, ...]:
    """The post of each story that explains most: first one for each theme, then the next best.

    Of copies the one that reaches furthest, which stands first, is taken.
    """
    ranked = [copies[0] for copies in sorted(told, key=lambda copies: -_weight(copies, themes))]
    of_themes = [
        next((mention for mention in ranked if theme in mention.analysis.themes), None)
        for theme in themes
    ]
    chosen = {mention.id: mention for mention in (*of_themes, *ranked) if mention}
    return tuple(chosen.values())[:limit]


def _weight(copies: Sequence[Mention], themes: Sequence[str]) -> float:
    """How much a post explains: its influence (0 to 1), how close it is to the excess (1 for
    the leading theme, ½ for another), and its copies (1 for twenty)."""
    analysis = copies[0].analysis
    held = frozenset(analysis.themes)
    leads = bool(themes) and themes[0] in held
    close = 1.0 if leads else 0.0 if held.isdisjoint(themes) else 0.5
    return influence(analysis.reach) + close + min(1.0, (len(copies) - 1) / 20)
