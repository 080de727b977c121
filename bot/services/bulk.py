"""Giving many conversations to somebody: shown first, then done one by one."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from bot.domain.bulk import Selection, chosen
from bot.domain.conversation import Conversation
from bot.errors import ConversationError, IllegalTransition
from bot.services import conversations, voices
from bot.services.base import Services
from bot.services.deeds import Act, carry_out, direct_word
from bot.slack.blocks.bulk import given_card


class Outcome(NamedTuple):
    """What came of it: those that were given, how many others were the receiver's already (it was
    asked for twice), and how many had changed meanwhile."""

    given: list[Conversation]
    had: int
    left_alone: int


async def meant(services: Services, wanted: Selection, by: str, zone: tzinfo) -> list[Conversation]:
    """The open conversations that `by` means, by deadline."""
    found = await conversations.queue(services)
    return chosen(wanted, found, by, services.now(), zone)


async def give(services: Services, ids: tuple[str, ...], by: str, to: str, had: str) -> Outcome:
    """`by` gives each of these to `to`, who hears of it once, in a direct message.

    What is no longer `had`'s (`""`: nobody's) is left alone. Raises IllegalTransition where `to`
    is not a person.
    """
    await conversations.check_receiver(services, to)
    given: list[Conversation] = []
    already = left_alone = 0
    for id in ids:
        try:
            given.append(await _give(services, id, by, to, had))
        except _Theirs:
            already += 1
        except ConversationError:
            left_alone += 1
    if given and to != by:
        card = given_card(given, by, await voices.to(services, to), services.now())
        await services.records.commit([direct_word(services, to, card, services.now())])
        services.wake.set()
    return Outcome(given, already, left_alone)


class _Theirs(ConversationError):
    """Whom it is given to has it already."""


async def _give(services: Services, id: str, by: str, to: str, had: str) -> Conversation:
    def asked(found: Conversation) -> Act:
        if found.is_open and found.assignee == to:
            raise _Theirs("<@{who}> already has this conversation.", who=to)
        if found.assignee != had:
            raise IllegalTransition("Somebody else has it meanwhile.")
        return Act(by=by, deed="hand_over" if had else "assign", to=to, quietly=True)

    return await carry_out(services, id, asked)
