"""An insight's card, drawn from the state of the moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.insights import Insight, Voiced
from bot.domain.mention import Mention
from bot.domain.outbox import insight_card as stands_for
from bot.domain.outbox import refresh_delivery
from bot.domain.voicings import best, lately
from bot.errors import StoreDamaged
from bot.i18n import Voice
from bot.services import voices
from bot.services.base import Services
from bot.slack.blocks import insight as blocks
from bot.slack.blocks.parts import Card
from bot.store.base import Put

LOOKED_AT = 24
"""Posts that are asked for, for those that say it best."""


async def insight_card(services: Services, id: str, mark: str = "") -> Card:
    """The card of an insight in its channel. Raises StoreDamaged where there is none."""
    kept = await services.records.insights.get(id)
    if kept is None:
        raise StoreDamaged(f"the insight {id} is to be shown, but is not in the store")
    insight = kept.value
    return await card_for(services, insight, voices.in_channel(services, insight.channel), mark)


async def card_for(services: Services, insight: Insight, voice: Voice, mark: str = "") -> Card:
    """The same for any reader."""
    heard = await voiced(services, insight.id)
    now = services.now()
    view = blocks.InsightView(
        insight=insight,
        lately=lately(heard, now, insight.first),
        posts=best(await _posts(services, insight, heard), insight.titled),
        voice=voice,
        now=now,
        mark=mark,
    )
    return blocks.insight_card(view)


async def voiced(services: Services, insight: str) -> list[Voiced]:
    """What voices an insight, the oldest first."""
    found = await services.records.voiced.find({"insight": insight}, "at")
    return [kept.value for kept in found]


def redrawn(services: Services, insight: Insight, now: datetime) -> Put:
    """The write by which its card is drawn again."""
    delivery = refresh_delivery(stands_for(insight.id), insight.channel, services.sequence(), now)
    return services.records.outbox.put(delivery.id, delivery, 0)


async def _posts(services: Services, insight: Insight, heard: Sequence[Voiced]) -> list[Mention]:
    """The mentions among which are those that say it best: of each person the post that reached
    most."""
    ranked = sorted(heard, key=lambda one: (one.mention != insight.titled, -one.reach, one.at))
    by_person: dict[str, str] = {}
    for voice in ranked:
        if voice.mention:
            by_person.setdefault(voice.who, voice.mention)
    ids = list(by_person.values())[:LOOKED_AT]
    found = [await services.records.mentions.get(id) for id in ids]
    return [kept.value for kept in found if kept]
