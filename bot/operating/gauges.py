"""What is so at the moment, for Prometheus: read from the store when it is asked for."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge

from bot.domain.conversation import OPEN
from bot.operating.parts import Parts


async def gauges(parts: Parts) -> CollectorRegistry:
    """The figures of this moment, in a registry of their own."""
    services, registry = parts.services, CollectorRegistry()
    records = services.records
    ready = Gauge("vigie_ready", "1 where a part works.", ("part",), registry=registry)
    for name, part in parts.states.items():
        ready.labels(name).set(part.ready)
    states = ("trying", "waiting")
    waiting = [
        kept.value.created
        for state in states
        for kept in await records.outbox.find({"state": state}, "order")
        if not kept.value.is_held(services.now())
    ]
    _set(registry, "vigie_outbox_waiting", "Deliveries to Slack that wait.", len(waiting))
    age = (services.now() - min(waiting)).total_seconds() if waiting else 0.0
    _set(registry, "vigie_outbox_oldest_seconds", "How long the oldest of them has waited.", age)
    conversations = Gauge(
        "vigie_conversations", "Open conversations, by state.", ("state",), registry=registry
    )
    for state in OPEN:
        conversations.labels(state).set(
            await records.conversations.count({"state": state}, "opened")
        )
    _set(registry, "vigie_watches", "Watches that are polled.", len(services.watches.polled))
    if parts.heard:
        seconds = (services.now() - parts.heard).total_seconds()
        _set(registry, "vigie_heard_seconds", "Since a poll last went well.", seconds)
    return registry


def _set(registry: CollectorRegistry, name: str, words: str, value: float) -> None:
    Gauge(name, words, registry=registry).set(value)
