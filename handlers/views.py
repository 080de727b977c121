"""Modals that were submitted: the deed first, for its refusal belongs under the field."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import conversations, mutes, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.views import HOURS
from handlers.replies import in_words

log = structlog.get_logger(__name__)

View = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.view(ids.ASSIGN_VIEW)(on_assign)
    app.view(ids.RESOLVE_VIEW)(on_resolve)
    app.view(ids.MUTE_VIEW)(on_mute)
    app.view(re.compile(".*"))(on_unknown)


async def on_assign(ack: AsyncAck, body: View, view: View, services: Services) -> None:
    """Give the conversation to the person chosen."""
    voice = await voices.to(services, body["user"]["id"])
    to = _state(view, ids.ASSIGNEE).get("selected_user")
    if not to:
        await ack(response_action="errors", errors={ids.ASSIGNEE: voice.say("Choose a person.")})
        return
    try:
        await conversations.assign(services, view["private_metadata"], body["user"]["id"], to)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.ASSIGNEE: _plain(error, voice)})
        return
    await ack()


async def on_resolve(ack: AsyncAck, body: View, view: View, services: Services) -> None:
    """Close the conversation, with its note."""
    voice = await voices.to(services, body["user"]["id"])
    note = str(_state(view, ids.NOTE).get("value") or "").strip()
    try:
        await conversations.resolve(services, view["private_metadata"], body["user"]["id"], note)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.NOTE: _plain(error, voice)})
        return
    await ack()


async def on_mute(ack: AsyncAck, body: View, view: View, services: Services) -> None:
    """Mute the watch for the time chosen."""
    voice = await voices.to(services, body["user"]["id"])
    chosen = (_state(view, ids.MUTE_FOR).get("selected_option") or {}).get("value")
    if chosen not in HOURS:
        await ack(
            response_action="errors", errors={ids.MUTE_FOR: voice.say("Choose for how long.")}
        )
        return
    alert, _, watch = str(view["private_metadata"]).partition("\n")
    try:
        await mutes.mute(services, watch, body["user"]["id"], timedelta(hours=int(chosen)), alert)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.MUTE_FOR: _plain(error, voice)})
        return
    await ack()


async def on_unknown(ack: AsyncAck, view: View) -> None:
    """A modal of an older Vigie: closed, and noted."""
    await ack()
    log.warning("a modal that is not known", view=view.get("callback_id"))


def _state(view: View, block: str) -> dict[str, Any]:
    state = ((view.get("state") or {}).get("values") or {}).get(block) or {}
    value: dict[str, Any] = state.get(ids.VALUE) or {}
    return value


def _plain(error: VigieError, voice: Voice) -> str:
    """An error for a modal, which shows plain text: `<@U1>` would stand there as it is."""
    words = re.sub(r"<@[A-Z0-9]+>", voice.say("Somebody else"), in_words(error, voice))
    return words.replace("`", "")
