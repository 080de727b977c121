"""Saying one thing to Slack, and only once.

What was being tried when the process died, or when Slack did not answer, is looked for in Slack
before it is said again. If Slack cannot be asked, it is said again, marked as a possible repeat:
a repeat is preferred to silence.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import structlog

from bot.domain.alerts import TrackedReason
from bot.domain.outbox import Delivery
from bot.errors import (
    ContentRefused,
    MessageGone,
    SlackError,
    SlackRateLimited,
    SlackUnavailable,
)
from bot.i18n import Voice, phrase
from bot.services import places, practice, voices
from bot.services.base import Services
from bot.slack.blocks.parts import Block, context
from bot.slack.gateway import Posted
from bot.slack.mrkdwn import link
from bot.slack.notes import named, with_names

log = structlog.get_logger(__name__)

SKEW = timedelta(minutes=10)
"""How far Slack's clock may be from ours when a lost message is looked for."""

REPEAT = phrase("⟲ possible repeat: Slack did not say whether this arrived before")


class NotSaid(Exception):
    """A delivery that was not made, as far as is known; `unknown` says that it may have been."""

    def __init__(self, error: SlackError, *, unknown: bool) -> None:
        self.error = error
        self.unknown = unknown
        super().__init__(str(error))


async def say(services: Services, delivery: Delivery, outcome_unknown: bool) -> Posted | None:
    """Make a delivery; where its message stands, or None where a message was only changed.

    `outcome_unknown` says that it was tried before and may have arrived. Raises NotSaid.
    """
    unknown = outcome_unknown
    mark = ""
    try:
        if delivery.kind == "amend":
            await _amend(services, delivery)
            return None
        if outcome_unknown and delivery.kind != "refresh":
            found, mark = await _look_for(services, delivery)
            if found:
                return found
            unknown = bool(mark)
        if delivery.kind == "refresh":
            return await _redraw(services, delivery, outcome_unknown)
        return await _post(services, delivery, mark)
    except SlackError as error:
        unknown = unknown or isinstance(error, SlackUnavailable)
        raise NotSaid(error, unknown=unknown) from None


async def _look_for(services: Services, delivery: Delivery) -> tuple[Posted | None, str]:
    """Where a delivery of unknown outcome stands in Slack; else the mark of a repeat."""
    at = await _card_of(services, delivery) if delivery.kind in ("note", "refresh") else None
    channel = at.channel if at else delivery.channel
    thread = await _thread_of(services, delivery)
    try:
        found = await services.slack.find(channel, delivery.id, delivery.created - SKEW, thread)
    except (SlackUnavailable, SlackRateLimited):
        raise
    except SlackError as error:
        log.warning("Slack cannot be asked for a lost message", reason=str(error))
        return None, (await _voice(services, delivery)).say(REPEAT)
    return found, ""


async def _post(services: Services, delivery: Delivery, mark: str) -> Posted:
    if delivery.kind == "alert":
        return await _post_card(services, delivery, delivery.channel, mark)
    if delivery.kind == "drill":
        return await _post_practice(services, delivery)
    text = "\n".join(filter(None, (mark, await _worded(services, delivery.text))))
    blocks: Sequence[Block] = delivery.blocks
    if mark and blocks:  # of a message with blocks, Slack shows nothing else
        blocks = (context(mark), *blocks)
    if delivery.kind == "notice" and delivery.alert:
        text = f"{text} {await _shown_there(services, delivery)}".rstrip()
    post = partial(services.slack.post, delivery=delivery.id)
    thread = await _thread_of(services, delivery)
    if delivery.kind in ("notice", "direct"):
        return await _post_whole(partial(post, delivery.channel), text, blocks, thread)
    at = await _card_of(services, delivery)
    post = partial(post, at.channel, broadcast=delivery.broadcast)
    return await _post_whole(post, text, blocks, thread, at.ts)


async def _post_practice(services: Services, delivery: Delivery) -> Posted:
    card = await practice.drawn(services, delivery.alert)
    post = partial(services.slack.post, delivery.channel, delivery=delivery.id)
    return await _post_whole(post, card.text, card.blocks, None)


async def _shown_there(services: Services, delivery: Delivery) -> str:
    """A link to the message of the alert that a notice is about, as far as Slack tells it."""
    kept = await services.records.alerts.get(delivery.alert)
    if kept is None or not kept.value.ts:
        return ""
    address = await services.slack.permalink(Posted(kept.value.posted_to, kept.value.ts))
    voice = await _voice(services, delivery)
    return link(address, voice.say("Show the alert")) if address else ""


