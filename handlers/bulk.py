"""Giving many conversations at once: the button that follows what was shown."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VigieError
from bot.services import bulk
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.bulk import asked_of, cancelled_card, done_card
from handlers.clicks import click
from handlers.replies import Body, in_words


def register(app: AsyncApp) -> None:
    app.action(ids.BULK_GIVE)(on_give)
    app.action(ids.BULK_CANCEL)(on_cancel)


async def on_give(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Do what was shown, for who asked for it."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    by, to, had, named = asked_of(clicked.value)
    if clicked.by != by:
        words = clicked.voice.say("Only <@{who}>, who asked for it, can confirm it.", who=by)
        await clicked.tell(words)
        return
    try:
        given, left_alone = await bulk.give(services, named, by, to, had)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    card = done_card(len(given), left_alone, to, clicked.voice)
    await respond(text=card.text, blocks=list(card.blocks), replace_original=True)


async def on_cancel(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Do nothing."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    if clicked.by == clicked.value:
        card = cancelled_card(clicked.voice)
        await respond(text=card.text, blocks=list(card.blocks), replace_original=True)
