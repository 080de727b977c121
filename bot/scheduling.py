"""What runs by itself: a poll for each watch at each of its sources, the round, and the clearing of
what is too old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import structlog

from bot.domain.timers import TimerKind
from bot.domain.watch import Watch
from bot.errors import Conflict, StoreUnavailable
from bot.jobs.base import Jobs
from bot.services import (
    asking,
    ingest,
    learning,
    levels,
    reconciling,
    retention,
    rounds,
    vanishing,
)
from bot.services.base import Services
from bot.services.timers import Looker

log = structlog.get_logger(__name__)

ROUND = timedelta(seconds=15)
"""Between two rounds, unless sources are polled more often than that."""

DAILY = timedelta(minutes=15)
"""Between two looks at whether what is done once a day is done: questions drawn, levels measured;
or `POLLS` of the source that is polled most often, where that is sooner."""

POLLS = 30

AT_ONCE = 40
"""Polls that are begun in a second after a start, at most, where the interval leaves the time."""

HOURLY = timedelta(hours=1)
"""Between two looks at whether a source's last days are to be read again."""

LEARNING = timedelta(hours=1)
"""Between two looks at whether there is something to be learnt from the team."""


class Schedule:
    """The jobs, which follow the watches as they change."""

    def __init__(self, jobs: Jobs, services: Services) -> None:
        self._jobs = jobs
        self._services = services
        self._every = {source.name: source.every for source in services.config.sources}
        self._daily = min(DAILY, *(POLLS * every for every in self._every.values()))
        self._polls: set[tuple[str, str]] = set()

    def begin(self) -> None:
        """Name every job; from now on the polls are those of the watches of the moment."""
        self._follow_watches()
        self._services.watches.on_change(self._follow_watches)
        often = min((ROUND, *self._every.values()))
        self._jobs.every("round", often, partial(rounds.make, self._services, self._lookers))
        if self._services.writer:
            wording = partial(rounds.make, self._services, rounds.WORDED)
            self._jobs.every("word digests", often, wording)
        reading = partial(rounds.make, self._services, rounds.READERS)
        self._jobs.every("read exchanges", often, reading)
        if self._services.tracker:
            telling = partial(rounds.make, self._services, rounds.SENDERS)
            self._jobs.every("tell trackers", often, telling)
        self._jobs.every("keep within", timedelta(days=1), retention.Daily(self._services))
        for source in self._every:
            reconciling_it = partial(reconciling.reconcile, self._services, source)
            self._jobs.every(f"look back at {source}", HOURLY, reconciling_it, jitter=HOURLY / 4)
        for source, every in self._every.items():
            following = partial(self._follow_posts, source)
            pause = min(HOURLY, POLLS * every)
            self._jobs.every(f"ask again at {source}", pause, following, jitter=pause / 4)
        self._measure_levels()
        self._services.lessons.on_change(self._measure_levels)
        self._jobs.every("ask", self._daily, partial(asking.ask, self._services))
        self._jobs.every("learn", LEARNING, partial(learning.learn_anew, self._services))

    def _measure_levels(self) -> None:
        """Now and every so often: with another model, scores have no past."""
        self._jobs.every("levels", self._daily, partial(levels.refresh, self._services))

    @property
    def _lookers(self) -> Mapping[TimerKind, Looker]:
        """What one round looks at: without what a language model may hold up."""
        return rounds.UNWORDED if self._services.writer else rounds.LOOKERS

    def _follow_watches(self) -> None:
        """Polls for what is watched now, and for nothing else."""
        wanted = {
            (watch.name, source)
            for watch in self._services.watches.polled
            for source in watch.sources
        }
        for watch, source in sorted(self._polls - wanted):
            self._jobs.remove(_poll_of(watch, source))
        new = sorted(wanted - self._polls)
        for place, (watch, source) in enumerate(new):
            interval = self._every[source]
            self._jobs.every(
                _poll_of(watch, source),
                interval,
                partial(self._poll, watch, source),
                jitter=interval / 10,
                after=_turn(place, len(new), interval),
                line=source,
            )
        self._polls = wanted

    async def _poll(self, name: str, source: str) -> None:
        """A poll that cannot be kept is as if it had not been: the next finds the same posts."""
        watch = self._services.watches.find(name)
        if watch and not watch.paused and source in watch.sources:
            await self._polled(watch, source)

    async def _polled(self, watch: Watch, source: str) -> None:
        try:
            await ingest.poll(self._services, watch, source)
        except Conflict:
            log.info("another worker polled this", watch=watch.name, source=source)
        except StoreUnavailable as error:
            log.warning("a poll waits for the store", watch=watch.name, reason=str(error))

    async def _follow_posts(self, source: str) -> None:
        """Posts that cannot be followed now are followed at the next look."""
        try:
            await vanishing.follow(self._services, source)
        except Conflict:
            log.info("another worker followed these", source=source)
        except StoreUnavailable as error:
            log.warning("posts wait for the store", source=source, reason=str(error))


def _turn(place: int, polls: int, interval: timedelta) -> timedelta:
    """How long the first poll of so many waits beyond its jitter, so that no more than `AT_ONCE`
    begin a second: else all 20,000 pairs of 10,000 watches would be polled within the first
    minute, and again and again like that."""
    jitter = interval / 10
    spread = min(interval, timedelta(seconds=polls / AT_ONCE)) - jitter
    return max(timedelta(0), spread) * (place / polls)


def _poll_of(watch: str, source: str) -> str:
    return f"poll {watch} at {source}"
