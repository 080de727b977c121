"""Where a card stands that deliveries are about, and how it is drawn: an alert's, an insight's or
a drill's."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.outbox import INSIGHT, PRACTICE
from bot.services import cards, insightcards
from bot.services.base import Services
from bot.slack.blocks.parts import Card
from bot.slack.gateway import Posted
from bot.store.base import Put


async def place_of(services: Services, card: str) -> Posted | None:
    """Where it was posted, None before that."""
    records = services.records
    if card.startswith(INSIGHT):
        insight = await records.insights.get(card.removeprefix(INSIGHT))
        found = (insight.value.posted_to, insight.value.ts) if insight else ("", "")
    elif card.startswith(PRACTICE):
        said = await records.outbox.get(card)
        found = (said.value.posted_to, said.value.ts) if said else ("", "")
    else:
        alert = await records.alerts.get(card)
        found = (alert.value.posted_to, alert.value.ts) if alert else ("", "")
    return Posted(*found) if found[1] else None


async def moved(services: Services, card: str, posted: Posted) -> list[Put]:
    """The writes that keep where it stands now."""
    records = services.records
    if card.startswith(INSIGHT):
        insight = await records.insights.get(card.removeprefix(INSIGHT))
        if insight is None:
            return []
        there = replace(insight.value, posted_to=posted.channel, ts=posted.ts)
        return [records.insights.put(there.id, there, insight.version)]
    alert = await records.alerts.get(card)
    if alert is None:
        return []
    moved = replace(alert.value, posted_to=posted.channel, ts=posted.ts)
    return [records.alerts.put(moved.id, moved, alert.version)]


async def drawn(services: Services, card: str, mark: str = "", *, first: bool = False) -> Card:
    """The card in the state of the moment; the `first` time it may ring."""
    if card.startswith(INSIGHT):
        return await insightcards.insight_card(services, card.removeprefix(INSIGHT), mark)
    return await cards.alert_card(services, card, mark, first=first)
