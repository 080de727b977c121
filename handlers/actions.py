"""Clicks on a conversation's buttons: acknowledged first, then one deed, then a word only where it
went wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Conversation
from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import conversations, mutes, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.views import assign_view, mute_view, resolve_view
from bot.slack.mrkdwn import name
from handlers.clicks import Click, click
from handlers.drafts import draft
from handlers.replies import Body, in_words, tell

log = structlog.get_logger(__name__)

Deed = Callable[[Services, str, str], Awaitable[Conversation]]

DEEDS: dict[str, Deed] = {
    ids.CLAIM: conversations.claim,
    ids.RELEASE: conversations.release,
    ids.CONFIRM: conversations.confirm,
    ids.DISMISS: conversations.dismiss,
    ids.NOT_NEGATIVE: conversations.not_negative,
    ids.REOPEN: conversations.reopen,
}


FORMS: dict[str, Callable[[str, str, Voice], Body]] = {
    ids.ASSIGN: assign_view,
    ids.RESOLVE: resolve_view,
}


async def _mute(asked: Click, id: str) -> None:
    found = (await conversations.find(asked.services, id)).value
    target = f"{found.alert}\n{found.watch}"
    await asked.open(mute_view(target, found.watch, asked.voice))


MORE: dict[str, Callable[[Click, str], Awaitable[None]]] = {
    ids.VERB_DRAFT: draft,
    ids.VERB_MUTE: _mute,
}
"""What an entry of a conversation's menu does, by its verb; a VigieError that is raised is said to
who clicked."""


def register(app: AsyncApp) -> None:
    for action in DEEDS:
        app.action(action)(on_deed)
    for action in FORMS:
        app.action(action)(on_form)
    app.action(ids.MORE)(on_more)
    app.action(ids.MUTE)(on_mute)
    app.action(ids.UNMUTE)(on_unmute)
    app.action(ids.OPEN_LINK)(on_link)
    app.action(re.compile(".*"))(on_unknown)


async def on_deed(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Claim, release, dismiss or reopen."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    try:
        await DEEDS[action["action_id"]](services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
    await clicked.redraw()


async def on_form(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Ask to whom, or how it ended."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    try:
        found = (await conversations.find(services, clicked.value)).value
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.open(FORMS[action["action_id"]](found.id, found.title, clicked.voice))


async def on_more(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """An entry of the menu behind a conversation's buttons."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    verb, _, id = clicked.value.partition(" ")
    chosen = MORE.get(verb)
    if chosen is None:
        log.warning("an entry of a menu that is not known", verb=verb)
        return
    try:
        await chosen(clicked, id)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
    await clicked.redraw()


async def on_mute(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Ask for how long; the alert on whose card it was asked travels along."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    target = f"{_alert_of(action)}\n{clicked.value}"
    await clicked.open(mute_view(target, clicked.value, clicked.voice))


async def on_unmute(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Let the alerts of a watch through again."""
    await ack()
    by = body["user"]["id"]
    voice = await voices.to(services, by)
    try:
        lifted = await mutes.unmute(services, action["value"], by, _alert_of(action))
    except VigieError as error:
        await tell(body, in_words(error, voice), voice, respond, client)
        return
    if lifted is None:
        await tell(body, voice.say("That mute has ended already."), voice, respond, client)
    elif not _alert_of(action):
        words = voice.say("🔔 {watch} speaks again.", watch=name(lifted.watch))
        await tell(body, words, voice, respond, client)


async def on_link(ack: AsyncAck) -> None:
    """A link button opens by itself; Slack still wants its acknowledgement."""
    await ack()


async def on_unknown(ack: AsyncAck, action: dict[str, str]) -> None:
    """A button of an older Vigie: acknowledged, so that nobody waits, and noted."""
    await ack()
    log.warning("a click on a button that is not known", action=action.get("action_id"))


def _alert_of(action: dict[str, Any]) -> str:
    kind, _, alert = str(action.get("block_id", "")).partition(".")
    return alert if kind == "alert" else ""
