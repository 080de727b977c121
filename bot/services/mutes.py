"""Holding the alerts of a watch back for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from bot.domain.alerts import Mute
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.i18n import Voice
from bot.services import voices
from bot.services.base import Services
from bot.slack.notes import muted, unmuted


async def mute(services: Services, watch: str, by: str, length: timedelta, alert: str = "") -> Mute:
    """Hold the alerts of a watch back for `length`.

    The card of `alert` (where it was asked for) is drawn again, and its thread told. Raises
    UnknownWatch.
    """
    name = services.watches.named(watch).name
    now = services.now()
    kept = await services.records.mutes.get(name)
    held = kept.value.held if kept and kept.value.holds(now) else 0
    set_ = Mute(watch=name, until=now + length, by=by, held=held)
    await _keep(services, set_, alert, muted)
    return set_


async def unmute(services: Services, watch: str, by: str, alert: str = "") -> Mute | None:
    """Let the alerts of a watch through again; the mute that was lifted, or None."""
    name = services.watches.named(watch).name
    kept = await services.records.mutes.get(name)
    now = services.now()
    if kept is None or not kept.value.holds(now):
        return None
    lifted = replace(kept.value, until=now, by=by)
    await _keep(services, lifted, alert, unmuted)
    return kept.value


async def running(services: Services) -> dict[str, Mute]:
    """The mutes that hold now, by watch."""
    now = services.now()
    found = [await services.records.mutes.get(watch.name) for watch in services.watches.all]
    return {kept.value.watch: kept.value for kept in found if kept and kept.value.holds(now)}


async def _keep(
    services: Services, set_: Mute, alert: str, words: Callable[[Mute, Voice], str]
) -> None:
    records, now = services.records, services.now()
    writes = [records.mutes.put(set_.watch, set_)]
    shown = await records.alerts.get(alert) if alert else None
    if shown:
        channel = shown.value.channel
        told = (
            refresh_delivery(alert, channel, services.sequence(), now),
            note_delivery(
                alert,
                channel,
                words(set_, voices.in_channel(services, channel)),
                services.sequence(),
                now,
            ),
        )
        writes += [records.outbox.put(delivery.id, delivery, 0) for delivery in told]
    await records.commit(writes)
    services.wake.set()
