"""What a shop or a tool that tells conversions is answered: once they are kept, or why not."""

from __future__ import annotations

import asyncio

import msgspec
import structlog
from aiohttp import web

from bot.config.hooks import CONVERSIONS_SECRET, Secret
from bot.errors import StoreError
from bot.hooks.taking import SOON, Gate, Refusal, answered
from bot.services import campaigns
from bot.services.base import Services
from bot.sources.sent.bodies import Bad, UnreadableBody
from bot.sources.sent.conversions import Converted, converted

log = structlog.get_logger(__name__)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender hears: of so many conversions that could be read (`accepted`) some are `new`
    and some were `known`; so many of them match no campaign just now (`unmatched`), and are matched
    once one has their tag; and which were `bad`, by their place from 0."""

    accepted: int
    new: int
    known: int
    unmatched: int
    bad: tuple[Bad, ...]


class ConversionsReceiver:
    """Answers the requests of who holds a secret, where there is one."""

    def __init__(self, services: Services, secret: Secret | None, gate: Gate) -> None:
        self._services = services
        self._secret = secret
        self._gate = gate

    async def answer(self, request: web.Request) -> web.Response:
        """Take the conversions that are sent, or say why not."""
        return await answered(request, self._taken)

    async def _taken(self, request: web.Request) -> tuple[Answer, bool]:
        if self._secret is None:
            words = f"No conversions are taken: {CONVERSIONS_SECRET} is not in Vigie's environment."
            raise Refusal(404, words)
        async with self._gate.inside(request, self._secret.value) as (body, kind):
            now = self._services.now()
            try:
                read = await asyncio.to_thread(converted, body, kind, now)
            except UnreadableBody as unreadable:
                raise Refusal(400, str(unreadable)) from None
            async with self._gate.turn:
                return await self._kept(read), bool(read.conversions)

    async def _kept(self, read: Converted) -> Answer:
        try:
            received = await campaigns.receive(self._services, read.conversions)
        except StoreError as error:
            log.error("conversions could not be kept", reason=str(error))
            raise Refusal(503, "Nothing can be kept just now: come again.", SOON) from error
        return Answer(
            accepted=len(read.conversions),
            new=received.new,
            known=received.known,
            unmatched=received.unmatched,
            bad=read.bad,
        )
