"""What waits for an answer, and how long answers took, looked up for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.conversation import Conversation
from bot.domain.responses import Responses, Waiting, responses_of, waiting_of
from bot.services.base import Services
from bot.slack.gateway import Posted

LONGEST_OPEN = timedelta(days=60)
"""What was flagged earlier and is answered only now counts in no response time."""

PRESSING = 3
"""Conversations that are named."""

FEW = 8
"""Watches of which what was flagged is asked for one by one: it is most often one."""

Wanted = Callable[[Conversation], bool]


async def waiting(services: Services, wanted: Wanted) -> Waiting:
    """What waits of the conversations that are `wanted`, with the addresses of the cards of those
    that are named."""
    found = [one for one in await services.pending.read(services.records) if wanted(one)]
    told = waiting_of(found, services.now(), PRESSING)
    cards = [await _card(services, one) for one in told.first]
    return replace(told, cards=tuple(cards))


async def flagged_since(
    services: Services, since: datetime, watches: Collection[str], wanted: Wanted
) -> tuple[Conversation, ...]:
    """The conversations that are `wanted`, all of them of some watches, and that may be answered
    after `since`."""
    of = [{"watch": watch} for watch in watches] if len(watches) <= FEW else [{}]
    find = services.records.conversations.find
    found = [one for equal in of for one in await find(equal, "opened", since=since - LONGEST_OPEN)]
    return tuple(one.value for one in found if wanted(one.value))


def taken(
    flagged: tuple[Conversation, ...], since: datetime, now: datetime
) -> tuple[Responses | None, Responses | None]:
    """How long the answers took that were given between two moments, and in as long a time before;
    `flagged` reaches back to that."""
    end, before = now + timedelta(seconds=1), since - (now - since)
    return responses_of(flagged, since, end), responses_of(flagged, before, since)


async def _card(services: Services, conversation: Conversation) -> str:
    """The address of its card, `""` where there is none or Slack does not tell."""
    kept = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    if kept is None or not kept.value.ts:
        return ""
    return await services.slack.permalink(Posted(kept.value.posted_to, kept.value.ts))
