"""What is one story, and when it is worth telling again.

Negative posts that follow each other closely are one alert; a spike is one from its first sign to
its end. A story that goes on changes its message, and rings again only when it got worse by a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.alerts import Story, Told
from bot.domain.identity import conversation_id
from bot.domain.mention import Mention
from bot.domain.severity import Graded, Severity, rank

DOUBLE, TRIPLE, FLOOR = 2, 3, 10
"""A story of negative posts is told again when it has doubled, a spike when it has tripled, and by
at least that many posts: one post that became two rings for nobody."""

KEPT_POSTS = 200
"""Posts whose ids a story keeps, the worst ones; of those beyond it knows the number."""

Change = Literal["worse", "larger", "going_on"]
"""*worse*: more severe; *larger*: twice the volume, or three times; *going_on*: neither, but it was
told long ago."""


ENDED = timedelta(hours=1)
"""A story that did not grow for so long takes nothing any more, whenever that was written: what a
source shows late would be hidden in a card that nobody looks at."""


def follows(story: Story, at: datetime, now: datetime, group: timedelta) -> bool:
    """Whether a post that was written at that moment, and is read `now`, belongs to the story.

    `last` is when the story last grew by what was read: polls are as far apart as posts are, so a
    post counts from the last look on.
    """
    return at - story.last <= group and now - story.last <= ENDED


def change(
    told: Told,
    volume: int,
    severity: Severity,
    now: datetime,
    *,
    group: timedelta,
    repeat_every: timedelta,
    factor: int = DOUBLE,
) -> Change | None:
    """In what way a story is worth telling again, if it is; `volume` is measured as in `told`, and
    rings when it is `factor` times that.

    One that only grew is left alone for as long as posts are grouped: what begins is still growing
    while it is read for the first time.
    """
    if rank(severity) > rank(told.severity):
        return "worse"
    if now - told.at < group:
        return None
    if volume >= max(factor * told.volume, told.volume + FLOOR):
        return "larger"
    return "going_on" if now - told.at >= repeat_every else None


def story_id(watch: str, channel: str) -> str:
    """The running story of a watch in a channel is kept under this."""
    return f"{watch}\n{channel}"


def story_within(watch: str, spike: str) -> str:
    """The id of the alert that the negative posts of a spike are."""
    return conversation_id(watch, "negatives", spike)


def worst_posts(ids: Sequence[str], from_worst: Sequence[str]) -> tuple[str, ...]:
    """The ids that a story keeps, in the order in which they came; `from_worst` has them all, the
    worst first."""
    kept = frozenset(from_worst[:KEPT_POSTS])
    return tuple(id for id in ids if id in kept)


def worst_first(posts: Sequence[tuple[Mention, Graded]]) -> list[tuple[Mention, Graded]]:
    """Some posts, the worst first; of those alike the one that reaches further (with its copies),
    then the first. What its author took back comes last."""
    return sorted(posts, key=_mildness)


def _mildness(post: tuple[Mention, Graded]) -> tuple[bool, int, float, int, datetime, str]:
    mention, graded = post
    sentiment = mention.analysis.sentiment
    score = sentiment.score if sentiment else 0.0
    is_gone = mention.deleted is not None
    return is_gone, -rank(graded.severity), score, -mention.reach, mention.at, mention.id
