"""A word to whoever waits for something that takes long, which then becomes what they wait for.

Slack replaces no answer to a slash command (bolt-python #1268, bolt-js #2287): the word is a
message of its own, to one person or in a thread.
"""

from __future__ import annotations

import structlog
from msgspec.structs import replace

from bot.domain.outbox import direct_delivery, notice_delivery
from bot.errors import SlackError
from bot.i18n import Voice
from bot.services.base import Services
from bot.slack.blocks.parts import Card
from bot.slack.blocks.working import working_card
from bot.slack.gateway import Posted

log = structlog.get_logger(__name__)


async def told(services: Services, to: str, thread: str, voice: Voice) -> Posted | None:
    """Say to a member, or in a thread of a channel, that it is being worked on; None where Slack
    does not take it."""
    card = working_card(voice)
    try:
        return await services.slack.post(
            to, card.text, card.blocks, delivery=f"working {to}", thread_ts=thread or None
        )
    except SlackError as error:
        log.warning("that it is being worked on was not told", reason=error.code or str(error))
        return None


async def replaced(services: Services, told: Posted, card: Card, *, to: str, thread: str) -> bool:
    """Put what was waited for in the place of that word; whether Slack took it.

    It is remembered as said before it is, so that what an author takes back is struck out of it,
    whenever that comes.
    """
    outbox = services.records.outbox
    make = notice_delivery if thread else direct_delivery
    order = services.sequence()
    said = make(to, card.text, order, services.now(), about=f"answer {order}", blocks=card.blocks)
    said = replace(said, state="sent", posted_to=told.channel, ts=told.ts)
    await services.records.commit([outbox.put(said.id, said, 0)])
    try:
        await services.slack.update(told, card.text, card.blocks)
        kept = await outbox.get(said.id)
        if kept and kept.version > 1:  # something was taken back meanwhile
            await services.slack.update(told, kept.value.text, kept.value.blocks)
    except SlackError as error:
        log.warning("an answer did not replace its word", reason=error.code or str(error))
        await services.records.commit([outbox.remove(said.id)])
        return False
    return True
