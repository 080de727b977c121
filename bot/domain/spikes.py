"""The life of a spike: it begins, it goes on, it may turn, and it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Literal, NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Episode, Told
from bot.domain.detection import SLOT, WINDOW, Evidence, History, Verdict, detect
from bot.domain.mention import NEUTRAL, Mention
from bot.domain.rings import CALM, HOUR
from bot.domain.unseen import least
from bot.domain.verdicts import FEWEST

SHOWN_FOR = timedelta(minutes=5)
"""After that the figures on a running spike's card are drawn anew; sooner where they are off by
`OFF`."""

OFF = 0.25

TURN_FROM, TURN_TO, TURN_READ = 0.25, 0.6, 12
"""A spike turns negative when at most the first share of its posts was so, and at least the second
is of those since; of either so many were read."""

SpikeStep = Literal["none", "raise", "go_on", "over"]


def spike_step(
    episode: Episode | None,
    verdict: Verdict | None,
    now: datetime,
    all_clear_after: timedelta,
) -> SpikeStep:
    """What a verdict (None: nothing is new) means for the story so far.

    raise: a new spike (one that was left running, and would have ended long since, is over);
    go_on: the running one goes on; over: it would have ended long since, had every source been
    read; none: nothing that is new.
    """
    would_have_ended = episode and now - episode.last_over > HOUR + all_clear_after
    begins = episode is None or would_have_ended
    if begins and verdict and verdict.state == "spike":
        return "raise"
    if would_have_ended:
        return "over"
    return "go_on" if episode and verdict and goes_on(verdict) else "none"


def goes_on(verdict: Verdict) -> bool:
    """Whether a running spike is still one: it begins with what is as rare as asked for, and ends
    only with what comes once a day, so that it does not begin and end at one line. Of an hour that
    was not seen whole, what was seen may be enough."""
    evidence = verdict.evidence
    return verdict.state == "spike" or (
        evidence.seen >= FEWEST
        and evidence.once_in_days is not None
        and evidence.once_in_days >= CALM
    )


def carried_on(episode: Episode, verdict: Verdict, now: datetime) -> Episode:
    """The running episode after it was seen again."""
    return replace(episode, last_over=now, told=max(episode.told, verdict.evidence.volume))


def is_off(shown: Evidence, seen: Evidence) -> bool:
    """Whether the figures on a card are worth drawing anew."""
    if seen.window_end - shown.window_end >= SHOWN_FOR:
        return True
    return abs(seen.volume - shown.volume) > OFF * shown.volume


def turned_at(mentions: Sequence[Mention], told: Told) -> datetime | None:
    """Since when the posts of a spike are complaints, where those before them were not; None where
    it did not turn. `mentions` are those of its hour, `told` how it was when it last rang.

    What is before may have left the hour: then it is what was told.
    """
    read = sorted((m for m in mentions if m.analysis.sentiment), key=lambda m: (m.at, m.id))
    before = [0, *accumulate(_is_negative(mention) for mention in read)]
    last = len(read) - TURN_READ
    splits = [
        at for at in range(TURN_READ, last + 1)
        if before[at] <= TURN_FROM * at and before[-1] - before[at] >= TURN_TO * (len(read) - at)
    ]  # fmt: skip
    if splits:
        sharpest = max(splits, key=lambda at: (_contrast(before, at), -at))
        return read[sharpest].at
    since = [mention for mention in read if mention.at > told.at]
    negative = sum(map(_is_negative, since))
    was_glad = told.read >= TURN_READ and told.negative <= TURN_FROM * told.read
    if was_glad and len(since) == len(read) >= TURN_READ and negative >= TURN_TO * len(read):
        return since[0].at
    return None


def _contrast(before: Sequence[int], at: int) -> float:
    """How much more negative the posts from a place on are than those before it."""
    after = (before[-1] - before[at]) / (len(before) - 1 - at)
    return after - before[at] / at


def _is_negative(mention: Mention) -> bool:
    sentiment = mention.analysis.sentiment
    return sentiment is not None and sentiment.score <= -NEUTRAL


def is_calm(history: History, now: datetime, length: timedelta) -> bool:
    """Whether every hour of the time before `now` was seen whole and is as usual (see `goes_on`).

    An hour of which a part was not seen is not calm; at least the last one is looked at.
    """
    for back in range(hours_of(length)):
        counts = history.counts[: len(history.counts) - back * WINDOW]
        if len(counts) < WINDOW:
            return back > 0
        if not is_ordinary(detect(replace(history, counts=counts), now - back * HOUR)):
            return False
    return True


def is_ordinary(verdict: Verdict) -> bool:
    """Whether an hour was seen whole and is as usual."""
    return verdict.state != "incomplete" and not goes_on(verdict)


def hours_of(length: timedelta) -> int:
    """How many hours are looked at for a calm of that length."""
    return max(1, -(-length // HOUR))


class Peak(NamedTuple):
    """The busiest hour: when it began, and its mentions."""

    at: datetime
    mentions: int


def peak(history: History, since: datetime) -> Peak:
    """The busiest hour of those that begin at `since` or later (on quarters of an hour); the first
    of several alike."""
    first = max(0, (since - history.start) // SLOT)
    counts = least(history)
    sums = {at: sum(counts[at : at + WINDOW]) for at in range(first, len(counts))}
    busiest = max(sums, key=lambda at: (sums[at], -at), default=first)
    return Peak(history.start + busiest * SLOT, sums.get(busiest, 0))
