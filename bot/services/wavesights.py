"""What is seen of a wave: its posts, what they speak of, by how many people, and how bad it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.grading import grade_post, grade_wave
from bot.domain.mention import Mention
from bot.domain.rising import Past
from bot.domain.severity import Graded
from bot.domain.stories import worst_first
from bot.domain.watch import Watch
from bot.domain.waves import AUTHORS, Moods, Wave, WaveReason, is_negative
from bot.services.base import Services
from bot.services.moods import posts_since

POSTS, THEMES = 3, 3


class Sight(NamedTuple):
    """A wave as it is now, its severity, and its negative posts."""

    reason: WaveReason
    graded: Graded
    negative: Sequence[Mention]


async def sight(
    services: Services,
    watch: Watch,
    moods: Moods,
    found: Wave,
    fresh: Sequence[Mention],
    now: datetime,
) -> Sight | None:
    """What there is to a wave that was `found`; None where too few people are behind it."""
    posts = await posts_since(services, watch, found.since, fresh)
    reason = _reason(watch, moods, found, posts, now)
    if reason.authors < AUTHORS:
        return None
    graded = grade_wave(found.negative, found.read, reason.authors)
    return Sight(reason, graded, [mention for mention in posts if is_negative(mention)])


def _reason(
    watch: Watch, moods: Moods, found: Wave, posts: Sequence[Mention], now: datetime
) -> WaveReason:
    negative = [mention for mention in posts if is_negative(mention)]
    ranked = worst_first([(one, grade_post(one, watch.alarm, now)) for one in negative])
    return WaveReason(
        wave=found,
        until=now,
        known=round(moods.usual.read),
        patience=watch.spike_once_in / timedelta(days=1),
        themes=_themes(negative, [mention for mention in posts if not is_negative(mention)]),
        authors=len({(mention.post.source, mention.post.author) for mention in negative}),
        posts=tuple(mention.id for mention, _ in ranked[:POSTS]),
    )


def _themes(negative: Sequence[Mention], others: Sequence[Mention]) -> tuple[str, ...]:
    """What the negative posts speak of more than the others; of two alike what more speak of."""
    counts: Counter[str] = Counter(
        theme for mention in negative for theme in set(mention.analysis.themes)
    )
    past = Past.of(others)
    rises = {
        theme: past.rise(theme, count, len(negative))
        for theme, count in counts.items()
        if count > 1
    }
    leading = sorted(rises, key=lambda theme: (-rises[theme], -counts[theme], theme))
    return tuple(theme for theme in leading if rises[theme] > 0)[:THEMES]
