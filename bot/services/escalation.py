"""Bringing an alert that nobody takes to the person on duty, and then to the manager."""

from __future__ import annotations

from datetime import datetime

from bot.domain import escalation
from bot.domain.alerts import Alert
from bot.domain.escalation import STEPS, Call, Step, Waiting
from bot.domain.outbox import direct_delivery, note_delivery, notice_delivery
from bot.services import mutes, timers, voices
from bot.services.base import Services
from bot.services.raising import said_once
from bot.services.timers import Look
from bot.services.wholes import conversations_of
from bot.slack.blocks.escalation import direct_card, nobody_note, thread_note
from bot.slack.gateway import Posted
from bot.store.base import Write


def raised(services: Services, alert: Alert, now: datetime) -> list[Write]:
    """The writes by which an alert is looked after: for the commit that raises it, or makes it more
    severe. One in another's thread is that one's part, and is not brought to anybody by itself."""
    if alert.within or not escalation.escalates(alert.severity):
        return []
    return [_set_timer(services, "duty", alert, now)]


async def look(services: Services, subject: str, now: datetime) -> Look:
    """What is to be done for an alert whose time has come; nothing where somebody has it."""
    step, id = _told_apart(subject)
    kept = await services.records.alerts.get(id)
    if kept is None or not escalation.escalates(kept.value.severity):
        return Look()
    alert, hours = kept.value, services.config.hours
    if not escalation.may_call(alert.severity, now, hours):
        opens = hours.opens_next(now)
        return Look(again=opens if opens > now else None)
    waiting = await _waiting(services, alert, now)
    if waiting is None:
        return Look()
    call = escalation.call(step, services.config.rota, now)
    if call is None:
        return Look(await _for_the_admins(services, alert, waiting, now))
    return Look(await _called(services, alert, waiting, call, now))


async def _waiting(services: Services, alert: Alert, now: datetime) -> Waiting | None:
    """What of an alert nobody has taken; None where somebody has, or where it was muted."""
    conversations = await conversations_of(services, alert)
    first = escalation.waits(conversations)
    if first is None or await _is_muted(services, alert, now):
        return None
    new = sum(1 for one in conversations if one.state == "new")
    return Waiting(
        conversation=first, severity=alert.severity, length=now - alert.raised, more=new - 1
    )


async def _is_muted(services: Services, alert: Alert, now: datetime) -> bool:
    """Whether somebody said since that they do not want to hear of such alerts."""
    watch = services.watches.find(alert.watch)
    return watch is not None and bool(await mutes.holding(services, watch, alert.kind, None, now))


async def _called(
    services: Services, alert: Alert, waiting: Waiting, call: Call, now: datetime
) -> list[Write]:
    """A direct message to who is called, a line in the alert's thread, and the next step's timer;
    nothing where they were called already."""
    records, id = services.records, alert.id
    voice = await voices.to(services, call.who)
    card = direct_card(waiting, call.step, await _permalink(services, alert), voice, now)
    direct = direct_delivery(
        call.who,
        card.text,
        services.sequence(),
        now,
        about=f"escalated.{call.step}.{alert.severity}.{id}",
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
    config = services.config
    due = escalation.due(alert.severity, now, config.escalate_after, config.hours)
    return timers.set_timer(services, "escalate", f"{step} {alert.id}", due)


def _told_apart(subject: str) -> tuple[Step, str]:
    """The step and the alert that a timer is about."""
    step, _, alert = subject.partition(" ")
    return next(known for known in STEPS if known == step), alert
