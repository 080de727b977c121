"""Modals that were submitted: the deed first, for its refusal belongs under the field."""

from __future__ import annotations

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.snoozes import CHOICES, Choice, wakes
from bot.errors import VigieError
from bot.services import conversations, voices
from bot.services.base import Services
from bot.slack import ids
from handlers.submitted import chosen, day, person, plainly, text

log = structlog.get_logger(__name__)

View = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.view(ids.ASSIGN_VIEW)(on_assign)
    app.view(ids.RESOLVE_VIEW)(on_resolve)
    app.view(ids.SNOOZE_VIEW)(on_snooze)
    app.view(re.compile(".*"))(on_unknown)


async def on_assign(ack: AsyncAck, body: View, view: View, services: Services) -> None:
    """Give the conversation to the person chosen."""
    by = body["user"]["id"]
    voice = await voices.to(services, by)
    to, note = person(view, ids.ASSIGNEE), text(view, ids.NOTE).strip()
    if not to:
        await ack(response_action="errors", errors={ids.ASSIGNEE: voice.say("Choose a person.")})
        return
    try:
        await conversations.assign(services, view["private_metadata"], by, to, note)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.ASSIGNEE: plainly(error, voice)})
        return
    await ack()


async def on_resolve(ack: AsyncAck, body: View, view: View, services: Services) -> None:
    """Close the conversation, with its note."""
    by = body["user"]["id"]
    voice = await voices.to(services, by)
    note = text(view, ids.NOTE).strip()
    try:
        await conversations.resolve(services, view["private_metadata"], by, note)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.NOTE: plainly(error, voice)})
        return
    await ack()


async def on_snooze(ack: AsyncAck, body: View, view: View, services: Services) -> None:
    """Put the conversation aside until the moment chosen."""
    by = body["user"]["id"]
    voice = await voices.to(services, by)
    choice, on = chosen(view, ids.SNOOZE_UNTIL), day(view, ids.SNOOZE_DAY)
    known: Choice = next((one for one in CHOICES if one == choice), "tomorrow")
    morning = services.config.hours.opens
    until = wakes(known, on, services.now(), voice.zone, morning)
    if until is None:
        words = voice.say("Choose a day that is still to come.")
        await ack(response_action="errors", errors={ids.SNOOZE_DAY: words})
        return
    try:
        await conversations.snooze(services, view["private_metadata"], by, until)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.SNOOZE_UNTIL: plainly(error, voice)})
        return
    await ack()


async def on_unknown(ack: AsyncAck, view: View) -> None:
    """A modal of an older Vigie: closed, and noted."""
    await ack()
    log.warning("a modal that is not known", view=view.get("callback_id"))
