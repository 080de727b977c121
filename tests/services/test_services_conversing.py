"""Random people, random clicks: no illegal state, no lost or double act, one holder of a claim.

The real services over a real store; clicks come twice and at once, the process restarts, hours
pass, rounds are made, and at the source the brand answers and people write back.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from bot.config import loads
from bot.domain.conversation import Conversation
from bot.domain.timers import timer_id
from bot.domain.transitions import carried_out
from bot.errors import ConversationError
from bot.services import conversations, deadlines, rounds
from bot.services.base import Services
from bot.services.numbering import Sequence
from bot.slack.gateway import Gateway
from bot.store.base import Row, Write
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import NOW, a_conversation, a_mention
from tests.services.conftest import CONFIG, HandClock, ScriptedSource
from tests.services.test_services_exchanges import FIRST, OURS, ThreadedSource

T = TypeVar("T")
Click = Callable[[Services], Awaitable[Conversation]]

TEAM = loads(CONFIG + OURS)
IDS = st.sampled_from(["c1", "c2"])
PEOPLE = st.sampled_from(["U1", "U2", "U3"])


def _deed(name: str) -> st.SearchStrategy[Click]:
    act = getattr(conversations, name)
    return st.builds(lambda id, by: lambda services: act(services, id, by), IDS, PEOPLE)


def _given(id: str, by: str, to: str, note: str) -> Click:
    return lambda services: conversations.assign(services, id, by, to, note)


def _snoozed(id: str, by: str, hours: int) -> Click:
    return lambda services: conversations.snooze(
        services, id, by, services.now() + timedelta(hours=hours)
    )


CLICKS: st.SearchStrategy[Click] = st.one_of(
    *map(
        _deed,
        (
            "claim",
            "release",
            "confirm",
            "replied",
            "wake",
            "resolve",
            "dismiss",
            "not_negative",
            "reopen",
        ),
    ),
    st.builds(_given, IDS, PEOPLE, PEOPLE, st.sampled_from(["", "a note"])),
    st.builds(_snoozed, IDS, PEOPLE, st.integers(1, 30)),
)


class TurnTaking(TinyStore):
    """A store that lets others go first at every read, as one over a network does."""

    async def get(self, table: str, id: str) -> Row | None:
        await asyncio.sleep(0)
        return await super().get(table, id)


class Team(RuleBasedStateMachine):
    """Three people and two conversations, whose trails are read again after every step."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = HandClock()
        self.place = ThreadedSource("lumen.social")
        self.written = 0
        self.wait(self._open())
        self.started = {id: self.wait(self._begun(id)) for id in ("c1", "c2")}

    async def _open(self) -> None:
        self.store = await TurnTaking.open(self.folder / "data", TABLES)
        self.slack = await Gateway("xoxb-test", "http://127.0.0.1:1/api/").__aenter__()
        records = Records(self.store)
        self.services = Services(
            config=TEAM,
            records=records,
            slack=self.slack,
            sources={"forum": ScriptedSource("forum"), "lumen.social": self.place},
            clock=self.clock,
            sequence=Sequence(self.clock, await records.last_order()),
        )

    async def _begun(self, id: str) -> Conversation:
        conversation, writes = deadlines.opened(
            self.services, a_conversation(id=id, alert="", source="lumen.social"), NOW
        )
        mention = a_mention(id=f"m.{id}", conversation=id, post=FIRST, at=FIRST.at)
        records = self.services.records
        kept: list[Write] = [
            records.conversations.put(id, conversation, 0),
            records.mentions.put(mention.id, mention, 0),
        ]
        await records.commit([*kept, *writes])
        return conversation

    @rule(click=CLICKS)
    def somebody_clicks_and_slack_delivers_it_twice(self, click: Click) -> None:
        before = self.trails()
        done = self.wait(self._done(click))
        once = self.trails()
        assert once == before + done, "what was done is in the trail, what was refused is not"
        self.wait(self._done(click))
        assert self.trails() == once, "the same click again does nothing"

    @rule(clicks=st.lists(CLICKS, min_size=2, max_size=5))
    def several_click_in_the_same_instant(self, clicks: list[Click]) -> None:
        before = self.trails()
        done = self.wait(self._all_done(clicks))
        assert self.trails() == before + done

    @rule(minutes=st.sampled_from([1, 20, 45, 4 * 60, 9 * 60, 24 * 60, 72 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.clock.turn(timedelta(minutes=minutes))
        self.wait(self._rounds())

    @rule(by_us=st.booleans())
    def somebody_writes_at_the_source(self, by_us: bool) -> None:
        self.written += 1
        self.place.says(
            f"p{self.written}", self.clock.now - NOW, "@maisonlumo" if by_us else "@ada"
        )

    @rule()
    def the_process_restarts(self) -> None:
        self.wait(self._close())
        self.wait(self._open())

    @invariant()
    def every_trail_replays_to_its_state(self) -> None:
        for id, began in self.started.items():
            trail = self.wait(conversations.history(self.services, id))
            now = self._now(id)
            assert _bare(reduce(carried_out, trail, began)) == _bare(now)
            assert len({event.id for event in trail}) == len(trail)

    @invariant()
    def what_waits_for_a_moment_has_its_timer(self) -> None:
        for id in self.started:
            now = self._now(id)
            if now.state == "claimed":
                assert now.assignee
                assert (now.ask_at is None) != (now.lapse_at is None)
                self._is_looked_at("lease", id)
                self._is_looked_at("exchange", id)
            if now.state == "snoozed":
                self._is_looked_at("wake", id)

    def _is_looked_at(self, kind: Any, id: str) -> None:
        assert self.wait(self.services.records.timers.get(timer_id(kind, id))) is not None

    def trails(self) -> int:
        """How many events there are."""
        return sum(len(self.wait(conversations.history(self.services, id))) for id in self.started)

    def _now(self, id: str) -> Conversation:
        kept = self.wait(self.services.records.conversations.get(id))
        assert kept is not None
        return kept.value

    async def _done(self, click: Click) -> int:
        """1 where it was done, 0 where it was refused or there was nothing to do."""
        records = self.services.records
        before = {id: await records.conversations.get(id) for id in self.started}
        try:
            await click(self.services)
        except ConversationError:
            return 0
        after = {id: await records.conversations.get(id) for id in self.started}
        return int(before != after)

    async def _all_done(self, clicks: list[Click]) -> int:
        trail = self.services.records.audit
        before = await trail.count({}, "order")
        results = await asyncio.gather(
            *(click(self.services) for click in clicks), return_exceptions=True
        )
        faults = [one for one in results if isinstance(one, BaseException)]
        assert all(isinstance(fault, ConversationError) for fault in faults), faults
        done = await trail.count({}, "order") - before
        assert done <= len(clicks) - len(faults)
        return done

    async def _rounds(self) -> None:
        for _ in range(3):
            await rounds.make(self.services)
            await rounds.make(self.services, rounds.READERS)

    async def _close(self) -> None:
        await self.slack.__aexit__(None, None, None)
        await self.store.close()

    def wait(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(doing)

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.wait(self._close())
            self.runner.close()
            shutil.rmtree(self.folder)


def _bare(conversation: Conversation) -> Conversation:
    """Without what the clock of the team adds to a state."""
    return replace(conversation, due=None, ask_at=None, lapse_at=None)


def test_whatever_people_do_the_trail_tells_it() -> None:
    run_state_machine_as_test(
        Team, settings=settings(max_examples=40, stateful_step_count=40, deadline=None)
    )
