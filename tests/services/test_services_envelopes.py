"""Envelopes that several workers may get: one handles each, all give its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.envelopes import TAKEN_OVER, Envelope
from bot.errors import StoreUnavailable
from bot.services.base import Services
from bot.services.envelopes import EnvelopeLedger, forget_envelopes
from bot.store.base import Write
from tests.services.conftest import HandClock


class Handler:
    """Answers its own name, when it is let."""

    def __init__(self, answer: str) -> None:
        self.runs = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._answer = answer

    async def __call__(self) -> str:
        self.runs += 1
        self.begun.set()
        await self.may_end.wait()
        return self._answer


@pytest.fixture
def mine(services: Services) -> EnvelopeLedger:
    return EnvelopeLedger(services, "mine", patience=0.5)


@pytest.fixture
def theirs(services: Services) -> EnvelopeLedger:
    return EnvelopeLedger(services, "theirs", patience=0.5)


async def test_the_second_worker_gives_the_answer_of_the_first(
    mine: EnvelopeLedger, theirs: EnvelopeLedger
) -> None:
    one, other = Handler("one"), Handler("other")
    assert await mine.once("e1", one) == "one"
    assert await theirs.once("e1", other) == "one"
    assert (one.runs, other.runs) == (1, 0)


async def test_many_at_the_same_instant_are_one_handling(services: Services) -> None:
    handlers = [Handler(f"worker {n}") for n in range(8)]
    ledgers = [EnvelopeLedger(services, f"worker {n}") for n in range(8)]
    answers = await asyncio.gather(
        *(ledger.once("e1", handle) for ledger, handle in zip(ledgers, handlers, strict=True))
    )
    assert sum(handler.runs for handler in handlers) == 1
    assert len(set(answers)) == 1


async def test_who_comes_second_waits_for_the_answer(
    mine: EnvelopeLedger, theirs: EnvelopeLedger
) -> None:
    slow, never = Handler("slow"), Handler("never")
    slow.may_end.clear()
    first = asyncio.create_task(mine.once("e1", slow))
    await slow.begun.wait()
    second = asyncio.create_task(theirs.once("e1", never))
    await asyncio.sleep(0)
    slow.may_end.set()
    assert [await first, await second] == ["slow", "slow"]


async def test_who_waited_long_enough_leaves_it_to_slack_to_ask_again(
    mine: EnvelopeLedger, services: Services
) -> None:
    slow, never = Handler("slow"), Handler("never")
    slow.may_end.clear()
    first = asyncio.create_task(mine.once("e1", slow))
    await slow.begun.wait()
    assert await EnvelopeLedger(services, "theirs", patience=0).once("e1", never) is None
    slow.may_end.set()
    assert await first == "slow"
    assert never.runs == 0


async def test_what_a_dead_worker_began_is_taken_over(
    mine: EnvelopeLedger, theirs: EnvelopeLedger, clock: HandClock
) -> None:
    hung, heir = Handler("hung"), Handler("heir")
    hung.may_end.clear()
    first = asyncio.create_task(mine.once("e1", hung))
    await hung.begun.wait()
    first.cancel()
    clock.turn(TAKEN_OVER)
    assert await theirs.once("e1", heir) == "heir"
    assert await mine.once("e1", Handler("late")) == "heir"


async def test_who_comes_to_life_after_it_was_taken_over_spoils_nothing(
    mine: EnvelopeLedger, theirs: EnvelopeLedger, clock: HandClock
) -> None:
    frozen = Handler("frozen")
    frozen.may_end.clear()
    first = asyncio.create_task(mine.once("e1", frozen))
    await frozen.begun.wait()
    clock.turn(TAKEN_OVER)
    assert await theirs.once("e1", Handler("heir")) == "heir"
    frozen.may_end.set()
    assert await first == "frozen"
    assert await theirs.once("e1", Handler("late")) == "heir"


async def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    mine: EnvelopeLedger, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose_the_store() -> str:
        async def gone(writes: Sequence[Write]) -> None:
            raise StoreUnavailable("gone")

        monkeypatch.setattr(services.records, "commit", gone)
        return "done"

    assert await mine.once("e1", lose_the_store) == "done"


async def test_a_store_that_is_gone_handles_nothing(
    mine: EnvelopeLedger, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(writes: Sequence[Write]) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(services.records, "commit", gone)
    handler = Handler("never")
    with pytest.raises(StoreUnavailable):
        await mine.once("e1", handler)
    assert handler.runs == 0


async def test_envelopes_are_forgotten_after_two_days(
    services: Services, mine: EnvelopeLedger, clock: HandClock
) -> None:
    await mine.once("old", Handler("old"))
    clock.turn(timedelta(days=3))
    await mine.once("new", Handler("new"))
    assert await forget_envelopes(services) == 1
    assert await services.records.envelopes.get("old") is None
    assert await services.records.envelopes.get("new") is not None


def test_what_was_answered_is_never_abandoned(clock: HandClock) -> None:
    begun = Envelope(name="e", at=clock(), by="me")
    done = Envelope(name="e", at=clock(), by="me", answer="{}")
    later = clock() + TAKEN_OVER
    assert begun.is_abandoned(later)
    assert not begun.is_abandoned(later - timedelta(seconds=1))
    assert not done.is_abandoned(later)
