"""A forgotten author's name, taken out of what members wrote of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from bot.domain.conversation import Conversation
from bot.domain.insights import Insight
from bot.domain.unnaming import (
    unheard,
    unnamed_conversation,
    unnamed_draft,
    unnamed_event,
    unnamed_insight,
)
from bot.services import insightcards
from bot.services.base import Services
from bot.services.races import won
from bot.services.raising import redrawn
from bot.store.base import Write
from bot.store.repositories import Repository

T = TypeVar("T", bound=msgspec.Struct)


async def unname(services: Services, author: str) -> None:
    """Take an author's handle out of notes, drafts and insights, and what names them out of the ids
    that were heard in threads; cards that showed it are drawn again."""
    records = services.records

    async def card(conversation: Conversation) -> list[Write]:
        alert = await records.alerts.get(conversation.alert)
        return [await redrawn(services, alert.value, services.now())] if alert else []

    async def insight_card(insight: Insight) -> list[Write]:
        return [insightcards.redrawn(services, insight, services.now())]

    await _change(
        services, records.conversations, unnamed_conversation, author, lambda one: one.id, card
    )
    await _change(services, records.audit, unnamed_event, author, lambda one: one.id)
    await _change(services, records.drafts, unnamed_draft, author, lambda one: one.id)
    await _change(
        services, records.insights, unnamed_insight, author, lambda one: one.id, insight_card
    )
    await _change(services, records.exchanges, unheard, author, lambda one: one.conversation)


async def _nothing_more(_: msgspec.Struct) -> list[Write]:
    return []


async def _change(
    services: Services,
    kept: Repository[T],
    without: Callable[[T, str], T],
    author: str,
    id_of: Callable[[T], str],
    more: Callable[[T], Awaitable[list[Write]]] = _nothing_more,
) -> None:
    """Each value as it is `without` the author, and what `more` is written with it. One that
    somebody else writes meanwhile is read anew."""
    found = [
        id_of(one.value)
        async for one in services.records.each(kept)
        if without(one.value, author) != one.value
    ]

    async def attempt(id: str) -> None:
        one = await kept.get(id)
        if one is None or (after := without(one.value, author)) == one.value:
            return
        await services.records.commit([kept.put(id, after, one.version), *await more(after)])

    for id in found:
        await won(partial(attempt, id))
