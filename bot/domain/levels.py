"""How negative the posts of a watch usually are, and the limit that follows from what the team can
take.

Scores of two languages, or of two engines, do not compare: each has its own level.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, groupby
from math import inf, nextafter
from typing import Literal

import msgspec

from bot.domain.flagging import part_of
from bot.domain.mention import NEUTRAL, Mention, Sentiment
from bot.domain.watch import Watch

MEMORY = timedelta(days=28)
"""How far back posts are looked at: four weeks, as far as a watch's baseline reaches."""

FEWEST = 50
"""Scores of one kind below which they tell no level: the worst 3% of fewer is one post."""

POINTS = 200
"""Points of a level that are kept."""

MILDEST = -NEUTRAL
"""From here on a post is neutral (as VADER's authors have it): such a one is never flagged."""

_UNDER_MILDEST = nextafter(MILDEST, -inf)

Kind = tuple[str, str]
"""A language and an engine."""

Origin = Literal["threshold", "few", "level"]
"""Where a limit comes from: the watch's own *threshold*, which also holds where there are too *few*
scores; or the *level* of the stream."""


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """The scores that posts of one language got from one engine: `count` of them, as at most
    `POINTS` pairs of a score and how many are at or under it, ascending. The lowest are exact; the
    further up, the wider the steps, in proportion to their rank."""

    language: str
    engine: str
    count: int
    points: tuple[tuple[float, int], ...]


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """The levels of a watch as they were `at` a time, from the posts of so many `days` before that
    its `query` (in print) finds. `models` are those that read them in the place of the rules: their
    versions by language."""

    watch: str
    at: datetime
    days: float
    levels: tuple[Level, ...]
    query: str = ""
    models: dict[str, int] = {}

    @property
    def posts(self) -> int:
        """How many posts they were made of."""
        return sum(level.count for level in self.levels)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """Posts whose `score` is at or under this are flagged. By a level it is the `part` (0 to 1) of
    `count` posts that is at or under it."""

    score: float
    origin: Origin
    part: float | None = None
    count: int = 0


def levels_of(
    watch: str, felt: Iterable[tuple[str, Sentiment]], days: float, now: datetime
) -> Levels:
    """The levels of posts, each with its language and how it feels, that came in so many `days`."""
    scores: dict[Kind, list[float]] = defaultdict(list)
    for language, sentiment in felt:
        scores[language, engine_of(sentiment)].append(sentiment.score)
    levels = [
        Level(language=language, engine=engine, count=len(found), points=sketch(found))
        for (language, engine), found in sorted(scores.items())
    ]
    return Levels(watch=watch, at=now, days=days, levels=tuple(levels))


def engine_of(sentiment: Sentiment) -> str:
    """The engine, by the name that it has today."""
    return "rules" if sentiment.engine == "vader" else sentiment.engine


def sketch(scores: Iterable[float]) -> tuple[tuple[float, int], ...]:
    """Scores (one at least), each with how many are at or under it; of more than `POINTS` those
    whose ranks grow in proportion."""
    runs = [(score, len(list(run))) for score, run in groupby(sorted(scores))]
    counts = list(accumulate(count for _, count in runs))
    points = [(score, count) for (score, _), count in zip(runs, counts, strict=True)]
    if len(points) <= POINTS:
        return tuple(points)
    total = counts[-1]
    ranks = (total ** (n / (POINTS - 1)) for n in range(POINTS))
    kept = {min(bisect_left(counts, rank - 0.5), len(counts) - 1) for rank in ranks}
    return tuple(points[n] for n in sorted({*kept, len(points) - 1}))


@dataclass(frozen=True)
class Limits:
    """What a watch flags, by its `levels` (None where they are not known yet)."""

    watch: Watch
    levels: Levels | None = None
    _kinds: Mapping[Kind, Level] = field(init=False, repr=False, compare=False)
    _limits: Mapping[Kind, Limit] = field(init=False, repr=False, compare=False)
    """Reckoned once, as thousands of posts may be asked about."""

    def __post_init__(self) -> None:
        found = self.levels.levels if self.levels else ()
        kinds = {(one.language, one.engine): one for one in found if one.count >= FEWEST}
        object.__setattr__(self, "_kinds", kinds)
        limits = {kind: self._by_level(level) for kind, level in kinds.items()}
        object.__setattr__(self, "_limits", limits)

    def of(self, language: str, engine: str = "rules") -> Limit:
        """The limit for what an engine reads in a language."""
        return self._limits.get((language, engine)) or self._threshold()

    def _threshold(self) -> Limit:
        origin: Origin = "threshold" if self.watch.flag is None else "few"
        return Limit(score=self.watch.negative_below, origin=origin)

    def _by_level(self, level: Level) -> Limit:
        if self.watch.flag is None or self.levels is None:
            return self._threshold()
        wanted = part_of(self.watch.flag, self.levels.posts, self.levels.days)
        score = min(_nearest(level, wanted), _UNDER_MILDEST)
        return Limit(
            score=score, origin="level", part=_under(level, score) / level.count, count=level.count
        )

    def for_mention(self, mention: Mention) -> Limit:
        """The limit for a post like this one."""
        sentiment = mention.analysis.sentiment
        engine = engine_of(sentiment) if sentiment else "rules"
        return self.of(mention.analysis.language, engine)

    def flags(self, mention: Mention) -> bool:
        """Whether a post is as negative as that."""
        sentiment = mention.analysis.sentiment
        if sentiment is None or sentiment.is_spared:
            return False
        return sentiment.score <= self.for_mention(mention).score

    def rank(self, mention: Mention) -> float | None:
        """Among what share (above 0, at most 1) of the most negative posts of its language this
        one is; None where too few are known."""
        sentiment = mention.analysis.sentiment
        if sentiment is None:
            return None
        level = self._kinds.get((mention.analysis.language, engine_of(sentiment)))
        return max(_reaching(level, sentiment.score), 1) / level.count if level else None

    def known(self) -> list[tuple[Level, Limit]]:
        """Each kind that has a level, the one with the most scores first, with its limit."""
        levels = sorted(self._kinds.values(), key=lambda level: -level.count)
        return [(level, self.of(level.language, level.engine)) for level in levels]

    def a_day(self) -> float | None:
        """About how many posts a day the limits flag; None where no kind has a level."""
        if self.levels is None or self.levels.days <= 0 or not self._kinds:
            return None
        flagged = sum(_under(level, self.of(*kind).score) for kind, level in self._kinds.items())
        return flagged / self.levels.days


def _nearest(level: Level, part: float) -> float:
    """The score under which there is as nearly as can be this part of a level: of many posts with
    the same score either all are or none. Just under the lowest where that is nearer."""
    counts = [count for _, count in level.points]
    wanted = part * level.count
    over = bisect_right(counts, wanted)
    under = counts[over - 1] if over else 0
    if over < len(counts) and counts[over] - wanted < wanted - under:
        return level.points[over][0]
    return level.points[over - 1][0] if over else nextafter(level.points[0][0], -inf)


def _under(level: Level, score: float) -> int:
    """How many scores are at or under this one; at a score between two points, what is sure."""
    at = bisect_right(_scores(level.points), score)
    return level.points[at - 1][1] if at else 0


def _reaching(level: Level, score: float) -> int:
    """How many scores are at or under the first point that is not under this one."""
    at = bisect_left(_scores(level.points), score)
    return level.points[min(at, len(level.points) - 1)][1]


def _scores(points: Sequence[tuple[float, int]]) -> list[float]:
    return [score for score, _ in points]
