"""Deadlines that were missed: told to the channel once, and to who has the conversation, or to the
manager.

Where many were missed at once, because the machine slept or a flood went unanswered, one word tells
of them all: a channel must not scroll away under what it was told long before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.alerts import Alert
from bot.domain.conversation import Conversation
from bot.domain.outbox import note_delivery, notice_delivery
from bot.domain.timers import Timer
from bot.services import mutes, prompting, voices
from bot.services.base import Services
from bot.services.deeds import direct_word
from bot.services.timers import Look
from bot.slack.blocks import direct
from bot.store.base import Write
from bot.store.repositories import Kept

ASK_AGAIN = timedelta(minutes=15)
"""Before it is looked again whether a mute was lifted."""


class Missed(NamedTuple):
    """A conversation whose deadline has passed; `alert` is whose channel may hear of it."""

    conversation: Conversation
    alert: Alert | None

    @property
    def channel(self) -> str:
        return self.alert.channel if self.alert else ""


async def look(services: Services, id: str, now: datetime) -> Look:
    """Tell of a conversation that its deadline was missed, with all others of its channel. Where
    such alerts are muted, only who has it is told; of what nobody has, when the mute ends."""
    missed = await _missed(services, id, now)
    if not isinstance(missed, Missed):
        return Look(again=missed)
    others = await _beside(services, missed, now)
    if len(others) < prompting.MOST:
        return Look(await _told_alone(services, missed, now))
    timers = services.records.timers
    return Look(
        [
            *await _told_together(services, [missed, *(one for one, _ in others)], now),
            *(timers.remove(kept.value.id, kept.version) for _, kept in others),
        ]
    )


async def _missed(services: Services, id: str, now: datetime) -> Missed | datetime | None:
    """Whether it is to be told now that the deadline was missed; else when, if ever."""
    conversation, due = await prompting.to_answer(services, id)
    if conversation is None:
        return None
    if (later := max(due, prompting.may_be_told(services, conversation, now))) > now:
        return later
    alert = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    muted = await mutes.muted_until(services, alert.value, now) if alert else None
    if muted and not conversation.assignee:
        return min(muted, now + ASK_AGAIN)
    return Missed(conversation, alert.value if alert and not muted else None)


async def _beside(
    services: Services, missed: Missed, now: datetime
) -> list[tuple[Missed, Kept[Timer]]]:
    """Others of the same channel whose deadline is to be told of as missed, with their timers."""
    due = await services.records.timers.find(
        {}, "due", before=now + timedelta(seconds=1), limit=prompting.AT_ONCE
    )
    found: list[tuple[Missed, Kept[Timer]]] = []
    for kept in due:
        if kept.value.kind != "overdue" or kept.value.subject == missed.conversation.id:
            continue
        other = await _missed(services, kept.value.subject, now)
        if isinstance(other, Missed) and other.channel == missed.channel:
            found.append((other, kept))
    return found


async def _told_alone(services: Services, missed: Missed, now: datetime) -> list[Write]:
    conversation, alert = missed
    writes: list[Write] = []
    if alert:
        voice = voices.in_channel(services, alert.channel)
        writes.append(_noted(services, alert, direct.overdue_line(conversation, voice), now))
    if whom := _concerned(services, conversation):
        card = direct.overdue(conversation, await voices.to(services, whom), now)
        writes.append(direct_word(services, whom, card, now))
    return writes


async def _told_together(
    services: Services, all_missed: Sequence[Missed], now: datetime
) -> list[Write]:
    """One word in the channel and one to each person; each card has its own in its thread."""
    writes: list[Write] = []
    of_each: defaultdict[str, list[Conversation]] = defaultdict(list)
    for conversation, alert in all_missed:
        if whom := _concerned(services, conversation):
            of_each[whom].append(conversation)
        if alert:
            voice = voices.in_channel(services, alert.channel)
            line = direct.overdue_line(conversation, voice)
            writes.append(_noted(services, alert, line, now, broadcast=False))
    if channel := all_missed[0].channel:
        found = [one.conversation for one in all_missed]
        words = direct.all_overdue(found, voices.in_channel(services, channel)).text
        notice = notice_delivery(channel, words, services.sequence(), now)
        writes.append(services.records.outbox.put(notice.id, notice, 0))
    for whom, theirs in of_each.items():
        voice = await voices.to(services, whom)
        few = len(theirs) == 1
        card = direct.overdue(theirs[0], voice, now) if few else direct.all_overdue(theirs, voice)
        writes.append(direct_word(services, whom, card, now))
    return writes


def _noted(
    services: Services, alert: Alert, text: str, now: datetime, *, broadcast: bool = True
) -> Write:
    """The write of a line in a card's thread; `broadcast` where the channel sees it, too."""
    order = services.sequence()
    note = note_delivery(alert.id, alert.channel, text, order, now, broadcast=broadcast)
    return services.records.outbox.put(note.id, note, 0)


def _concerned(services: Services, conversation: Conversation) -> str:
    """Who is told: who has it, or the manager; `""` where there is none."""
    return conversation.assignee or services.config.rota.manager
