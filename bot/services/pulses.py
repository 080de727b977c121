"""The pulse of a watch, taken with every poll that brings something, and where nothing comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Mute
from bot.domain.mention import Mention
from bot.domain.pulses import Pulse
from bot.domain.timers import timer_id
from bot.domain.watch import Watch
from bot.services import news, silences, timers, waves
from bot.services.base import Services
from bot.services.timers import Look
from bot.services.waves import Beside
from bot.store.base import Write
from bot.store.repositories import Kept

FIRST = timedelta(hours=1)
"""After a first mention it is looked whether a watch has fallen quiet."""

WAVE = timedelta(hours=1)
"""While a wave runs it is looked again so often whether it is over."""


class Taken(NamedTuple):
    """The writes of it, and the mutes that held something, each as often as it did."""

    writes: list[Write]
    mutes: tuple[Kept[Mute], ...] = ()


async def about(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    shown: Sequence[Mention],
    beside: Beside,
    now: datetime,
) -> Taken:
    """What new mentions of a watch, and known ones that its source has `shown` again, come to
    beside its negative posts and its volume; what is found while a story is told is a line in its
    thread."""
    again = news.liked_again(services, shown, fresh, now)
    if not (fresh or again):
        return Taken([])
    pulses = services.records.pulses
    kept = await pulses.get(watch.name)
    before, version = (kept.value, kept.version) if kept else (Pulse(watch=watch.name), 0)
    told = next((story for story in beside.stories if story.kind == "spike"), None)
    if not fresh:
        noticed = await news.about(services, watch, before, (), again, told, now)
        return Taken(
            [*noticed.writes, *_kept(services, before, noticed.pulse, version)], noticed.mutes
        )
    writes = await silences.broken(services, before, now) if before.silence else []
    before = replace(before, silence=None)
    heard = await waves.about(services, watch, before, fresh, beside, now)
    noticed = await news.about(services, watch, heard.pulse, fresh, again, told, now)
    begins = heard.pulse.wave is not None and before.wave is None
    return Taken(
        [
            *writes,
            *heard.writes,
            *noticed.writes,
            *await _to_be_looked_at(services, watch, now, soon=begins),
            pulses.put(watch.name, noticed.pulse, version),
        ],
        (*((heard.mute,) if heard.mute else ()), *noticed.mutes),
    )


def _kept(services: Services, before: Pulse, after: Pulse, version: int) -> list[Write]:
    if after == before:
        return []
    return [services.records.pulses.put(after.watch, after, version)]


async def look(services: Services, subject: str, now: datetime) -> Look:
    """Whether a watch has fallen quiet, and whether its wave is over, as nothing comes any more."""
    watch = services.watches.find(subject)
    kept = await services.records.pulses.get(subject)
    if watch is None or kept is None:
        return Look()
    calmed = await waves.ended_by_itself(services, kept.value, now)
    listened = await silences.look(services, watch, calmed.pulse, now)
    again = min(listened.again, now + WAVE) if listened.pulse.wave else listened.again
    writes = [*calmed.writes, *listened.writes]
    if listened.pulse != kept.value:
        writes.append(services.records.pulses.put(subject, listened.pulse, kept.version))
    return Look(writes, again)


async def _to_be_looked_at(
    services: Services, watch: Watch, now: datetime, *, soon: bool
) -> list[Write]:
    """The timer of a watch: there is one from its first mention on."""
    timer = await services.records.timers.get(timer_id("pulse", watch.name))
    if timer and not (soon and timer.value.due > now + FIRST):
        return []
    return [timers.set_timer(services, "pulse", watch.name, now + FIRST)]
