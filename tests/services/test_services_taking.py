"""What a team took today is counted without reading the whole day again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.conversation import AuditEvent, Deed
from bot.services.base import Services
from bot.services.numbering import number_at
from bot.services.taking import TakenToday
from bot.store.base import Find
from bot.store.tiny import TinyStore
from tests.builders import NOW

MIDNIGHT = NOW.replace(hour=0)
HOUR = timedelta(hours=1)


async def does(services: Services, id: str, deed: Deed, ago: timedelta = HOUR) -> None:
    """Something that was done to a conversation a while ago."""
    at = NOW - ago
    event = AuditEvent(
        id=f"{id} {deed}", conversation=id, order=number_at(at), at=at, by="UANN", deed=deed
    )
    records = services.records
    await records.commit([records.audit.put(event.id, event)])


async def test_each_conversation_that_was_claimed_or_given_counts_once(services: Services) -> None:
    for deed in ("claim", "assign", "resolve"):
        await does(services, "a", deed)
    await does(services, "b", "hand_over")
    await does(services, "c", "resolve")
    await does(services, "yesterday's", "claim", ago=timedelta(days=1))
    assert await TakenToday().count(services.records.audit, MIDNIGHT, NOW) == 2


async def test_only_what_was_done_lately_is_read_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, audit, since = TakenToday(), services.records.audit, list[object]()
    find = TinyStore.find

    async def noted(self: TinyStore, query: Find) -> object:
        since.append(query.since)
        return await find(self, query)

    monkeypatch.setattr(TinyStore, "find", noted)
    await does(services, "a", "claim")
    assert await taken.count(audit, MIDNIGHT, NOW) == 1
    await does(services, "b", "claim", ago=timedelta(0))
    assert await taken.count(audit, MIDNIGHT, NOW + HOUR) == 2
    assert since == [number_at(MIDNIGHT), number_at(NOW - timedelta(minutes=1))]


async def test_what_another_worker_wrote_a_little_late_counts(services: Services) -> None:
    taken, audit = TakenToday(), services.records.audit
    assert await taken.count(audit, MIDNIGHT, NOW) == 0
    await does(services, "a", "claim", ago=timedelta(seconds=50))
    assert await taken.count(audit, MIDNIGHT, NOW + timedelta(seconds=1)) == 1


async def test_each_day_begins_with_nothing(services: Services) -> None:
    taken, audit, day = TakenToday(), services.records.audit, timedelta(days=1)
    await does(services, "a", "claim")
    assert await taken.count(audit, MIDNIGHT, NOW) == 1
    assert await taken.count(audit, MIDNIGHT + day, NOW + day) == 0
