"""How bad a post, a story of several, or a spike is: each ground asks for a step, the worst counts.

The steps are rules of thumb of ours: what a community manager would call a bad day (high) or drop
everything for (critical). Two grounds of different kinds that both ask for high make it critical.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.detection import Evidence
from bot.domain.excess import Driver, flooders
from bot.domain.folding import Wording, full_text, words_of
from bot.domain.mention import Mention
from bot.domain.severity import (
    SEVERITIES,
    Graded,
    Ground,
    GroundKind,
    Severity,
    at_least,
    rank,
    worst,
)

MILD = -0.6
"""A sentiment above this is low; one below is medium, and by itself no more."""

Steps = Sequence[tuple[float, Severity]]

REACH: Steps = ((100_000, "critical"), (5_000, "high"), (1_000, "medium"))
"""From how many people on."""

SPEED: Steps = ((2_000, "critical"), (200, "high"), (20, "medium"))
"""From how many likes, replies and reshares an hour on."""

SOONEST = timedelta(minutes=15)
"""The age of a post below which its speed says nothing."""

SEVERAL: Sequence[tuple[int, int, Severity]] = (
    (40, 20, "critical"),
    (10, 5, "high"),
    (3, 3, "medium"),
)
"""From how many posts by how many authors on."""

NEGATIVE: Sequence[tuple[float, int, Severity]] = (
    (0.6, 40, "critical"),
    (0.4, 8, "high"),
    (0.3, 5, "medium"),
)
"""From what share of the posts whose mood is read on, if so many are negative."""

WAVE: Sequence[tuple[float, int, int, Severity]] = (
    (0.6, 60, 40, "critical"),
    (0.5, 20, 15, "high"),
)
"""From what share of the posts of a wave on, of at least so many negative ones by so many people;
any other is medium."""

FAR, MANY = 10.0, 100
"""A volume so many times what was expected, and so large, is medium; alone it is no more."""

MUCH_DUE = 30.0
"""A silence in which so many mentions were due is medium, and no more: nobody is hurt by it."""

_FAMILIES: Mapping[GroundKind, str] = {
    "alarm": "words",
    "negative_share": "crowd",
    "several": "crowd",
    "reach": "spread",
    "speed": "spread",
    "volume": "volume",
    "growth": "volume",
    "flood": "volume",
    "quiet": "volume",
    "sentiment": "mood",
}
"""Grounds that tell of the same thing; in the order in which they are told."""

_ORDER = tuple(_FAMILIES)


def grade_post(mention: Mention, alarm: Sequence[str], now: datetime) -> Graded:
    """How bad a negative post is; `alarm` are the watch's own words, which make it high."""
    grounds = [_sentiment(mention), _alarm(mention, alarm), _reach(mention), _speed(mention, now)]
    return graded(ground for ground in grounds if ground)


def grade_story(posts: Sequence[tuple[Mention, Graded]], count: int) -> Graded:
    """How bad a story of `count` negative posts is: as bad as its worst, and for their number.

    `posts` are those at hand, the worst of them at least; their authors stand for all.
    """
    authors = len({(mention.post.source, mention.post.author) for mention, _ in posts})
    grounds = [ground for _, post in posts for ground in post.grounds]
    return graded([*grounds, *_several(count, authors)])


def grade_spike(
    evidence: Evidence,
    negative: int,
    read: int,
    within: Graded | None,
    drivers: Sequence[Driver] = (),
) -> Graded:
    """How bad a spike is: for its volume, for how many of the `read` posts are `negative`, and for
    the story of the negative posts `within` it. A few mild ones are in every spike.

    Where a few authors make up most of it, as its `drivers` say, numbers tell of no crowd: each
    ground that rests on them is a step lower.
    """
    within = within or Graded(severity="low")
    ratio = evidence.seen / max(evidence.expected, 1.0)
    volume: Severity = "medium" if ratio >= FAR and evidence.seen >= MANY else "low"
    grounds = [
        Ground(kind="volume", severity=volume, value=evidence.seen, of=evidence.expected),
        *_negative_share(negative, read),
        *(ground for ground in within.grounds if at_least(ground.severity, "high")),
    ]
    if flood := flooders(drivers):
        wrote = sum(driver.seen for driver in flood)
        names = tuple(driver.what for driver in flood)
        told = Ground(kind="flood", severity="low", value=wrote, of=len(flood), words=names)
        grounds = [told, *map(_of_no_crowd, grounds)]
    return graded(grounds)


def _of_no_crowd(ground: Ground) -> Ground:
    """A ground of a flood: a step lower where it counts posts."""
    if _FAMILIES[ground.kind] not in ("crowd", "volume"):
        return ground
    return replace(ground, severity=SEVERITIES[max(0, rank(ground.severity) - 1)])


