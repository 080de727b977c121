"""App Home, and the shortcut to the queue."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import conversations, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.conversations import queue_card, queue_view
from handlers.replies import Body, home_again, open_modal


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(on_opened)
    app.action(ids.HOME_REFRESH)(on_refresh)
    app.shortcut(ids.QUEUE_SHORTCUT)(on_queue)


async def on_opened(event: dict[str, str], client: AsyncWebClient, services: Services) -> None:
    """Draw Home for the member who opened it."""
    if event.get("tab", "home") == "home":
        voice = await voices.to(services, event["user"])
        await home_again(services, voice, client, event["user"])


async def on_refresh(ack: AsyncAck, body: Body, client: AsyncWebClient, services: Services) -> None:
    """Draw Home again as it is now: what others do does not redraw it by itself."""
    await ack()
    voice = await voices.to(services, body["user"]["id"])
    await home_again(services, voice, client, body["user"]["id"])


async def on_queue(ack: AsyncAck, body: Body, client: AsyncWebClient, services: Services) -> None:
    """The open conversations, in a modal."""
    await ack()
    voice = await voices.to(services, body["user"]["id"])
    card = queue_card(await conversations.queue(services), voice, services.now())
    await open_modal(client, body, queue_view(card, voice))
