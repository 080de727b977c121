"""What is worth telling a channel, and why.

A decision returns a `Reason`, not a bool: the same value goes into the card, the log and every
later question of why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from bot.domain.coverage import Coverage
from bot.domain.detection import Evidence
from bot.domain.excess import Driver
from bot.domain.mention import Mention, WeighedWord
from bot.domain.novelties import NoveltyReason
from bot.domain.severity import Graded, Severity
from bot.domain.silences import SilenceReason
from bot.domain.trail import Trail
from bot.domain.velocity import VelocityReason
from bot.domain.waves import WaveReason

Kind = Literal["negative", "spike", "wave", "silence", "theme", "velocity", "tracked"]
"""*tracked* is what a person found and Vigie did not: no watch raised it."""

LATE = timedelta(hours=24)
"""A post older than this when it is first seen (an index that was filled in late) is kept and
counted, but is no news to a channel."""


class NegativeReason(msgspec.Struct, frozen=True, kw_only=True, tag="negative"):
    """A post at or under the watch's threshold, and the words that weighed most.

    `rank` says among what share (0 to 1) of the most negative posts of its `language` in this watch
    it was, None where too few were known. `engine` read it; where that is "learnt", `judgements`
    of the team taught it, and `chance` (0 to 1) is how likely it is negative by them.
    """

    score: float
    threshold: float
    words: tuple[WeighedWord, ...]
    language: str = ""
    engine: str = "rules"
    judgements: int = 0
    rank: float | None = None
    chance: float | None = None


class SpikeReason(msgspec.Struct, frozen=True, kw_only=True, tag="spike"):
    """A volume that the baseline cannot explain, and what makes up the excess.

    `posts` are ids of the (at most three) mentions that drove it. `negative` of those `read` in
    the window (in a language whose mood is read) are negative; of `unread` more the mood is not
    known. `hours` are the mentions in each of the last 24 hours, oldest first. `drivers` make up
    the excess, first what explains it best; `reshares` of the mentions tell what another author's
    does; `coverage` is how much was seen (None in what an older Vigie kept), and
    `at_least` says that there may have been more mentions.
    """

    evidence: Evidence
    themes: tuple[str, ...]
    authors: int
    posts: tuple[str, ...]
    negative: int = 0
    read: int = 0
    unread: int = 0
    hours: tuple[int, ...] = ()
    drivers: tuple[Driver, ...] = ()
    reshares: int = 0
    coverage: Coverage | None = None
    at_least: bool = False


class TrackedReason(msgspec.Struct, frozen=True, kw_only=True, tag="tracked"):
    """A post that somebody linked to in Slack: `by`, who is `called` so, had it tracked. `words`
    are those of the message with the link; `thread` is the ts of the thread in which the card is
    told, `""` for a message of its own."""

    by: str
    called: str
    url: str
    words: str
    thread: str = ""


Reason = (
    NegativeReason
    | SpikeReason
    | WaveReason
    | SilenceReason
    | NoveltyReason
    | VelocityReason
    | TrackedReason
)


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """What Vigie tells a channel.

    `channel` is where it was routed, by the rule `route` (`""`: by the watch itself), for what
    `trail` tells; `posted_to` and `ts` say where Slack put it, `""` until it was delivered.
    `within` is the alert in whose thread it is told, `""` for a message of its own. `posts` are the
    ids of a negative alert's mentions, in the order in which they came; `conversation` is that of
    the first (or a spike's own). `told` says how it was when it last rang: at what time, with how
    many posts, how severe. `here` rings for everybody active in the channel. `ended` is when a
    spike was over.

    `count` is how many posts a negative alert has, where `posts` are the worst of them. `part_of`
    is the spike that a story of its own turned out to belong to. `turned` is since when the posts
    of a spike are complaints, where they were not before; `over` what there is to say of it in the
    end.
    """

    id: str
    kind: Kind
    watch: str
    channel: str
    raised: datetime
    reason: Reason
    conversation: str = ""
    posts: tuple[str, ...] = ()
    graded: Graded = Graded(severity="medium")
    route: str = ""
    trail: Trail | None = None
    within: str = ""
    here: bool = False
    told: Told | None = None
    ended: datetime | None = None
    count: int = 0
    part_of: str = ""
    turned: datetime | None = None
    over: Over | None = None
    posted_to: str = ""
    ts: str = ""
    mention: str = ""

    @property
    def severity(self) -> Severity:
        return self.graded.severity


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How a story was when it last rang: `volume` posts (a spike: mentions in its hour), of which
    `negative` of the `read` ones were negative."""

    at: datetime
    volume: int
    severity: Severity
    negative: int = 0
    read: int = 0


class Over(msgspec.Struct, frozen=True, kw_only=True):
    """A spike looked back on: when it began and ended, its `mentions`, the start of its busiest
    hour and how many that had, and what drove it (as in `SpikeReason`)."""

    began: datetime
    ended: datetime
    mentions: int
    peak_at: datetime
    peak: int
    themes: tuple[str, ...]
    authors: int
    posts: tuple[str, ...]
    drivers: tuple[Driver, ...] = ()
    reshares: int = 0


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts held back until a time, by whom, and how many it held so far.

    It holds what fits all that is given: a watch, a kind, an author (as its source writes it), a
    word or phrase of the post; `""` fits everything. `number` names it while it runs, and `since`
    is when it was set (both missing in those of an older Vigie). `lifted` is who ended it early, at
    `until`. An `earlier` one has ended, and another of its scope took its place.
    """

    watch: str
    until: datetime
    by: str
    held: int = 0
    kind: Kind | Literal[""] = ""
    author: str = ""
    word: str = ""
    number: int = 0
    since: datetime | None = None
    lifted: str = ""
    earlier: bool = False

    @property
    def id(self) -> str:
        """Its scope; one that names a watch alone has the watch's name."""
        scope = (self.watch, self.kind, self.author, self.word)
        id = self.watch if self.watch and not any(scope[1:]) else "\n".join(scope)
        return f"{id}\n{self.until.isoformat()}" if self.earlier else id

    def holds(self, now: datetime) -> bool:
        return now < self.until


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The negative posts of a watch in one place that follow each other closely: one alert."""

    watch: str
    alert: str
    last: datetime


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A running spike: one story, however many polls see it, until the all-clear.

    `last_over` is when its volume was last beyond the explained, `told` the most that was seen of
    it in an hour. `alert` is `""` while its watch is muted, or something else holds it: a `source`
    that may have filled in what it missed, if that is not `""`. `began` is the look that found it,
    `found_in` the beginning of the hour in which it did (missing in those of an older Vigie).
    """

    watch: str
    alert: str
    began: datetime
    last_over: datetime
    told: int
    source: str = ""
    found_in: datetime | None = None

    @property
    def since(self) -> datetime:
        """From when on its mentions count."""
        return self.found_in or self.began - timedelta(hours=1)


def negative_reason(mention: Mention, threshold: float, now: datetime) -> NegativeReason | None:
    """Why this mention deserves an alert, or None. An unread language is never negative."""
    sentiment = mention.analysis.sentiment
    if sentiment is None or sentiment.score > threshold or mention.at < now - LATE:
        return None
    if sentiment.is_spared:
        return None
    return NegativeReason(
        score=sentiment.score,
        threshold=threshold,
        words=sentiment.words,
        language=mention.analysis.language,
        engine=sentiment.engine,
        chance=sentiment.chance,
    )
