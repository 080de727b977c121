"""A watch's volume as the detector looks at it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.pairs import Pair
from bot.domain.volume import SLOTS_A_DAY, DayVolume
from bot.services.base import Services
from bot.services.volumes import history_of
from tests.builders import NOW
from tests.services.conftest import CONFIG

DAY = timedelta(days=1)


@pytest.fixture
def config() -> Config:
    return loads(f'timezone = "Europe/Paris"\n{CONFIG}')


async def test_a_history_begins_at_a_midnight_all_day_and_has_the_teams_hours(
    services: Services,
) -> None:
    watch = services.watches.named("Lumo")
    pairs = [Pair(watch="Lumo", source=source, cursor="1") for source in watch.sources]
    days = [
        DayVolume(watch="Lumo", day=(NOW - number * DAY).date().isoformat(), counts=(1,) * 96)
        for number in range(35)
    ]
    records = services.records
    await records.commit(
        [
            *(records.pairs.put(pair.id, pair) for pair in pairs),
            *(records.volumes.put(f"Lumo {day.day}", day) for day in days),
        ]
    )
    midnight = NOW.replace(hour=0, minute=0)
    for later in (timedelta(0), timedelta(hours=1)):
        history = await history_of(services, watch, NOW + later)
        assert history is not None
        assert history.start == midnight - 28 * DAY
        assert len(history.counts) > 28 * SLOTS_A_DAY
        assert history.zone == "Europe/Paris"
