"""Answers in messages of their own: remembered, so that what authors take back leaves them too; and
a word to whoever waits for something that takes long, which then becomes what they wait for.

Slack replaces no answer to a slash command (bolt-python #1268, bolt-js #2287): the word is a
message of its own, to one person or in a thread.
"""

from __future__ import annotations

import structlog
from msgspec.structs import replace

from bot.domain.outbox import Delivery, DeliveryState, direct_delivery, notice_delivery
from bot.errors import SlackError, SlackUnavailable
from bot.i18n import Voice
from bot.services.base import Services
from bot.services.races import won
from bot.slack.blocks.parts import Card
from bot.slack.blocks.working import working_card
from bot.slack.gateway import Posted

log = structlog.get_logger(__name__)


async def told(services: Services, to: str, thread: str, voice: Voice) -> Posted | None:
    """Say to a member, or in a thread of a channel, that it is being worked on; None where Slack
    does not take it, or would be long in putting the answer in its place."""
    if not services.slack.has_update_to_spare():
        return None
    card = working_card(voice)
    try:
        return await services.slack.post(
            to, card.text, card.blocks, delivery=f"working {to}", thread_ts=thread or None
        )
    except SlackError as error:
        log.warning("that it is being worked on was not told", reason=error.code or str(error))
        return None


async def replaced(services: Services, told: Posted, card: Card, *, to: str, thread: str) -> bool:
    """Put what was waited for in the place of that word; whether Slack took it."""
    said = await _remembered(services, card, to=to, thread=thread, at=told)
    try:
        await services.slack.update(told, card.text, card.blocks)
        await _caught_up(services, said, told)
    except SlackError as error:
        log.warning("an answer did not replace its word", reason=error.code or str(error))
        await services.records.commit([services.records.outbox.remove(said.id)])
        return False
    return True


async def answered(services: Services, channel: str, thread: str, card: Card) -> None:
    """Answer in a thread of a channel; where Slack takes nothing just now, once it does. Raises a
    SlackError where it never would."""
    said = await _remembered(services, card, to=channel, thread=thread)
    try:
        at = await services.slack.post(
            channel, card.text, card.blocks, delivery=said.id, thread_ts=thread
        )
    except SlackError as error:
        if not error.retry:
            await services.records.commit([services.records.outbox.remove(said.id)])
            raise
        log.warning("an answer waits for Slack", reason=error.code or str(error))
        # it may stand there: then it is looked for by its id before it is said again
        is_unknown = isinstance(error, SlackUnavailable)
        await _left_to_the_outbox(services, said, "trying" if is_unknown else "waiting")
        return
    await _caught_up(services, said, at)


async def _left_to_the_outbox(services: Services, said: Delivery, state: DeliveryState) -> None:
    outbox = services.records.outbox

    async def left() -> None:
        if kept := await outbox.get(said.id):
            waits = replace(kept.value, state=state)
            await services.records.commit([outbox.put(said.id, waits, kept.version)])

    await won(left)
    services.wake.set()


async def _remembered(
    services: Services, card: Card, *, to: str, thread: str, at: Posted | None = None
) -> Delivery:
    """An answer, kept as said before it is, so that what an author takes back is struck out of it,
    whenever that comes."""
    make = notice_delivery if thread else direct_delivery
    order = services.sequence()
    said = make(to, card.text, order, services.now(), about=f"answer {order}", blocks=card.blocks)
    where = at or Posted("", "")
    said = replace(said, state="sent", posted_to=where.channel, ts=where.ts, thread=thread)
    await services.records.commit([services.records.outbox.put(said.id, said, 0)])
    return said


async def _caught_up(services: Services, said: Delivery, at: Posted) -> None:
    """Keep where an answer stands; shown anew where something was taken back meanwhile."""
    outbox = services.records.outbox

    async def caught_up() -> None:
        kept = await outbox.get(said.id)
        if kept is None:
            return
        if kept.version > 1:
            await services.slack.update(at, kept.value.text, kept.value.blocks)
        if not kept.value.ts:
            there = replace(kept.value, posted_to=at.channel, ts=at.ts)
            await services.records.commit([outbox.put(there.id, there, kept.version)])

    await won(caught_up)
