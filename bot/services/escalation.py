"""Bringing an alert that nobody takes to the person on duty, and then to the manager."""

from __future__ import annotations

from datetime import datetime

from bot.domain import escalation
from bot.domain.alerts import Alert
from bot.domain.conversation import Conversation
from bot.domain.escalation import STEPS, Call, Step, Waiting
from bot.domain.outbox import direct_delivery, note_delivery, notice_delivery
from bot.domain.timers import timer_id
from bot.services import mutes, timers, voices
from bot.services.base import Services
from bot.services.raising import said_once
from bot.services.timers import Look
from bot.services.wholes import conversations_of
from bot.slack.blocks.escalation import direct_card, nobody_note, thread_note
from bot.slack.gateway import Posted
from bot.store.base import Write


def raised(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The writes by which an alert is looked after: for the commit that raises it. One in another's
    thread is that one's part, and is not brought to anybody by itself."""
    if alert.within or not escalation.escalates(alert.severity):
        return []
    return [_set_timer(services, "duty", alert, now)]


async def worsened(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The same for the commit that makes it more severe: what is due sooner is not put off."""
    pending = await services.records.timers.get(timer_id("escalate", f"duty {alert.id}"))
    if pending and pending.value.due <= _due(services, alert, now):
        return []
    return raised(services, alert, now)


async def returned(
    services: Services, before: Conversation, after: Conversation, now: datetime
) -> list[Write]:
    """The same for the commit by which nobody has a conversation any more that somebody had, or
    had put aside: whoever was spared the call for it is called after all."""
    if after.state != "new" or before.state == "new" or not after.alert:
        return []
    alerts = services.records.alerts
    kept = await alerts.get(after.alert)
    if kept and kept.value.within:
        kept = await alerts.get(kept.value.within)
    return await worsened(services, kept.value, now) if kept else []


async def look(services: Services, subject: str, now: datetime) -> Look:
    """What is to be done for an alert whose time has come; nothing where somebody has it."""
    step, id = _told_apart(subject)
    kept = await services.records.alerts.get(id)
    if kept is None or not escalation.escalates(kept.value.severity):
        return Look()
    alert, hours = kept.value, services.config.hours
    if await _is_called_with_its_spike(services, alert):
        return Look()
    if not escalation.may_call(alert.severity, now, hours):
        opens = hours.opens_next(now)
        return Look(again=opens if opens > now else None)
    waiting = await _waiting(services, alert, now)
    if waiting is None:
        return Look()
    if muted := await mutes.muted_until(services, alert, now):
        return Look(again=min(muted, now + services.config.escalate_after))
    call = escalation.call(step, services.config.rota, now)
    if call is None:
        return Look(await _for_the_admins(services, alert, waiting, now))
    return Look(await _called(services, alert, waiting, call, now))


async def _is_called_with_its_spike(services: Services, alert: Alert) -> bool:
    """Whether it turned out to be part of a spike that is brought to somebody by itself."""
    spike = await services.records.alerts.get(alert.part_of) if alert.part_of else None
    return spike is not None and escalation.escalates(spike.value.severity)


async def _waiting(services: Services, alert: Alert, now: datetime) -> Waiting | None:
    """What of an alert nobody has taken; None where somebody has."""
    conversations = await conversations_of(services, alert)
    first = escalation.waits(conversations)
    if first is None:
        return None
    new = sum(1 for one in conversations if one.state == "new")
    length = now - max(alert.raised, first.changed)
    return Waiting(conversation=first, severity=alert.severity, length=length, more=new - 1)


async def _called(
    services: Services, alert: Alert, waiting: Waiting, call: Call, now: datetime
) -> list[Write]:
    """A direct message to who is called, a line in the alert's thread, and the next step's timer;
    nothing where they were called already, and nobody took it since."""
    records, id = services.records, alert.id
    voice = await voices.to(services, call.who)
    since = waiting.conversation.changed.isoformat()
    card = direct_card(waiting, call.step, await _permalink(services, alert), voice, now)
    direct = direct_delivery(
        call.who,
        card.text,
        services.sequence(),
        now,
        about=f"escalated.{call.step}.{alert.severity}.{id}.{since}",
        blocks=card.blocks,
    )
    if await records.outbox.get(direct.id):
        return []
    channel = voices.in_channel(services, alert.channel)
    words = thread_note(waiting, call.step, call.who, channel)
    note = note_delivery(id, alert.channel, words, services.sequence(), now)
    writes: list[Write] = [records.outbox.put(said.id, said, 0) for said in (direct, note)]
    if call.goes_on:
        writes.append(_set_timer(services, "manager", alert, now))
    return writes


async def _permalink(services: Services, alert: Alert) -> str:
    at = Posted(alert.posted_to, alert.ts)
    return await services.slack.permalink(at) if alert.ts else ""


async def _for_the_admins(
    services: Services, alert: Alert, waiting: Waiting, now: datetime
) -> list[Write]:
    """There is nobody to call: said once, and where people are named but away, once an alert."""
    config = services.config
    admin = config.slack.admin_channel
    words = nobody_note(waiting, alert.channel, voices.in_channel(services, admin))
    about = f"nobody on duty {alert.id}" if config.rota.people else "nobody on duty"
    notice = notice_delivery(admin, words, services.sequence(), now, about)
    return await said_once(services, notice)


def _set_timer(services: Services, step: Step, alert: Alert, now: datetime) -> Write:
    return timers.set_timer(services, "escalate", f"{step} {alert.id}", _due(services, alert, now))


def _due(services: Services, alert: Alert, now: datetime) -> datetime:
    config = services.config
    return escalation.due(alert.severity, now, config.escalate_after, config.hours)


def _told_apart(subject: str) -> tuple[Step, str]:
    """The step and the alert that a timer is about."""
    step, _, alert = subject.partition(" ")
    return next(known for known in STEPS if known == step), alert
