"""What is kept, in the words of the domain: written once, over any `Store`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Generic, TypeVar

import msgspec

from bot.config.watches import WatchEdit
from bot.domain.alerts import Alert, Episode, Mute, Story
from bot.domain.analysis.learnt import Learnt
from bot.domain.budgets import Budget
from bot.domain.campaigns import Campaign
from bot.domain.checklists import Checklist
from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.conversions import Conversion
from bot.domain.drafts import Draft
from bot.domain.drills import Drill
from bot.domain.envelopes import Envelope
from bot.domain.exchange import Exchange
from bot.domain.insights import Insight, Voiced
from bot.domain.judgements import Judgement, Proposal
from bot.domain.known import Alias, Prints
from bot.domain.lesson import Lesson
from bot.domain.levels import Levels
from bot.domain.mention import Mention
from bot.domain.outbox import Delivery
from bot.domain.pairs import Pair
from bot.domain.pulses import Pulse
from bot.domain.questions import Question
from bot.domain.scripts import KeptScript
from bot.domain.subscriptions import Subscription
from bot.domain.timers import Timer
from bot.domain.tours import Tour
from bot.domain.volume import DayVolume
from bot.errors import StoreReadOnly
from bot.store.base import Find, Index, Key, Put, Readable, Remove, Row, Store, TableSpec, Write
from bot.store.damage import SetAside

INLINE = 200
"""Documents that are turned into values on the event loop; more of them go to a thread."""

OPEN_AT_A_TIME = 8_192
"""Conversations that are remembered, 1.5 kB each: a queue reads all that are open, of which most
have not changed since it was last asked for."""

T = TypeVar("T", bound=msgspec.Struct)
U = TypeVar("U", bound=msgspec.Struct)

TABLES = (
    TableSpec(
        "mentions",
        (
            Index(("watch",), "at"),
            Index(("conversation",), "at"),
            Index(("post.author",), "at"),
            Index(("post.url",), "at"),
        ),
        day="at",
    ),
    TableSpec("pairs", (Index(("watch",), "source"),)),
    TableSpec("volumes", (Index(("watch",), "day"),), day="day"),
    TableSpec(
        "conversations",
        (
            Index(("state",), "opened"),
            Index(("assignee", "state"), "opened"),
            Index(("alert",), "opened"),
            Index(("watch",), "opened"),
            Index((), "opened"),
        ),
        day="opened",
        remembered=OPEN_AT_A_TIME,
    ),
    TableSpec(
        "alerts",
        (Index(("watch",), "raised"), Index(("conversation",), "raised")),
        day="raised",
    ),
    TableSpec(
        "outbox",
        (
            Index(("state",), "order"),
            Index(("lane", "state"), "order"),
            Index(("alert", "kind", "state"), "order"),
        ),
        day="created",
        numbers=("order",),
    ),
    TableSpec(
        "audit",
        (
            Index(("conversation",), "order"),
            Index(("by",), "order"),
            Index(("to",), "order"),
            Index((), "order"),
        ),
        day="at",
        numbers=("order",),
    ),
    TableSpec("mutes", (Index((), "until"),)),
    TableSpec("episodes", ()),
    TableSpec("envelopes", (), day="at"),
    TableSpec("stories", ()),
    TableSpec("timers", (Index((), "due"),)),
    TableSpec("watches", (Index((), "name"),)),
    TableSpec("judgements", (Index(("watch",), "at"), Index((), "at"))),
    TableSpec("proposals", (Index(("watch",), "at"), Index((), "at"))),
    TableSpec("exchanges", ()),
    TableSpec("drafts", (Index(("conversation",), "at"), Index((), "at"))),
    TableSpec("subscriptions", (Index((), "user"),)),
    TableSpec("lessons", (Index((), "language"),)),
    TableSpec("models"),
    TableSpec("levels"),
    TableSpec("questions", (Index(("watch",), "at"), Index((), "at"))),
    TableSpec("pulses"),
    TableSpec("aliases", day="at"),
    TableSpec("prints", (Index(("watch",), "at"),), day="at"),
    TableSpec("budgets", (Index((), "day"),)),
    TableSpec("campaigns", (Index((), "first"),)),
    TableSpec("conversions", (Index((), "at"),), day="at"),
    TableSpec("insights", (Index(("state",), "heard"), Index((), "heard"))),
    TableSpec(
        "voiced",
        (
            Index(("insight",), "at"),
            Index(("mention",), "at"),
            Index(("conversation",), "at"),
        ),
    ),
    TableSpec("checklists", (Index((), "at"),)),
    TableSpec("drills", (Index(("team",), "began"), Index((), "began"))),
    TableSpec("scripts", (Index((), "made"),)),
    TableSpec("tours"),
)


class Kept(msgspec.Struct, Generic[T], frozen=True):
    """A value as stored, and the version to expect when it is written again."""

    value: T
    version: int


class Repository(Generic[T]):
    """Values of one type in one table; reading is here, writing is a `Put` for a commit.

    Of a table that is read whole again and again so many values are `remembered`, each as long as
    its document says the same.
    """

    def __init__(self, store: Readable, table: str, kind: type[T], remembered: int = 0) -> None:
        self._store = store
        self.table = table
        decode = msgspec.json.Decoder(kind).decode
        self._decode = lru_cache(remembered)(decode) if remembered else decode

    def read_as(self, kind: type[U]) -> Repository[U]:
        """The same documents, of which nothing is read but what `kind` names: for many of them, of
        which little is wanted."""
        return Repository(self._store, self.table, kind)

    async def get(self, id: str) -> Kept[T] | None:
        row = await self._store.get(self.table, id)
        return self._kept(row) if row else None

    async def find(
        self,
        equal: Mapping[str, Key],
        order: str,
        *,
        since: Key | datetime | None = None,
        before: Key | datetime | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> list[Kept[T]]:
        """The values through a declared index; see `bot.store.base.Find`."""
        query = Find(
            table=self.table,
            equal=equal,
            order=order,
            since=_key(since),
            before=_key(before),
            newest_first=newest_first,
            limit=limit,
        )
        return await self.read_aside(await self._store.find(query))

    async def read_aside(self, rows: Sequence[Row]) -> list[Kept[T]]:
        """The values of some rows of its table; of many of them, in a thread."""
        if len(rows) <= INLINE:
            return self.read(rows)
        return await asyncio.to_thread(self.read, rows)

    def read(self, rows: Sequence[Row]) -> list[Kept[T]]:
        """The values of some rows of its table."""
        return [self._kept(row) for row in rows]

    async def count(
        self,
        equal: Mapping[str, Key],
        order: str,
        *,
        since: Key | datetime | None = None,
        before: Key | datetime | None = None,
    ) -> int:
        return await self._store.count(
            Find(
                table=self.table,
                equal=equal,
                order=order,
                since=_key(since),
                before=_key(before),
            )
        )

    def put(self, id: str, value: T, expected: int | None = None) -> Put:
        """The write that stores `value`; `expected` as in `bot.store.base.Put`."""
        return Put(table=self.table, id=id, document=value, expected=expected)

    def remove(self, id: str, expected: int | None = None) -> Remove:
        """The write that removes what is there; `expected` as in `bot.store.base.Remove`."""
        return Remove(table=self.table, id=id, expected=expected)

    def _kept(self, row: Row) -> Kept[T]:
        return Kept(self._decode(row.json), row.version)


class Records:
    """Every repository, over one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.refused = asyncio.Event()
        self.mentions = Repository(store, "mentions", Mention)
        self.pairs = Repository(store, "pairs", Pair)
        self.volumes = Repository(store, "volumes", DayVolume)
        self.conversations = Repository(store, "conversations", Conversation, OPEN_AT_A_TIME)
        self.alerts = Repository(store, "alerts", Alert)
        self.outbox = Repository(store, "outbox", Delivery)
        self.audit = Repository(store, "audit", AuditEvent)
        self.mutes = Repository(store, "mutes", Mute)
        self.episodes = Repository(store, "episodes", Episode)
        self.envelopes = Repository(store, "envelopes", Envelope)
        self.stories = Repository(store, "stories", Story)
        self.timers = Repository(store, "timers", Timer)
        self.watches = Repository(store, "watches", WatchEdit)
        self.judgements = Repository(store, "judgements", Judgement)
        self.proposals = Repository(store, "proposals", Proposal)
        self.exchanges = Repository(store, "exchanges", Exchange)
        self.drafts = Repository(store, "drafts", Draft)
        self.subscriptions = Repository(store, "subscriptions", Subscription)
        self.lessons = Repository(store, "lessons", Lesson)
        self.models = Repository(store, "models", Learnt)
        self.levels = Repository(store, "levels", Levels)
        self.questions = Repository(store, "questions", Question)
        self.pulses = Repository(store, "pulses", Pulse)
        self.aliases = Repository(store, "aliases", Alias)
        self.prints = Repository(store, "prints", Prints)
        self.budgets = Repository(store, "budgets", Budget)
        self.drills = Repository(store, "drills", Drill)
        self.scripts = Repository(store, "scripts", KeptScript)
        self.tours = Repository(store, "tours", Tour)
        self.campaigns = Repository(store, "campaigns", Campaign)
        self.checklists = Repository(store, "checklists", Checklist)
        self.conversions = Repository(store, "conversions", Conversion)
        self.insights = Repository(store, "insights", Insight)
        self.voiced = Repository(store, "voiced", Voiced)

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """See `Store.set_aside`."""
        return self._store.set_aside

    async def commit(self, writes: Sequence[Write]) -> None:
        """All of `writes` or none; raises Conflict and StoreReadOnly as the store does.

        Once the disk refused, `refused` is set: nothing will be taken before a restart.
        """
        try:
            await self._store.commit(writes)
        except StoreReadOnly:
            self.refused.set()
            raise

    def changes(self, kept: Repository[T]) -> int | None:
        """See `Store.changes`."""
        return self._store.changes(kept.table)

    async def last_order(self) -> int:
        """The highest number that a delivery or an event of the audit trail was given."""
        states = ("waiting", "trying", "sent", "dropped")
        last = [
            kept.value.order
            for state in states
            for kept in await self.outbox.find(
                {"state": state}, "order", newest_first=True, limit=1
            )
        ]
        events = await self.audit.find({}, "order", newest_first=True, limit=1)
        return max((*last, *(kept.value.order for kept in events)), default=0)

    async def each(self, kept: Repository[T]) -> AsyncIterator[Kept[T]]:
        """Every value of a repository, in no order, however many there are: for what is seldom
        done."""
        async for rows in self._store.rows(kept.table):
            for one in await kept.read_aside(rows):
                yield one

    async def drop_days(self, table: str, before: date) -> int:
        """Drop a table's days before `before`, for good; how many documents that were."""
        return await self._store.drop_days(table, before)

    async def purge(self) -> None:
        """See `Store.purge`."""
        await self._store.purge()

    async def forget_damaged(self) -> None:
        """See `Store.forget_damaged`."""
        await self._store.forget_damaged()

    async def close(self) -> None:
        await self._store.close()


def _key(value: Key | datetime | None) -> Key | None:
    if isinstance(value, datetime):
        text: str = msgspec.to_builtins(value.astimezone(UTC).replace(microsecond=0))
        return text
    return value
