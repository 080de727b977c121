"""What people want in a digest of their own."""

from __future__ import annotations

from datetime import tzinfo

from bot.domain.digests import Slots
from bot.domain.subscriptions import Subscription
from bot.services import timers
from bot.services.base import Services
from bot.store.base import Write

OWN = "user "
"""What begins the subject of a timer of somebody's own digest."""


async def of(services: Services, user: str) -> Subscription:
    """What a person wants; without a time where they never said."""
    kept = await services.records.subscriptions.get(user)
    return kept.value if kept else Subscription(user=user)


async def save(services: Services, wanted: Subscription, zone: tzinfo) -> None:
    """Keep what a person wants, and have their next digest come at its time of their zone, or none
    where no time or day is wanted."""
    writes: list[Write] = [services.records.subscriptions.put(wanted.user, wanted)]
    due = slots(wanted, zone).after(services.now())
    subject = timer_subject(wanted.user)
    if due is None:
        writes.append(timers.end_timer(services, "digest", subject))
    else:
        writes.append(timers.set_timer(services, "digest", subject, due))
    await services.records.commit(writes)


def slots(wanted: Subscription, zone: tzinfo) -> Slots:
    """When a person's digest comes."""
    return Slots(zone=zone, at=wanted.at, days=frozenset(wanted.days))


def timer_subject(user: str) -> str:
    """What the timer of a person's digest is about."""
    return f"{OWN}{user}"
