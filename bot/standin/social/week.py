"""The week that the small social web plays: seven quiet days on record, then the last acts, live.

Pure: the same seed and the same `now` give the same week.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge
from operator import attrgetter
from typing import Literal

from bot.standin.social import scenes
from bot.standin.social.days import chatter, moments
from bot.standin.social.posts import Act, Record
from bot.standin.social.writing import Writer, seeded

Phase = Literal["quiet", "launch", "crisis", "calm"]

HISTORY = timedelta(days=7)


def history(seed: int, now: datetime) -> tuple[Record, ...]:
    """The seven days before `now` (aware, UTC), oldest first: about 700 posts."""
    rng, writer = seeded(seed, "history cues"), Writer(seed, "history")
    return tuple(Record(at, *chatter(rng, writer)) for at in moments(rng, now - HISTORY, now))


def acts(seed: int) -> Iterator[Act]:
    """The last acts in order: a first complaint, the launch, the crisis, a calm without end."""
    return merge(
        scenes.first_complaint(seed),
        scenes.launch(seed),
        scenes.crisis(seed),
        scenes.background(seed),
        key=attrgetter("offset"),
    )


def phase_at(offset: float) -> Phase:
    """What is being played `offset` seconds after the start."""
    if offset < scenes.LAUNCH[0]:
        return "quiet"
    if offset < scenes.LAUNCH[1]:
        return "launch"
    return "crisis" if scenes.CRISIS[0] <= offset < scenes.CRISIS[1] else "calm"
