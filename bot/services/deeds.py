"""A deed on a conversation: decided by the domain, and written in one commit with its event in the
audit trail, the timers that it sets, and what is to be shown of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from bot.domain.conversation import VIGIE, AuditEvent, Conversation, Deed, Dismissal
from bot.domain.drills import is_practice
from bot.domain.outbox import direct_delivery, note_delivery, refresh_delivery
from bot.domain.transitions import carried_out
from bot.services import deadlines, escalation, judging, leases, practice, replying, timers, voices
from bot.services.base import Services
from bot.services.finding import find
from bot.services.races import won
from bot.slack.blocks import direct
from bot.slack.blocks.parts import Card
from bot.slack.notes import told
from bot.store.base import Write
from bot.store.repositories import Kept

FOLLOWED = ("claimed", "replied")
"""In these states a conversation's thread is read at its source."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to do; the fields are those of `bot.domain.conversation.AuditEvent`. `at`
    is when it was done, where that is not now. What is done `quietly` rings for nobody: whoever
    asks for it tells whom it concerns. What is done `aside` is not shown in the channel, but in the
    thread alone."""

    by: str
    deed: Deed
    to: str = ""
    note: str = ""
    until: datetime | None = None
    because: Dismissal = ""
    waited: timedelta | None = None
    at: datetime | None = None
    quietly: bool = False
    aside: bool = False


Asked = Callable[[Conversation], Act]
"""What is wanted of a conversation as it is at the moment."""


class Done(NamedTuple):
    """A conversation after a deed, and all that is written by it."""

    conversation: Conversation
    writes: list[Write]


async def carry_out(services: Services, id: str, asked: Asked) -> Conversation:
    """Do it, and the conversation as it is then; where somebody else was quicker, it is decided
    anew. Raises a ConversationError. What is done in a drill is done there alone."""
    if is_practice(id):
        return await practice.carry_out(
            services, id, lambda found: _event(services, found.id, asked(found), services.now())
        )

    async def carried() -> Conversation:
        kept = await find(services, id)
        done = await worked_out(services, kept, asked(kept.value), services.now())
        await services.records.commit(done.writes)
        return done.conversation

    after = await won(carried)
    services.wake.set()
    return after


async def worked_out(services: Services, kept: Kept[Conversation], act: Act, now: datetime) -> Done:
    """What a deed comes to, for a commit. Raises a ConversationError."""
    before = kept.value
    event = _event(services, before.id, act, now)
    after, set_ = _with_timers(services, before, carried_out(before, event), event, now)
    records = services.records
    writes = [
        records.conversations.put(after.id, after, kept.version),
        records.audit.put(event.id, event, 0),
        *set_,
        *await judging.writes(services, before, after, event),
        *await replying.noticed(services, after, event, now),
        *await escalation.returned(services, before, after, now),
        *await _shown(services, before, after, event, now, act),
    ]
    return Done(after, writes)


def _event(services: Services, conversation: str, act: Act, now: datetime) -> AuditEvent:
    order = services.sequence()
    return AuditEvent(
        id=f"{conversation}.{order}",
        conversation=conversation,
        order=order,
        at=act.at or now,
        by=act.by,
        deed=act.deed,
        to=act.to,
        note=act.note,
        until=act.until,
        because=act.because,
        waited=act.waited,
    )


def _with_timers(
    services: Services,
    before: Conversation,
    after: Conversation,
    event: AuditEvent,
    now: datetime,
) -> tuple[Conversation, list[Write]]:
    """The conversation with its lease and its deadline, and when it is looked at again."""
    after, writes = leases.renewed(services, before, after, event.by, now)
    if event.deed == "reopen":
        after, due = deadlines.opened(services, after, now)
        writes += due
    if after.state in FOLLOWED and before.state not in FOLLOWED:
        writes.append(timers.set_timer(services, "exchange", after.id, now))
    if event.deed == "snooze" and event.until:
        writes.append(timers.set_timer(services, "wake", after.id, event.until))
    return after, writes


async def _shown(
    services: Services,
    before: Conversation,
    after: Conversation,
    event: AuditEvent,
    now: datetime,
    act: Act,
) -> list[Write]:
    """The card drawn again and a line in its thread; and a word to whom it concerns, where that
    line would not reach them or a note came with it."""
    alert = await services.records.alerts.get(after.alert) if after.alert else None
    writes: list[Write] = []
    if not act.quietly:
        writes += await _word(services, before, after, event, now, told_in_thread=alert is not None)
    if alert is None:
        return writes
    id, channel = alert.value.id, alert.value.channel
    voice = voices.in_channel(services, channel)
    text = told(event, voice, before.assignee, quietly=act.quietly)
    is_seen = event.deed == "lapse" and not act.aside
    outbox = services.records.outbox
    for delivery in (
        refresh_delivery(id, channel, services.sequence(), now),
        note_delivery(id, channel, text, services.sequence(), now, broadcast=is_seen),
    ):
        writes.append(outbox.put(delivery.id, delivery, 0))
    return writes


async def _word(
    services: Services,
    before: Conversation,
    after: Conversation,
    event: AuditEvent,
    now: datetime,
    *,
    told_in_thread: bool,
) -> list[Write]:
    """Direct messages about the event, if there are to be any."""
    taken = await _taken(services, before, after, event, now) if not told_in_thread else []
    whom = _concerned(before, event)
    if whom in ("", event.by) or (told_in_thread and not (event.to and event.note)):
        return taken
    voice = await voices.to(services, whom)
    card = (
        direct.of_itself(after, told(event, voice, before.assignee), voice, now)
        if event.by == VIGIE
        else direct.handed_over(after, event, voice, now)
    )
    return [*taken, direct_word(services, whom, card, now)]


async def _taken(
    services: Services, before: Conversation, after: Conversation, event: AuditEvent, now: datetime
) -> list[Write]:
    """To who had it, that somebody else gave it away."""
    had = before.assignee
    if event.deed != "hand_over" or had in ("", event.by, event.to):
        return []
    card = direct.taken_from_you(after, event, await voices.to(services, had))
    return [direct_word(services, had, card, now)]


def _concerned(before: Conversation, event: AuditEvent) -> str:
    """Who is to hear of it: whom it was given to; of what came by itself, who had it."""
    if event.by == VIGIE:
        return event.to or before.assignee
    return event.to


def direct_word(services: Services, whom: str, card: Card, now: datetime) -> Write:
    """The write by which somebody is told something directly."""
    word = direct_delivery(whom, card.text, services.sequence(), now, blocks=card.blocks)
    return services.records.outbox.put(word.id, word, 0)
