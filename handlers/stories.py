"""Clicks on a story as a whole: show all of it, take all of it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VigieError
from bot.services import cards
from bot.services.base import Services
from bot.services.claiming import claim_all
from bot.slack import ids
from handlers.clicks import click
from handlers.replies import Body, in_words


def register(app: AsyncApp) -> None:
    app.action(ids.STORY_ALL)(on_all)
    app.action(ids.STORY_CLAIM)(on_claim_all)


async def on_all(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """All conversations of a story, each with its next step."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    await clicked.open(await cards.story_modal(services, clicked.value, clicked.voice))


async def on_claim_all(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """Whatever nobody has is theirs."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    try:
        await claim_all(services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
