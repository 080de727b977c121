"""How a watch went, from what is kept of it."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume
from bot.errors import WatchError
from bot.services import trends
from bot.services.base import Services
from tests.builders import NOW, a_mention

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACE = trends.Place(UTC, 2 * HOUR, "UTC")
MONTH = 30 * DAY


async def counted(
    services: Services, days: int = 70, *, source: str = "", spike: bool = True
) -> None:
    """A mention an hour, and a spike of twelve a quarter of an hour at noon yesterday."""
    put = services.records.volumes.put
    writes = []
    for number in range(days):
        counts = [1, 0, 0, 0] * 24
        if number == 1 and spike:
            counts[48:51] = [12, 12, 12]
        day = (NOW - number * DAY).date().isoformat()
        by_source = {source: sum(counts)} if source else {}
        writes.append(
            put(
                day,
                DayVolume(watch="Lumo", day=day, counts=tuple(counts), by_source=by_source),
            )
        )
    await services.records.commit(writes)


async def test_a_spike_is_what_the_detector_would_have_rung_for(services: Services) -> None:
    await counted(services)
    watch = services.watches.named("Lumo")
    found = await trends.trend(services.records, watch, MONTH, NOW, PLACE)
    assert found
    assert len(found.steps) == 30
    (peak,) = found.peaks
    assert peak.ring.began.date() == (NOW - DAY).date()
    usual = found.steps[10].usual
    assert usual
    assert round(usual.expected) == 24
    assert found.steps[-2].seen > (usual.high or 0)
    assert found.before == found.total - 35


async def test_how_it_felt_is_of_the_mentions_that_are_kept(services: Services) -> None:
    await counted(services)
    put = services.records.mentions.put
    await services.records.commit(
        [put(f"m{n}", a_mention(id=f"m{n}", at=NOW - n * HOUR)) for n in range(1, 7)]
    )
    watch = services.watches.named("Lumo")
    found = await trends.trend(services.records, watch, MONTH, NOW, PLACE)
    assert found
    assert (found.felt.negative, found.felt.read) == (6, 6)


async def test_the_time_before_a_source_joined_is_not_held_against_the_time_after(
    services: Services,
) -> None:
    await counted(services)
    joined = Pair(watch="Lumo", source="forum", cursor="1", counted_from=NOW - 10 * DAY)
    await services.records.commit([services.records.pairs.put(joined.id, joined)])
    watch = services.watches.named("Lumo")
    found = await trends.trend(services.records, watch, MONTH, NOW, PLACE)
    assert found
    assert found.before is None
    assert found.alike_from == NOW - 10 * DAY


async def test_what_was_imported_is_counted_and_nothing_is_usual_of_it(services: Services) -> None:
    await counted(services, source="a file")
    watch = services.watches.named("Lumo")
    found = await trends.trend(services.records, watch, MONTH, NOW, PLACE)
    assert found
    assert found.total > 0
    assert not found.peaks
    assert {step.usual for step in found.steps} == {None}


async def test_of_nothing_there_is_no_trend(services: Services) -> None:
    watch = services.watches.named("Lumo")
    with pytest.raises(WatchError, match="Nothing was counted"):
        await trends.trend(services.records, watch, MONTH, NOW, PLACE)


async def test_who_waits_no_longer_gets_none(services: Services) -> None:
    await counted(services)
    watch = services.watches.named("Lumo")
    found = await trends.trend(
        services.records, watch, MONTH, NOW, PLACE, go_on=lambda done: done < 0.1
    )
    assert found is None


async def test_watches_beside_each_other_are_counted_in_the_same_days(services: Services) -> None:
    await counted(services, spike=False)
    watch = services.watches.named("Lumo")
    found = await trends.compared(services.records, [watch, watch], MONTH, NOW, UTC)
    one, other = found.shares
    assert one == other
    assert one.before == one.total
    assert found.part(one) == 0.5
