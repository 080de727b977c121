"""What the services work with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.config import Config
from bot.domain.analysis.reading import Reading
from bot.domain.status import Closed, Status
from bot.engines.base import Engine
from bot.engines.writer import Writer
from bot.services.lessons import Lessons
from bot.services.numbering import Sequence
from bot.services.pending import Pending
from bot.services.prints import Memory
from bot.services.reckoning import Reckon
from bot.services.replays import Replays
from bot.services.sharing import Shared
from bot.services.taking import TakenToday
from bot.services.watches import Watches
from bot.slack.gateway import Gateway
from bot.sources.base import Source
from bot.sources.tracker import Tracker
from bot.store.repositories import Records

Clock = Callable[[], datetime]
"""Tells the time: aware, UTC."""


Beat = Callable[[], Awaitable[object]]
"""Gives a sign of life. Raises a SourceError where nobody took it."""


def utc_now() -> datetime:
    """The clock of the real world."""
    return datetime.now(UTC)


SEATS = 120
"""Short questions that are worked on at a time; each takes milliseconds. Were they hundreds, each
turn of the event loop would look at all of them."""

KEEPING = 32
"""Polls whose posts are held against what is usual at a time, which after a pause of Vigie's must
be reckoned anew for each watch; each takes a few hundred kB for that. Of 10,000 watches thousands
would wait for it with all that in hand."""

A_MOMENT = timedelta(seconds=10)
"""How old what is told of very many watches may be before it is looked for again; three times that
while it is."""

A_MINUTE = timedelta(minutes=1)
"""How old what is told of closed channels may be: Slack answers some fifty such questions a minute,
and there is one for each channel."""


@dataclass(frozen=True)
class Services:
    """Everything a deed may need; bound into every Slack listener as `services`.

    `watches` are those of the moment, `config.watches` the file's; `lessons` is what the team has
    taught, `replays` what was looked back on a moment ago, `prints` what each watch heard lately;
    `engines` read on what the rules have read, `writer` words what summaries found (None: nobody
    does), `tracker` is told what becomes of insights, `heartbeat` that Vigie lives (None: nobody
    is). `reckon` has long work done out of the way. `wake` tells the outbox that something new
    waits. `status` is how Vigie with very many watches was a moment ago, `closed` which channels
    were closed to it, `pending` what is open, `taken` what the team took today, `seats` are for the
    short questions that are worked on, `keeping` those for what was brought and is held against
    what is usual, and kept.
    """

    config: Config
    records: Records
    slack: Gateway
    sources: Mapping[str, Source]
    clock: Clock
    sequence: Sequence
    engines: tuple[Engine, ...] = ()
    writer: Writer | None = None
    tracker: Tracker | None = None
    heartbeat: Beat | None = None
    reckon: Reckon = asyncio.to_thread
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    watches: Watches = field(init=False)
    lessons: Lessons = field(init=False)
    replays: Replays = field(init=False)
    seats: asyncio.Semaphore = field(init=False)
    keeping: asyncio.Semaphore = field(init=False)
    prints: Memory = field(init=False)
    status: Shared[Status] = field(init=False)
    closed: Shared[tuple[Closed, ...]] = field(init=False)
    pending: Pending = field(init=False)
    taken: TakenToday = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "watches", Watches(self.config))
        object.__setattr__(self, "lessons", Lessons())
        object.__setattr__(self, "replays", Replays())
        object.__setattr__(self, "prints", Memory())
        object.__setattr__(self, "seats", asyncio.Semaphore(SEATS))
        object.__setattr__(self, "keeping", asyncio.Semaphore(KEEPING))
        object.__setattr__(self, "status", Shared(A_MOMENT, 3 * A_MOMENT))
        object.__setattr__(self, "closed", Shared(A_MINUTE))
        object.__setattr__(self, "pending", Pending())
        object.__setattr__(self, "taken", TakenToday())

    @property
    def reading(self) -> Reading:
        """How posts are read at this moment."""
        return Reading(
            languages=self.config.languages,
            words=self.config.words,
            learnt=self.lessons.models,
            themes=self.config.themes,
            kinds={source.name: source.kind for source in self.config.sources},
        )

    def now(self) -> datetime:
        """The time in whole seconds, as it is kept."""
        return self.clock().replace(microsecond=0)
