"""What a tool that sends posts is answered: once they are kept, or why they are not."""

from __future__ import annotations

import asyncio

import msgspec
import structlog
from aiohttp import web

from bot.config.hooks import CONVERSIONS, PATH, Hooks, part_of
from bot.errors import StoreError
from bot.hooks.bodies import SLOW, Bodies
from bot.hooks.conversions import ConversionsReceiver
from bot.hooks.taking import LARGEST, MOST_INSIDE, PATIENCE, SOON, Gate, Refusal, answered
from bot.services import receiving
from bot.services.base import Services
from bot.sources.hooked import WebhookSource
from bot.sources.sent.bodies import Bad, Sent, UnreadableBody, sent

log = structlog.get_logger(__name__)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender hears: of so many posts that could be read (`accepted`) `new` ones became
    mentions, `known` ones were mentions before, and the rest no watch looks for; so many were
    `deleted`; and which were `bad`, by their place from 0."""

    accepted: int
    new: int
    known: int
    deleted: int
    bad: tuple[Bad, ...]


class Receiver:
    """Answers the requests of tools, which are kept one after the other."""

    def __init__(
        self,
        services: Services,
        hooks: Hooks,
        *,
        patience: float = PATIENCE,
        most_inside: int = MOST_INSIDE,
        slow: float = SLOW,
    ) -> None:
        self._services = services
        self._hooks = hooks
        self._gate = Gate(services.clock, Bodies(patience, most_inside, slow), most_inside)
        self._conversions = ConversionsReceiver(services, hooks.conversions, self._gate)

    def app(self) -> web.Application:
        """The web application in which it answers."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self.answer)
        app.router.add_post(PATH + "/{part}", self.answer)
        app.router.add_post(CONVERSIONS, self._conversions.answer)
        return app

    async def answer(self, request: web.Request) -> web.Response:
        """Take the posts that are sent, or say why not."""
        return await answered(request, self._taken)

    async def _taken(self, request: web.Request) -> tuple[Answer, bool]:
        source = self._source(request.match_info.get("part"))
        secret = self._services.config.keys.of(source)
        async with self._gate.inside(request, secret) as (body, kind):
            now = self._services.now()
            try:
                read = await asyncio.to_thread(sent, body, kind, source, now)
            except UnreadableBody as unreadable:
                raise Refusal(400, str(unreadable)) from None
            async with self._gate.turn:
                answer = await self._kept(source, read)
        return answer, bool(answer.accepted or answer.deleted)

    async def _kept(self, source: str, read: Sent) -> Answer:
        try:
            received = await receiving.receive(self._services, source, read.posts, read.gone)
        except StoreError as error:
            log.error("what was sent could not be kept", reason=str(error))
            raise Refusal(503, "Nothing can be kept just now: come again.", SOON) from error
        if isinstance(heard := self._services.sources.get(source), WebhookSource):
            heard.hears(self._services.now())
        return Answer(
            accepted=len(read.posts),
            new=received.new,
            known=received.known,
            deleted=len(read.gone),
            bad=read.bad,
        )

    def _source(self, part: str | None) -> str:
        """The source that a request is about; without a name the only one that there is."""
        sources = self._hooks.sources
        if part is None and len(sources) == 1:
            return next(iter(sources.values()))
        source = sources.get(part_of(part or ""))
        if source is None:
            words = "There is no source of this name" if part else "There is not one source alone"
            raise Refusal(404, f"{words}: send it to {PATH}/NAME, as `vigie hook` says.")
        return source
