"""A click on a button or in a menu, with the ways in which it is answered.

Slack shows who clicked that their click was taken once it is acknowledged, for which it waits three
seconds. What a click changes is kept before: else it would be lost with a process that dies in
between, and nobody would know (docs/decisions/0030-a-click-is-kept-first.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotOurs
from bot.i18n import Voice
from bot.services import tours, voices
from bot.services.base import Services
from handlers.replies import Body, in_words, open_modal, redraw, tell

log = structlog.get_logger(__name__)

LATEST = 2.0
"""Seconds after which a click is acknowledged though what it changes is not kept yet: a store that
is as slow as that must not have Slack call the click failed."""


class Acknowledgement:
    """Tells Slack that a click was taken; again, it does nothing."""

    def __init__(self, ack: AsyncAck) -> None:
        self._ack = ack
        self._is_given = False

    async def __call__(self) -> None:
        if not self._is_given:
            self._is_given = True
            await self._ack()


@dataclass(frozen=True, kw_only=True)
class Click:
    """What was clicked (`action`, as Slack sends it in `body`); `voice` is that of who clicked.

    `taken` acknowledges it. Whatever is told or shown of it does so first; who speaks to Slack by
    `respond` or `client` calls it before.
    """

    services: Services
    voice: Voice
    body: Body
    action: dict[str, Any]
    taken: Acknowledgement
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

    @property
    def view(self) -> Body:
        """The view in which it was clicked. Raises NotOurs where it was not in one."""
        view = self.body.get("view")
        if not isinstance(view, dict):
            raise NotOurs
        return view

    async def tell(self, words: str) -> None:
        """A word (mrkdwn) that only the person who clicked sees."""
        await self.taken()
        await tell(self.body, words, self.voice, self.respond, self.client)

    async def redraw(self) -> None:
        """Draw the queue or the Home again in which it was clicked."""
        await self.taken()
        await redraw(self.body, self.services, self.voice, self.respond, self.client)

    async def open(self, view: Body) -> bool:
        """Open a modal, or say that Slack did not; whether it did."""
        await self.taken()
        code = await open_modal(self.client, self.body, view)
        if code is None:
            return True
        log.warning("a modal was not opened", reason=code)
        if self.body.get("response_url"):
            await self.tell(
                self.voice.say("Slack did not open the form in time. Please click again.")
            )
        return False


def on_click(
    answer: Callable[[Click], Awaitable[None]], *, keeps: bool = False
) -> Callable[..., Awaitable[None]]:
    """The listener that has a click answered, in the language of who clicked: acknowledged first,
    or, where it `keeps` something, once that is kept."""

    async def listener(
        ack: AsyncAck,
        body: Body,
        action: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
        services: Services,
    ) -> None:
        taken = Acknowledgement(ack)
        if not keeps:
            await taken()
        by = str(body["user"]["id"])
        async with _taken_in_time(taken):
            voice = await voices.to(services, by)
            clicked = Click(
                services=services,
                voice=voice,
                body=body,
                action=action,
                taken=taken,
                respond=respond,
                client=client,
            )
            try:
                await answer(clicked)
            except NotOurs as error:
                log.warning("a click that no button makes", action=action.get("action_id"))
                await clicked.tell(in_words(error, voice))
            await taken()
        await tours.greet(services, by)

    return listener


@asynccontextmanager
async def _taken_in_time(taken: Acknowledgement) -> AsyncIterator[None]:
    """Acknowledge in time, whatever the block waits for. What falls over in it is acknowledged by
    `handlers.on_error`, which tells who clicked."""

    async def late() -> None:
        await asyncio.sleep(LATEST)
        log.warning("a click is acknowledged before what it changes is kept", seconds=LATEST)
        await taken()

    waiting = asyncio.create_task(late())
    try:
        yield
    finally:
        waiting.cancel()
