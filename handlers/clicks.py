"""A click on a button or in a menu, with the ways in which it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.i18n import Voice
from bot.services import tours, voices
from bot.services.base import Services
from handlers.replies import Body, open_modal, redraw, tell

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Click:
    """What was clicked (`action`, as Slack sends it in `body`); `voice` is that of who clicked."""

    services: Services
    voice: Voice
    body: Body
    action: dict[str, Any]
    respond: AsyncRespond
    client: AsyncWebClient

    @property
    def by(self) -> str:
        """The Slack user id of who clicked."""
        return str(self.body["user"]["id"])

    @property
    def value(self) -> str:
        """What the button, or the entry of a menu, carries."""
        chosen = self.action.get("selected_option") or self.action
        return str(chosen.get("value", ""))

    async def tell(self, words: str) -> None:
        """A word (mrkdwn) that only the person who clicked sees."""
        await tell(self.body, words, self.voice, self.respond, self.client)

    async def redraw(self) -> None:
        """Draw the queue or the Home again in which it was clicked."""
        await redraw(self.body, self.services, self.voice, self.respond, self.client)

    async def open(self, view: Body) -> bool:
        """Open a modal, or say that Slack did not; whether it did."""
        code = await open_modal(self.client, self.body, view)
        if code is None:
            return True
        log.warning("a modal was not opened", reason=code)
        if self.body.get("response_url"):
            await self.tell(
                self.voice.say("Slack did not open the form in time. Please click again.")
            )
        return False


def on_click(answer: Callable[[Click], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The listener that has a click answered: acknowledged first, and in the language of who
    clicked."""

    async def listener(
        ack: AsyncAck,
        body: Body,
        action: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
        services: Services,
    ) -> None:
        await ack()
        by = str(body["user"]["id"])
        voice = await voices.to(services, by)
        await answer(
            Click(
                services=services,
                voice=voice,
                body=body,
                action=action,
                respond=respond,
                client=client,
            )
        )
        await tours.greet(services, by)

    return listener
