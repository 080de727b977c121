"""“Summarise”: in the menu of every message for the thread that it stands in, and beside a
conversation's exchange."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelClosed, MessageGone, SlackError, TokenRefused, VigieError
from bot.i18n import Voice
from bot.services import recaps, voices, wording
from bot.services.base import Services
from bot.slack import ids
from bot.slack.material import of_recap, of_talk
from bot.slack.recaps import recap_view, talk_view, words_view, working_view
from handlers.clicks import Click, on_click
from handlers.replies import Body, in_words

log = structlog.get_logger(__name__)

PATIENCE = 8.0
"""Seconds for a source to answer: the window is open by then, and is drawn again."""


def register(app: AsyncApp) -> None:
    app.shortcut(ids.SUMMARISE_SHORTCUT)(on_shortcut)
    app.action(ids.RECAP)(on_click(on_button))


async def on_shortcut(
    ack: AsyncAck, body: Body, respond: AsyncRespond, client: AsyncWebClient, services: Services
) -> None:
    """Sum up the thread of a message, for who asks alone."""
    await ack()
    voice = await voices.to(services, body["user"]["id"])
    view_id = await _opened(body, client, voice)
    if view_id is None:
        await respond(text=_too_late(voice), response_type="ephemeral", replace_original=False)
        return
    await _show(client, view_id, await _talk(body, services, voice))


async def on_button(clicked: Click) -> None:
    """Sum up a conversation."""
    view_id = await _opened(clicked.body, clicked.client, clicked.voice)
    if view_id is None:
        if clicked.body.get("response_url"):
            await clicked.tell(_too_late(clicked.voice))
        return
    view = await _recap(clicked.value, clicked.services, clicked.voice)
    await _show(clicked.client, view_id, view)


async def _opened(body: Body, client: AsyncWebClient, voice: Voice) -> str | None:
    """Open a window at once (a trigger lives three seconds); its id, None where Slack does not."""
    stacked = (body.get("view") or {}).get("type") == "modal"
    opening = client.views_push if stacked else client.views_open
    try:
        opened = await opening(trigger_id=body["trigger_id"], view=working_view(voice))
    except SlackApiError as error:
        log.warning("a modal was not opened", reason=str(error.response.get("error")))
        return None
    return str((opened.get("view") or {}).get("id") or "")


async def _show(client: AsyncWebClient, view_id: str, view: Body) -> None:
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        # Whoever closed the window meanwhile wants it no more.
        log.info("a summary was not shown", reason=str(error.response.get("error")))


def _too_late(voice: Voice) -> str:
    return voice.say("Slack did not open the form in time. Please click again.")


async def _recap(id: str, services: Services, voice: Voice) -> Body:
    try:
        recap = await recaps.of_conversation(services, id, PATIENCE, voice.zone)
    except VigieError as error:
        return words_view(in_words(error, voice), voice)
    now = services.now()
    found = await wording.worded(services, of_recap(recap, voice, now))
    return recap_view(recap, found, voice, now)


async def _talk(body: Body, services: Services, voice: Voice) -> Body:
    message: dict[str, Any] = body.get("message") or {}
    channel: dict[str, str] = body.get("channel") or {}
    ts = str(message.get("thread_ts") or message.get("ts") or "")
    try:
        talk = await recaps.of_thread(services, channel.get("id", ""), ts, PATIENCE, voice.zone)
    except SlackError as error:
        return words_view(unread_words(error, voice), voice)
    except VigieError as error:
        return words_view(in_words(error, voice), voice)
    now = services.now()
    found = await wording.worded(services, of_talk(talk, voice, now))
    return talk_view(talk, found, voice, now)


def unread_words(error: SlackError, voice: Voice) -> str:
    """Why a thread could not be read, and what to do about it."""
    match error:
        case ChannelClosed():
            return voice.say(
                "Vigie is not in this channel, and reads nothing there. Type `/invite @Vigie` in "
                "it, then ask again. What two people write to each other it never reads."
            )
        case MessageGone():
            return voice.say("This message is not there any more.")
        case TokenRefused():
            return voice.say(
                "Vigie may not read threads here: it reads channels that it is in, and no group "
                "messages. If this is such a channel, whoever runs Vigie pastes the manifest again "
                "and reinstalls the app."
            )
        case _:
            log.warning("a thread could not be read", reason=error.code or str(error))
            return voice.say("Slack does not show this thread just now. Please ask again.")
