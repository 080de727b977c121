"""What is written for an alert to be shown: first, and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.alerts import Alert
from bot.domain.outbox import Delivery, alert_delivery, note_delivery, refresh_delivery
from bot.domain.severity import at_least
from bot.services.base import Services
from bot.services.timers import set_timer
from bot.store.base import Put, Write

REDRAWN_EVERY = timedelta(seconds=5)
"""A card that posts change is drawn again at most so often: Slack's Tier 3 is for all cards."""


def raised(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The writes that raise an alert."""
    delivery = alert_delivery(alert.id, alert.channel, services.sequence(), now, alert.within)
    return [
        services.records.alerts.put(alert.id, alert, 0),
        services.records.outbox.put(delivery.id, delivery, 0),
        *steps_due(services, alert, now),
    ]


def steps_due(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The writes by which the steps of a playbook begin by themselves, for the commit that raises
    an alert or makes it more severe; what is told in another's thread leaves that to that one."""
    at = services.config.playbooks_at
    if at == "never" or alert.within or not at_least(alert.severity, at):
        return []
    return [set_timer(services, "playbook", alert.id, now)]


async def redrawn(services: Services, alert: Alert, now: datetime, linked: str = "") -> Put:
    """The write by which what is new is shown on an alert's card: at once, unless that was drawn
    again a moment ago, or the alert that it is `linked` to is yet to be posted."""
    outbox = services.records.outbox
    found = await outbox.find(
        {"alert": alert.id, "kind": "refresh", "state": "sent"},
        "order",
        newest_first=True,
        limit=1,
    )
    soonest = max((_drawn(kept.value.after, kept.value.created) for kept in found), default=now)
    after = soonest if soonest > now else None
    refresh = refresh_delivery(alert.id, alert.channel, services.sequence(), now, after)
    return outbox.put(refresh.id, replace(refresh, within=linked), 0)


async def said_once(services: Services, delivery: Delivery) -> list[Write]:
    """The write by which something is said, unless it was."""
    outbox = services.records.outbox
    said = await outbox.get(delivery.id)
    return [] if said else [outbox.put(delivery.id, delivery, 0)]


def rung(services: Services, alert: Alert, text: str, now: datetime) -> Put:
    """The write by which a story is told again: in its thread, where the channel sees it."""
    note = note_delivery(alert.id, alert.channel, text, services.sequence(), now, broadcast=True)
    return services.records.outbox.put(note.id, note, 0)


def _drawn(after: datetime | None, created: datetime) -> datetime:
    return max(after or created, created) + REDRAWN_EVERY
