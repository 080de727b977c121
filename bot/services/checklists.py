"""Checklists: the steps of a playbook in an alert's thread, ticked by whoever did them.

The message is written in the commit that changes the checklist, and each change draws it anew for
all, by the outbox: two who tick at once are told apart by the checklist's version, and neither
step is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from msgspec.structs import replace

from bot.domain import checklists
from bot.domain.alerts import Alert
from bot.domain.checklists import Checklist, Offered, Progress, delivery_id
from bot.domain.conversation import Conversation
from bot.domain.drills import is_practice
from bot.domain.outbox import Delivery, amend_delivery, note_delivery
from bot.domain.playbooks import spoken
from bot.domain.severity import at_least
from bot.errors import Conflict, ConversationError
from bot.services import playbooks, practice, voices
from bot.services.base import Services
from bot.services.races import won
from bot.services.raising import redrawn
from bot.services.timers import Look
from bot.slack.blocks.checklist import checklist_card
from bot.store.base import Write

log = structlog.get_logger(__name__)


async def offered(
    services: Services, alert: Alert, conversation: Conversation | None
) -> Offered | None:
    """What an alert's card says of a playbook; None where none was begun and none fits, or there is
    nothing to be done any more. What is told in another's thread leaves it to that one."""
    kept = await services.records.checklists.get(alert.id)
    if kept:
        begun = kept.value
        return Offered(
            name=begun.playbook,
            title=begun.title,
            steps=len(begun.items),
            progress=checklists.progress(begun),
        )
    is_done = alert.ended is not None or (conversation is not None and not conversation.is_open)
    if is_done or alert.within or alert.part_of:
        return None
    fit = await playbooks.fit_for(services, alert)
    language = voices.in_channel(services, alert.channel).language
    found = spoken(services.config.playbooks, fit.name, language) if fit else None
    if found is None:
        return None
    return Offered(name=found.name, title=found.title, steps=len(found.steps), fit=fit)


async def begin(services: Services, alert: str, playbook: str, by: str) -> Checklist:
    """Put the steps of a playbook into an alert's thread. Raises ConversationError where they are
    there, or either is not known."""
    kept = await services.records.alerts.get(alert)
    if kept is None:
        raise ConversationError("This alert is not known any more.")
    checklist = await _of(services, kept.value, playbook, by, services.now())
    if await services.records.checklists.get(alert):
        raise ConversationError("The steps are in this alert’s thread already.")
    try:
        await services.records.commit(await _shown(services, checklist, kept.value))
    except Conflict:
        raise ConversationError("The steps are in this alert’s thread already.") from None
    log.info("the steps of a playbook were begun", playbook=playbook, alert=alert, by=by)
    services.wake.set()
    return checklist


async def tick(services: Services, id: str, number: int, by: str) -> Checklist:
    """`by` has done a step (counted from 0). Raises ConversationError."""
    now = services.now()
    after = await _changed(services, id, lambda one: checklists.ticked(one, number, by, now))
    log.info("a step was done", checklist=id, step=number + 1, by=by)
    return after


async def untick(services: Services, id: str, number: int, by: str) -> Checklist:
    """A step (counted from 0) is to be done after all. Raises ConversationError."""
    after = await _changed(services, id, lambda one: checklists.unticked(one, number))
    log.info("a step was taken back", checklist=id, step=number + 1, by=by)
    return after


async def find(services: Services, id: str) -> Checklist:
    """Raises ConversationError."""
    kept = await services.records.checklists.get(id)
    if kept is None:
        raise ConversationError("These steps are not kept any more.")
    return kept.value


async def progress_of(services: Services, id: str) -> Progress | None:
    """How far the checklist of an alert (or a drill) is, None where none was begun."""
    kept = await services.records.checklists.get(id)
    return checklists.progress(kept.value) if kept else None


async def begun_writes(services: Services, checklist: Checklist, delivery: Delivery) -> list[Write]:
    """The writes that keep a checklist and show it by a delivery (a note or a notice), which gets
    the id by which it is drawn again."""
    card = checklist_card(checklist, {}, voices.in_channel(services, checklist.channel))
    shown = replace(
        delivery, id=delivery_id(checklist.id), text=card.text, blocks=tuple(card.blocks)
    )
    return [
        services.records.checklists.put(checklist.id, checklist, 0),
        services.records.outbox.put(shown.id, shown, 0),
    ]


async def look(services: Services, subject: str, now: datetime) -> Look:
    """What is to be done for an alert that is so severe that its steps begin by themselves."""
    kept = await services.records.alerts.get(subject)
    at = services.config.playbooks_at
    if kept is None or at == "never" or not at_least(kept.value.severity, at):
        return Look()
    if kept.value.ended or await services.records.checklists.get(subject):
        return Look()
    fit = await playbooks.fit_for(services, kept.value)
    if fit is None:
        return Look()
    checklist = await _of(services, kept.value, fit.name, "", now)
    words = "the steps of a playbook begin by themselves"
    told = partial(log.info, words, playbook=fit.name, alert=subject)
    return Look(await _shown(services, checklist, kept.value), then=told)


async def _of(services: Services, alert: Alert, playbook: str, by: str, now: datetime) -> Checklist:
    language = voices.in_channel(services, alert.channel).language
    found = spoken(services.config.playbooks, playbook, language)
    if found is None:
        raise ConversationError("This playbook is not known any more.")
    return checklists.begun(found, id=alert.id, channel=alert.channel, at=now, by=by)


async def _shown(services: Services, checklist: Checklist, alert: Alert) -> list[Write]:
    now = services.now()
    note = note_delivery(alert.id, alert.channel, "", services.sequence(), now)
    return [
        *await begun_writes(services, checklist, note),
        await redrawn(services, alert, now),
    ]


async def _changed(
    services: Services, id: str, change: Callable[[Checklist], Checklist]
) -> Checklist:
    """The checklist after a change, which is shown; decided anew where somebody was quicker. That
    of a drill changes while it goes on: its score tells how far it was."""
    if is_practice(id):
        await practice.check_goes_on(services, id)

    async def changed() -> Checklist:
        kept = await services.records.checklists.get(id)
        if kept is None:
            raise ConversationError("These steps are not kept any more.")
        after = change(kept.value)
        put = services.records.checklists.put(id, after, kept.version)
        await services.records.commit([put, *await _drawn_again(services, after)])
        return after

    after = await won(changed)
    services.wake.set()
    return after


async def closed_writes(services: Services, id: str) -> list[Write]:
    """The writes by which the steps of a drill that ends are shown without their buttons; none
    where it has no steps."""
    kept = await services.records.checklists.get(id)
    return await _drawn_again(services, kept.value, closed=True) if kept else []


async def _drawn_again(
    services: Services, checklist: Checklist, *, closed: bool = False
) -> list[Write]:
    """The message as it is now, and the line on the alert's card."""
    now, records = services.now(), services.records
    writes: list[Write] = []
    said = await records.outbox.get(delivery_id(checklist.id))
    if said:
        done_by = {item.by for item in checklist.items if item.by}
        names = {who: await services.slack.name_of(who) for who in done_by}
        voice = voices.in_channel(services, checklist.channel)
        card = checklist_card(checklist, names, voice, closed=closed)
        amend = amend_delivery(said.value, card.text, card.blocks, services.sequence(), now)
        writes.append(records.outbox.put(amend.id, amend, 0))
    alert = await records.alerts.get(checklist.id)
    if alert:
        writes.append(await redrawn(services, alert.value, now))
    return writes
