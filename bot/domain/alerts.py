"""What is worth telling a channel, and why.

A decision returns a `Reason`, not a bool: the same value goes into the card, the log and every
later question of why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from bot.domain.detection import Evidence, Verdict
from bot.domain.mention import Mention, WeighedWord

Kind = Literal["negative", "spike"]

LATE = timedelta(hours=24)
"""A post older than this when it is first seen (an index that was filled in late) is kept and
counted, but is no news to a channel."""

SPIKE_REST = timedelta(hours=3)
"""A spike has ended when the volume was explained for this long; until then it is one story."""

SPIKE_STEP = 1.5
"""The growth of a running spike that is worth updating its message."""


class NegativeReason(msgspec.Struct, frozen=True, kw_only=True, tag="negative"):
    """A post at or under the watch's threshold, and the words that weighed most."""

    score: float
    threshold: float
    words: tuple[WeighedWord, ...]


class SpikeReason(msgspec.Struct, frozen=True, kw_only=True, tag="spike"):
    """A volume that the baseline cannot explain, and what makes up the excess.

    `posts` are ids of the (at most three) mentions that drove it. `negative` of those `read` in
    the window (in a language whose mood is read) are negative. `hours` are the mentions in each
    of the last 24 hours, oldest first.
    """

    evidence: Evidence
    themes: tuple[str, ...]
    authors: int
    posts: tuple[str, ...]
    negative: int = 0
    read: int = 0
    hours: tuple[int, ...] = ()


Reason = NegativeReason | SpikeReason


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What Vigie tells a channel.

    `channel` is where it was routed; `posted_to` and `ts` say where Slack put it, `""` until it
    was delivered. `mention` is the post of a negative alert.
    """

    id: str
    kind: Kind
    watch: str
    channel: str
    raised: datetime
    reason: Reason
    conversation: str = ""
    mention: str = ""
    posted_to: str = ""
    ts: str = ""


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts of one watch held back until a time, by whom, and how many it held so far."""

    watch: str
    until: datetime
    by: str
    held: int = 0

    def holds(self, now: datetime) -> bool:
        return now < self.until


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A running spike: one story, however many polls see it."""

    watch: str
    alert: str
    began: datetime
    last_over: datetime
    told: int


def negative_reason(mention: Mention, threshold: float, now: datetime) -> NegativeReason | None:
    """Why this mention deserves an alert, or None. An unread language is never negative."""
    sentiment = mention.analysis.sentiment
    if sentiment is None or sentiment.score > threshold or mention.at < now - LATE:
        return None
    return NegativeReason(score=sentiment.score, threshold=threshold, words=sentiment.words)


SpikeStep = Literal["none", "raise", "grow", "go_on"]


def spike_step(episode: Episode | None, verdict: Verdict, now: datetime) -> SpikeStep:
    """What a verdict means for the story so far.

    raise: a new spike; grow: the running one is worth telling again in its own message;
    go_on: it still runs; none: nothing, or its end.
    """
    if verdict.state != "spike":
        return "none"
    if episode is None or now - episode.last_over > SPIKE_REST:
        return "raise"
    return "grow" if verdict.evidence.seen >= SPIKE_STEP * episode.told else "go_on"


def carried_on(episode: Episode, verdict: Verdict, step: SpikeStep, now: datetime) -> Episode:
    """The running episode after a verdict of `grow` or `go_on`."""
    told = verdict.evidence.seen if step == "grow" else episode.told
    return replace(episode, last_over=now, told=told)
