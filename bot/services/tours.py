"""Showing a new member round: offered once by a direct message, after the first thing they do."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.domain.outbox import direct_delivery
from bot.domain.tours import Tour, at_step, offer, put_off
from bot.errors import Conflict, VigieError
from bot.services import voices
from bot.services.base import Services
from bot.services.races import won
from bot.slack.blocks.tour import offer_card

log = structlog.get_logger(__name__)


async def greet(services: Services, user: str) -> None:
    """Offer the tour to whoever did something for the first time, unless it is switched off. What
    they did is done and answered before: whatever fails here is noted, and nobody hears of it."""
    if not services.config.tour or not user:
        return
    try:
        await _offer(services, user)
    except Conflict:
        log.debug("somebody was greeted at the same moment", user=user)
    except VigieError as error:
        log.warning("a new member was not greeted", reason=str(error))


async def _offer(services: Services, user: str) -> None:
    records, now = services.records, services.now()
    kept = await records.tours.get(user)
    tour = offer(kept.value if kept else None, user, now)
    if tour is None or await services.slack.no_person(user):
        return
    card = offer_card(await voices.to(services, user))
    about = f"tour.{tour.offers}"
    word = direct_delivery(user, card.text, services.sequence(), now, about, card.blocks)
    version = kept.version if kept else 0
    await records.commit(
        [records.tours.put(user, tour, version), records.outbox.put(word.id, word, 0)]
    )
    services.wake.set()


async def show(services: Services, user: str, step: int) -> Tour:
    """`user` looks at a step of it."""
    return await _changed(services, user, lambda tour: at_step(tour, step))


async def leave(services: Services, user: str, *, for_ever: bool) -> Tour:
    """`user` does not want it, now or for ever."""
    return await _changed(services, user, lambda tour: put_off(tour, for_ever=for_ever))


async def _changed(services: Services, user: str, change: Callable[[Tour], Tour]) -> Tour:
    async def changed() -> Tour:
        kept = await services.records.tours.get(user)
        before = kept.value if kept else Tour(who=user, offered=services.now())
        after = change(before)
        put = services.records.tours.put(user, after, kept.version if kept else 0)
        await services.records.commit([put])
        return after

    return await won(changed)
