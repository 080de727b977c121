"""Looking back on what was counted of a watch."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.domain.pairs import Pair
from bot.domain.volume import SLOTS_A_DAY, DayVolume
from bot.errors import WatchError
from bot.services import replaying
from bot.services.base import Services
from tests.builders import NOW, a_mention, a_post
from tests.services.conftest import HandClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def keep_volumes(services: Services, days: int = 20) -> None:
    """A mention an hour for some days up to now, and a spike two days ago at nine."""
    spike = (NOW - 2 * DAY).date().isoformat()
    volumes = []
    for number in range(days):
        day = (NOW - number * DAY).date().isoformat()
        counts = [1, 0, 0, 0] * (SLOTS_A_DAY // 4)
        if day == spike:
            counts[36:39] = [10, 10, 10]
        volumes.append(DayVolume(watch="Lumo", day=day, counts=tuple(counts)))
    put = services.records.volumes.put
    await services.records.commit([put(f"Lumo {one.day}", one) for one in volumes])


async def test_it_looks_back_from_now_as_far_as_is_known(services: Services) -> None:
    await keep_volumes(services)
    watch = services.watches.named("Lumo")
    found = await replaying.looked_back(services, watch, (7, 30), patience=60)
    assert found is not None
    assert found.until == NOW
    assert found.since == (NOW - 19 * DAY).replace(hour=0)
    assert [len(row.rings) for row in found.rows] == [1, 1]


async def test_what_takes_too_long_is_left(services: Services) -> None:
    await keep_volumes(services)
    watch = services.watches.named("Lumo")
    assert await replaying.looked_back(services, watch, (7,), patience=0) is None


async def test_the_same_question_is_answered_at_once(services: Services, clock: HandClock) -> None:
    await keep_volumes(services)
    watch = services.watches.named("Lumo")
    first = await replaying.looked_back(services, watch, (7, 30), 5 * DAY, patience=60)
    assert await replaying.looked_back(services, watch, (30, 7), 5 * DAY, patience=0) is first
    clock.turn(HOUR)
    assert await replaying.looked_back(services, watch, (7, 30), 5 * DAY, patience=0) is None


async def test_a_source_that_fails_leaves_the_last_hours_unseen(services: Services) -> None:
    await keep_volumes(services)
    pair = Pair(watch="Lumo", source="forum")
    pair = replace(pair, failures=3, last_ok=NOW - 3 * HOUR)
    await services.records.commit([services.records.pairs.put(pair.id, pair)])
    watch = services.watches.named("Lumo")
    found = await replaying.looked_back(services, watch, (30,), DAY, patience=60)
    assert found is not None
    assert [hour.seen for hour in found.hours[-5:]] == [1, None, None, None, None]


async def test_a_spike_that_is_seen_while_a_source_fails_rings(services: Services) -> None:
    await keep_volumes(services)
    pairs = [
        Pair(watch="Lumo", source="forum", cursor="1", last_ok=NOW),
        Pair(watch="Lumo", source="lumen.social", cursor="1", last_ok=NOW - 50 * HOUR, failures=9),
    ]
    await services.records.commit([services.records.pairs.put(pair.id, pair) for pair in pairs])
    watch = services.watches.named("Lumo")
    found = await replaying.looked_back(services, watch, (30,), 5 * DAY, patience=60)
    assert found is not None
    (ring,) = found.rows[0].rings
    assert ring.peak == 30
    assert found.hours[-1].seen is not None, "after two days the others are all there is"


async def test_a_source_that_joined_shifts_the_level_and_rings_nothing(
    services: Services,
) -> None:
    joined = NOW - 4 * DAY
    volumes = []
    for number in range(20):
        day = (NOW - number * DAY).date().isoformat()
        counts, brought = [1, 0, 0, 0] * 24, 0
        for slot in range(SLOTS_A_DAY):
            at = datetime.fromisoformat(f"{day}T00:00:00+00:00") + slot * HOUR / 4
            if joined <= at < NOW:
                counts[slot] += 5
                brought += 5
        by_source = {"forum": 24, "lumen.social": brought}
        volumes.append(DayVolume(watch="Lumo", day=day, counts=tuple(counts), by_source=by_source))
    pairs = [
        Pair(watch="Lumo", source="forum", cursor="1", last_ok=NOW),
        Pair(watch="Lumo", source="lumen.social", cursor="1", last_ok=NOW, counted_from=joined),
    ]
    records = services.records
    await records.commit([records.volumes.put(f"Lumo {one.day}", one) for one in volumes])
    await records.commit([records.pairs.put(pair.id, pair) for pair in pairs])
    watch = services.watches.named("Lumo")
    found = await replaying.looked_back(services, watch, (7,), 8 * DAY, patience=60)
    assert found is not None
    assert found.rows[0].rings == ()
    before = [hour.expected for hour in found.hours if hour.at < joined and hour.expected]
    after = [hour.expected for hour in found.hours if hour.at > joined + DAY and hour.expected]
    assert max(before) < 3
    assert min(after) > 15


async def test_where_nothing_was_counted_that_is_an_error_in_words(services: Services) -> None:
    watch = services.watches.named("Lumo")
    with pytest.raises(WatchError, match="Nothing was counted"):
        await replaying.looked_back(services, watch, (7,), patience=60)


async def test_an_hour_is_about_its_themes_and_who_wrote_most(services: Services) -> None:
    await keep_volumes(services)
    watch = services.watches.named("Lumo")
    found = await replaying.looked_back(services, watch, (30,), 5 * DAY, patience=60)
    assert found is not None
    (ring,) = found.rows[0].rings
    mentions = [
        a_mention(
            id=f"m{n}",
            at=ring.began + timedelta(minutes=n),
            post=a_post(id=f"p{n}", author="@ada" if n % 2 else f"@b{n}"),
        )
        for n in range(20)
    ]
    put = services.records.mentions.put
    await services.records.commit([put(one.id, one) for one in mentions])
    (about,) = (await replaying.abouts(services.records, watch, [ring])).values()
    assert about.themes == ("lamp",)
    assert (about.author, about.posts) == ("@ada", 10)


async def test_an_hour_of_which_no_mention_is_kept_is_about_nothing(services: Services) -> None:
    await keep_volumes(services)
    watch = services.watches.named("Lumo")
    found = await replaying.looked_back(services, watch, (30,), 5 * DAY, patience=60)
    assert found is not None
    assert not await replaying.abouts(services.records, watch, found.rows[0].rings)


async def test_it_heeds_the_cool_down_of_the_configuration(services: Services) -> None:
    await keep_volumes(services)
    (volume,) = [
        kept
        for kept in await services.records.volumes.find({"watch": "Lumo"}, "day")
        if sum(kept.value.counts) > 24
    ]
    counts = list(volume.value.counts)
    counts[60:63] = [10, 10, 10]
    again = replace(volume.value, counts=tuple(counts))
    put = services.records.volumes.put
    await services.records.commit([put(f"Lumo {again.day}", again, volume.version)])
    told = {}
    for hours in (0, 24):
        alerts = replace(services.config.alerts, cool_down=hours * HOUR)
        config = replace(services.config, alerts=alerts)
        cooled = dataclasses.replace(services, config=config)
        watch = cooled.watches.named("Lumo")
        found = await replaying.looked_back(cooled, watch, (7,), 5 * DAY, patience=60)
        assert found is not None
        told[hours] = len(found.rows[0].rings)
    assert told == {0: 2, 24: 1}
