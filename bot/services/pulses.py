"""The pulse of a watch, taken with every poll that brings something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.alerts import Alert, Mute
from bot.domain.mention import Mention
from bot.domain.pulses import Pulse
from bot.domain.watch import Watch
from bot.services import waves
from bot.services.base import Services
from bot.store.base import Write
from bot.store.repositories import Kept


class Taken(NamedTuple):
    """The writes of it, and the mute that held something."""

    writes: list[Write]
    mute: Kept[Mute] | None = None


async def about(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    stories: Sequence[Alert],
    spike: Alert | None,
    now: datetime,
) -> Taken:
    """What new mentions of a watch come to beside its negative posts and its volume.

    `stories` are told at this moment, the `spike` that has just begun among them: what is found
    meanwhile is a line in a thread.
    """
    if not fresh:
        return Taken([])
    pulses = services.records.pulses
    kept = await pulses.get(watch.name)
    before, version = (kept.value, kept.version) if kept else (Pulse(watch=watch.name), 0)
    heard = await waves.about(services, watch, before, fresh, stories, spike, now)
    return Taken([*heard.writes, pulses.put(watch.name, heard.pulse, version)], heard.mute)