def grade_wave(negative: int, read: int, authors: int, within: Graded | None = None) -> Graded:
    """How bad a wave is: for its size alone, `negative` of the `read` posts by so many `authors`;
    and for the single posts of the story `within` its thread. What is bad by itself and stands
    elsewhere is told there."""
    share = negative / read if read else 0.0
    sizes = (s for part, n, by, s in WAVE if share >= part and negative >= n and authors >= by)
    severity: Severity = next(sizes, "medium")
    single = [
        ground
        for ground in (within.grounds if within else ())
        if at_least(ground.severity, "high") and _FAMILIES[ground.kind] != "crowd"
    ]
    return graded(
        [Ground(kind="negative_share", severity=severity, value=negative, of=read), *single]
    )


def grade_silence(hours: float, expected: float) -> Graded:
    """How bad a silence of so many hours is, in which so many mentions were `expected`."""
    severity: Severity = "medium" if expected >= MUCH_DUE else "low"
    return graded([Ground(kind="quiet", severity=severity, value=hours, of=expected)])


def grade_velocity(mention: Mention, speed: float) -> Graded:
    """How bad a post is that spreads at so many reactions an hour: a negative one as its kind is,
    any other is news, and not bad by itself."""
    negative = mention.analysis.sentiment is not None and mention.analysis.sentiment.score <= MILD
    severity: Severity = (_step(SPEED, speed) or "low") if negative else "low"
    return graded([Ground(kind="speed", severity=severity, value=speed)])


def graded(grounds: Iterable[Ground]) -> Graded:
    """The severity that grounds come to; the weightiest of each kind are kept, the first first."""
    best: dict[GroundKind, Ground] = {}
    for ground in grounds:
        known = best.get(ground.kind)
        if known is None or _weight(ground) > _weight(known):
            best[ground.kind] = ground
    kept = sorted(best.values(), key=lambda g: (-rank(g.severity), _ORDER.index(g.kind)))
    serious = {_FAMILIES[ground.kind] for ground in kept if at_least(ground.severity, "high")}
    severity = "critical" if len(serious) > 1 else worst(tuple(g.severity for g in kept))
    return Graded(severity=severity, grounds=tuple(kept))


def worse(one: Graded, other: Graded) -> Graded:
    """The worse of two; `one` where they are alike."""
    return other if rank(other.severity) > rank(one.severity) else one


def _weight(ground: Ground) -> tuple[int, float]:
    size = -ground.value if ground.kind == "sentiment" else ground.value
    return rank(ground.severity), size


def _sentiment(mention: Mention) -> Ground | None:
    sentiment = mention.analysis.sentiment
    if sentiment is None:
        return None
    severity: Severity = "medium" if sentiment.score <= MILD else "low"
    return Ground(kind="sentiment", severity=severity, value=sentiment.score)


def _alarm(mention: Mention, alarm: Sequence[str]) -> Ground | None:
    wording = Wording(full_text(mention.post))
    found = tuple(word for word in alarm if _holds(wording, word))
    return Ground(kind="alarm", severity="high", value=len(found), words=found) if found else None


def _holds(wording: Wording, phrase: str) -> bool:
    """Whether the words of a phrase stand in a text, whole and in a row."""
    wanted = words_of(phrase)
    starts = wording.places.get(wanted[0], ()) if wanted else ()
    return any(wording.words[at : at + len(wanted)] == wanted for at in starts)


def _reach(mention: Mention) -> Ground | None:
    reach = mention.analysis.reach
    severity = _step(REACH, reach)
    if severity is None:
        return None
    return Ground(kind="reach", severity=severity, value=reach, words=(mention.post.author,))


def _speed(mention: Mention, now: datetime) -> Ground | None:
    hours = max(now - mention.at, SOONEST) / timedelta(hours=1)
    speed = mention.post.engagement / hours
    severity = _step(SPEED, speed)
    return Ground(kind="speed", severity=severity, value=speed) if severity else None


def _step(steps: Steps, value: float) -> Severity | None:
    return next((severity for limit, severity in steps if value >= limit), None)


def _several(count: int, authors: int) -> list[Ground]:
    severity = next((s for posts, by, s in SEVERAL if count >= posts and authors >= by), None)
    if severity is None:
        return []
    return [Ground(kind="several", severity=severity, value=count, of=authors)]


def _negative_share(negative: int, read: int) -> list[Ground]:
    share = negative / read if read else 0.0
    severity = next((s for part, n, s in NEGATIVE if share >= part and negative >= n), None)
    if severity is None:
        return []
    return [Ground(kind="negative_share", severity=severity, value=negative, of=read)]
