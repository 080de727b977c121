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
from bot.standin.social.others import meanwhile, of_others
from bot.standin.social.past import past
from bot.standin.social.posts import Act, Record
from bot.standin.social.writing import Writer, seeded

Phase = Literal["quiet", "launch", "crisis", "calm"]

HISTORY = timedelta(days=7)


def history(seed: int, now: datetime) -> tuple[Record, ...]:
    """The seven days before `now` (aware, UTC), oldest first: about 700 posts of the brand, half as
    many of others, and three who ask for the same thing."""
    rng, writer = seeded(seed, "history cues"), Writer(seed, "history")
    ordinary = (Record(at, *chatter(rng, writer)) for at in moments(rng, now - HISTORY, now))
    others = of_others(seed, "history", now - HISTORY, now)
    return tuple(sorted([*ordinary, *others, *scenes.asked(seed, now)], key=attrgetter("at")))


def before(seed: int, now: datetime) -> tuple[Record, ...]:
    """The five weeks before these seven days, oldest first, with a campaign in them."""
    return past(seed, now, now - HISTORY)


def acts(seed: int) -> Iterator[Act]:
    """The last acts in order: a first complaint, the launch, a wish that many have, the crisis, a
    calm without end."""
    return merge(
        scenes.first_complaint(seed),
        scenes.launch(seed),
        scenes.crisis(seed),
        scenes.background(seed),
        scenes.wishes(seed),
        meanwhile(seed),
        key=attrgetter("offset"),
    )


def phase_at(offset: float) -> Phase:
    """What is being played `offset` seconds after the start."""
    if offset < scenes.LAUNCH[0]:
        return "quiet"
    if offset < scenes.LAUNCH[1]:
        return "launch"
    return "crisis" if scenes.CRISIS[0] <= offset < scenes.CRISIS[1] else "calm"
