"""What Vigie says of conversations when a moment has come: whether a claim still holds, that a
snooze is over, that a deadline is near (one that was missed: `bot.services.missed`).

Each looks at what is so when its timer goes off, and may find that nothing is left to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.alerts import Alert
from bot.domain.conversation import VIGIE, Conversation, Deed
from bot.domain.outbox import note_delivery, notice_delivery, notice_id
from bot.services import voices
from bot.services.base import Services
from bot.services.deeds import Act, direct_word, worked_out
from bot.services.timers import Look
from bot.slack.blocks import direct
from bot.store.base import Write
from bot.store.repositories import Kept

MOST = 3
"""What falls due at once in a channel, and is told one by one there; more is one word."""

AT_ONCE = 200
"""Timers that are looked through for others."""


async def lease(services: Services, id: str, now: datetime) -> Look:
    """Ask whoever claimed it, and take it from them where they do not answer; while the team
    works."""
    kept = await services.records.conversations.get(id)
    if kept is None or kept.value.state != "claimed":
        return Look()
    conversation = kept.value
    due = conversation.ask_at or conversation.lapse_at
    if due is None:
        return Look()
    comes = max(due, services.config.hours.opens_next(now))
    if comes > now:
        return Look(again=comes)
    if conversation.ask_at:
        return await _ask(services, kept, now)
    alert = await services.records.alerts.get(conversation.alert)
    is_over = alert is not None and alert.value.ended is not None
    deed: Deed = "resolve" if is_over else "lapse"
    together = await _lapse_together(services, alert.value, now) if alert and not is_over else None
    act = Act(by=VIGIE, deed=deed, aside=together is not None)
    return Look([*(await worked_out(services, kept, act, now)).writes, *(together or ())])


async def _lapse_together(
    services: Services, alert: Alert, now: datetime
) -> Sequence[Write] | None:
    """The one word to a channel that many of its claims lapse now, or nothing where it was said
    this moment; None where they are few, and each is told of there."""
    channel, outbox = alert.channel, services.records.outbox
    about = f"lapsed {channel} {now.isoformat()}"
    if await outbox.get(notice_id(about)):
        return ()
    due = await services.records.timers.find(
        {}, "due", before=now + timedelta(seconds=1), limit=AT_ONCE
    )
    leases = [kept.value.subject for kept in due if kept.value.kind == "lease"]
    lapsing = [id for id in leases if await _lapses(services, id, channel, now)]
    if len(lapsing) <= MOST:
        return None
    words = direct.all_lapsed(len(lapsing), voices.in_channel(services, channel))
    notice = notice_delivery(channel, words, services.sequence(), now, about)
    return [outbox.put(notice.id, notice, 0)]


async def _lapses(services: Services, id: str, channel: str, now: datetime) -> bool:
    kept = await services.records.conversations.get(id)
    if kept is None or kept.value.state != "claimed" or kept.value.ask_at:
        return False
    alert = await services.records.alerts.get(kept.value.alert)
    is_here = alert is not None and alert.value.channel == channel and alert.value.ended is None
    return is_here and kept.value.lapse_at is not None and kept.value.lapse_at <= now


async def _ask(services: Services, kept: Kept[Conversation], now: datetime) -> Look:
    lapse_at = services.config.hours.after(now, services.config.claims.lapse_after)
    asked = replace(kept.value, ask_at=None, lapse_at=lapse_at)
    writes: list[Write] = [
        services.records.conversations.put(asked.id, asked, kept.version),
        *await _asked(services, asked, lapse_at, now),
    ]
    return Look(writes, lapse_at)


async def _asked(
    services: Services, conversation: Conversation, lapse_at: datetime, now: datetime
) -> list[Write]:
    """The question: in the alert's thread, or to the assignee where there is none."""
    alert = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    if alert is None:
        voice = await voices.to(services, conversation.assignee)
        card = direct.still_on_it(conversation, lapse_at, voice)
        return [direct_word(services, conversation.assignee, card, now)]
    channel = alert.value.channel
    card = direct.still_on_it(conversation, lapse_at, voices.in_channel(services, channel))
    note = note_delivery(
        alert.value.id, channel, card.text, services.sequence(), now, blocks=card.blocks
    )
    return [services.records.outbox.put(note.id, note, 0)]


async def wake(services: Services, id: str, now: datetime) -> Look:
    """A snooze is over: told to who has it, or who set it."""
    kept = await services.records.conversations.get(id)
    if kept is None or kept.value.state != "snoozed" or kept.value.snoozed_until is None:
        return Look()
    if kept.value.snoozed_until > now:
        return Look(again=kept.value.snoozed_until)
    whom = kept.value.assignee or kept.value.snoozed_by
    woken = await worked_out(services, kept, Act(by=VIGIE, deed="wake", to=whom), now)
    return Look(woken.writes)


async def remind(services: Services, id: str, now: datetime) -> Look:
    """A deadline is near: told to who has it."""
    conversation, due = await to_answer(services, id)
    if conversation is None or not conversation.assignee or now >= due:
        return Look()
    if (later := may_be_told(services, conversation, now)) > now:
        return Look(again=later)
    voice = await voices.to(services, conversation.assignee)
    card = direct.due_soon(conversation, voice, now)
    return Look([direct_word(services, conversation.assignee, card, now)])


def may_be_told(services: Services, conversation: Conversation, now: datetime) -> datetime:
    """From when on something may be said of it: not while it sleeps, and while the team works; a
    critical one at any hour."""
    awake = max(now, conversation.snoozed_until or now)
    return awake if conversation.severity == "critical" else services.config.hours.opens_next(awake)


async def to_answer(services: Services, id: str) -> tuple[Conversation | None, datetime]:
    """The conversation, if it still is to be answered, and until when; now, if it is not."""
    kept = await services.records.conversations.get(id)
    if kept is None or not kept.value.is_open or kept.value.due is None:
        return None, services.now()
    return kept.value, kept.value.due
