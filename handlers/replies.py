"""Answering a click where it was made: a private word, or the place drawn again."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ConversationError, VigieError, WordedError
from bot.i18n import Voice
from bot.services import cards, conversations, home
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.conversations import queue_card, queue_view, wanted_of
from bot.slack.blocks.direct import redrawn
from bot.slack.blocks.home import home_view
from bot.slack.blocks.views import notice_view

log = structlog.get_logger(__name__)

Body = dict[str, Any]


def in_words(error: VigieError, voice: Voice) -> str:
    """What went wrong, for the person who asked."""
    if isinstance(error, WordedError):
        return voice.error(error)
    log.error("what was asked could not be done", reason=str(error))
    return voice.say(
        "⚠️ Vigie could not do that just now, and nothing was changed. Please try again."
    )


async def tell(
    body: Body, words: str, voice: Voice, respond: AsyncRespond, client: AsyncWebClient
) -> None:
    """A word that only the person who clicked sees; where Slack takes it by neither way, it stands
    in the log that it was not told."""
    if body.get("response_url"):
        answered = await respond(text=words, response_type="ephemeral", replace_original=False)
        if answered.status_code != 200:  # that way is good for 30 minutes and five words
            await _tell_otherwise(body, words, client, answered.status_code)
        return
    if code := await open_modal(client, body, notice_view(words, voice)):
        log.warning("a word was not told", reason=code)


async def _tell_otherwise(body: Body, words: str, client: AsyncWebClient, status: int) -> None:
    """The same where the click's own way back is not there any more."""
    channel = (body.get("channel") or {}).get("id", "")
    try:
        await client.chat_postEphemeral(channel=channel, user=body["user"]["id"], text=words)
    except SlackApiError as error:
        reason = str(error.response.get("error"))
        log.warning("a word was not told", status=status, reason=reason)


async def redraw(
    body: Body,
    services: Services,
    voice: Voice,
    respond: AsyncRespond,
    client: AsyncWebClient,
) -> None:
    """Draw a queue, a Home or a message to one person again after a click in it; a card is redrawn
    by the outbox."""
    view = body.get("view") or {}
    if view.get("type") == "home":
        await publish_home(services, voice, client, body["user"]["id"])
        return
    if view.get("callback_id") == ids.STORY_VIEW:
        try:
            story = await cards.story_modal(services, view.get("private_metadata", ""), voice)
        except ConversationError:
            return  # it is kept no more: nothing of it is to be drawn
        await client.views_update(view_id=view["id"], view=story)
        return
    if id := _told_directly(body):
        await _redraw_message(body, id, services, voice, respond)
        return
    wanted = wanted_of(_clicked_block(body))
    if wanted is None:
        return
    found = await conversations.queue(
        services, wanted.assignee, watch=wanted.watch, overdue=wanted.overdue
    )
    card = queue_card(found, voice, services.now(), wanted)
    if view.get("type") == "modal":
        await client.views_update(view_id=view["id"], view=queue_view(card, voice))
    elif (body.get("container") or {}).get("is_ephemeral"):
        await respond(text=card.text, blocks=list(card.blocks), replace_original=True)


async def _redraw_message(
    body: Body, id: str, services: Services, voice: Voice, respond: AsyncRespond
) -> None:
    """Draw a message about a conversation again: no outbox knows where it stands."""
    message, kept = body.get("message") or {}, await services.records.conversations.get(id)
    if kept is None or not body.get("response_url"):
        return
    blocks = redrawn(message.get("blocks") or [], kept.value, voice, services.now())
    await respond(text=str(message.get("text", "")), blocks=blocks, replace_original=True)


async def publish_home(services: Services, voice: Voice, client: AsyncWebClient, user: str) -> None:
    """App Home of a member, as it is now."""
    view = home_view(await home.of(services, user), voice)
    await client.views_publish(user_id=user, view=view)


async def home_again(services: Services, voice: Voice, client: AsyncWebClient, user: str) -> None:
    """The same after something was kept: where Slack does not draw it, it shows that when it is
    next opened."""
    try:
        await publish_home(services, voice, client, user)
    except SlackApiError as error:
        log.warning("Home was not drawn again", reason=str(error.response.get("error")))


async def open_modal(client: AsyncWebClient, body: Body, view: Body) -> str | None:
    """Open a modal; Slack's code where it does not (a trigger lives three seconds)."""
    stacked = (body.get("view") or {}).get("type") == "modal"
    opening = client.views_push if stacked else client.views_open
    try:
        await opening(trigger_id=body["trigger_id"], view=view)
    except SlackApiError as error:
        return str(error.response.get("error"))
    return None


def _told_directly(body: Body) -> str:
    """The id of the conversation whose message to one person (or question) was clicked."""
    kind, _, id = _clicked_block(body).partition(".")
    return id if kind in (ids.DIRECT_BLOCK, ids.LEASE_BLOCK) else ""


def _clicked_block(body: Body) -> str:
    return str((body.get("actions") or [{}])[0].get("block_id", ""))
