"""An alert and its first delivery, written together."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from bot.domain.alerts import Alert
from bot.domain.outbox import alert_delivery
from bot.services.base import Services
from bot.store.base import Put


class Outcome(NamedTuple):
    """The writes of a decision, and how many alerts a mute held back."""

    writes: list[Put]
    held: int = 0


def raised(services: Services, alert: Alert, now: datetime) -> list[Put]:
    """The writes that raise an alert."""
    delivery = alert_delivery(alert.id, alert.channel, services.sequence(), now)
    return [
        services.records.alerts.put(alert.id, alert, 0),
        services.records.outbox.put(delivery.id, delivery, 0),
    ]