async def _post_whole(
    post: Callable[..., Awaitable[Posted]],
    text: str,
    blocks: Sequence[Block],
    thread: str | None,
    otherwise: str | None = None,
) -> Posted:
    """Post it in a thread, or otherwise (`_post_in`); where Slack refuses it for what it holds, or
    for a reason that nobody foresaw, its text alone."""
    try:
        return await _post_in(thread, otherwise, partial(post, text, blocks))
    except SlackError as error:
        if not blocks or type(error) not in (SlackError, ContentRefused):
            raise
        log.error("Slack refused a message; its text is sent", reason=str(error))
    return await _post_in(thread, otherwise, partial(post, text))


async def _post_in(
    thread: str | None, otherwise: str | None, post: Callable[..., Awaitable[Posted]]
) -> Posted:
    """Post in a thread; where its message is gone, below another one, or (None) as a message of its
    own."""
    try:
        return await post(thread_ts=thread)
    except MessageGone:
        if thread == otherwise:
            raise
    log.warning("a thread is gone; what belongs there is told elsewhere")
    return await post(thread_ts=otherwise)


async def _post_card(services: Services, delivery: Delivery, channel: str, mark: str) -> Posted:
    card = await places.drawn(services, delivery.alert, mark, first=delivery.kind == "alert")
    post = partial(services.slack.post, channel, delivery=delivery.id)
    return await _post_whole(post, card.text, card.blocks, await _thread_of(services, delivery))


async def _redraw(services: Services, delivery: Delivery, outcome_unknown: bool) -> Posted | None:
    """Draw a card again; where its message is gone, post it once anew."""
    at = await _card_of(services, delivery)
    card = await places.drawn(services, delivery.alert)
    try:
        await services.slack.update(at, card.text, card.blocks)
    except MessageGone:
        found, mark = await _look_for(services, delivery) if outcome_unknown else (None, "")
        return found or await _post_card(services, delivery, at.channel, mark)
    except ContentRefused as error:
        log.error("Slack refused a card; its text is sent", reason=str(error))
        await services.slack.update(at, card.text, ())
    return None


async def _amend(services: Services, delivery: Delivery) -> None:
    """Say anew what was said, where that message is still there and Slack lets it be changed: what
    cannot be amended now for want of anything but Slack's answer never will be."""
    kept = await services.records.outbox.get(delivery.of)
    try:
        at = await _place_of(services, kept.value) if kept else None
        if kept is None or at is None:
            log.info("a message that was to be amended is not there", id=delivery.of)
            return
        await services.slack.update(at, *await _said_anew(services, kept.value, delivery))
    except SlackError as error:
        if error.retry:
            raise
        log.warning("a message cannot be amended", id=delivery.of, reason=str(error))


async def _said_anew(
    services: Services, said: Delivery, delivery: Delivery
) -> tuple[str, Sequence[Block]]:
    """What takes the place of what was `said`; of a drill it is drawn at this moment."""
    if said.kind == "drill":
        card = await practice.drawn(services, said.alert)
        return card.text, card.blocks
    return await _worded(services, delivery.text), delivery.blocks


async def _place_of(services: Services, said: Delivery) -> Posted | None:
    """Where the message of a delivery stands, looked for in Slack where that was not kept."""
    if said.ts:
        return Posted(said.posted_to, said.ts)
    channel, thread = said.channel, said.thread or None
    if said.kind == "note":
        card = await _card_of(services, said)
        channel, thread = card.channel, await _thread_of(services, said)
    return await services.slack.find(channel, said.id, said.created - SKEW, thread)


async def _worded(services: Services, text: str) -> str:
    names = {user: await services.slack.name_of(user) for user in named(text)}
    return with_names(text, names)


async def _voice(services: Services, delivery: Delivery) -> Voice:
    """How who reads it is spoken to."""
    if delivery.kind == "direct":
        return await voices.to(services, delivery.channel)
    return voices.in_channel(services, delivery.channel)


async def _thread_of(services: Services, delivery: Delivery) -> str | None:
    """The ts of the thread that a delivery goes into, None for a message of its own: what was
    tracked is told where somebody wrote of it, what belongs to a spike in that one's thread, and a
    note below its card (or beside it, as threads have no threads)."""
    if delivery.kind in ("notice", "direct", "amend", "drill"):
        return delivery.thread or None
    kept = await services.records.alerts.get(delivery.alert)
    if kept and isinstance(kept.value.reason, TrackedReason) and kept.value.reason.thread:
        return kept.value.reason.thread
    if kept and kept.value.within:
        spike = await services.records.alerts.get(kept.value.within)
        if spike and spike.value.ts:
            return spike.value.ts
    return (await _card_of(services, delivery)).ts if delivery.kind == "note" else None


async def _card_of(services: Services, delivery: Delivery) -> Posted:
    at = await places.place_of(services, delivery.alert)
    if at is None:
        raise MessageGone("the card was never posted")
    return at
