"""What a tool that sends posts is answered: once they are kept, or why they are not."""

from __future__ import annotations

import asyncio

import msgspec
import structlog
from aiohttp import web

from bot.config.hooks import PATH, Hooks, part_of
from bot.errors import StoreError
from bot.services import receiving
from bot.services.base import Services
from bot.sources.hooked import WebhookSource
from bot.sources.sent.bodies import JSON, LINES, Bad, Sent, UnreadableBody, sent
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature_fault, stamp_fault

log = structlog.get_logger(__name__)

LARGEST = 1 << 20
"""Bytes of a body."""

PATIENCE = 10.0
"""Seconds that a body may take to arrive."""

MOST_INSIDE = 32
"""Requests that are read or wait to be kept; more are asked to come again."""

SOON = 5
"""Seconds after which they, and those that the store could not take, may come again."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender hears: of so many posts that could be read (`accepted`) `new` ones became
    mentions, `known` ones were mentions before, and the rest no watch looks for; so many were
    `deleted`; and which were `bad`, by their place from 0."""

    accepted: int
    new: int
    known: int
    deleted: int
    bad: tuple[Bad, ...]


class _Refusal(Exception):
    """A request that is not taken: with which status, why, and when to come again."""

    def __init__(self, status: int, words: str, again: int | None = None) -> None:
        self.status, self.words, self.again = status, words, again
        super().__init__(words)


class Receiver:
    """Answers the requests of tools, which are kept one after the other."""

    def __init__(
        self,
        services: Services,
        hooks: Hooks,
        *,
        patience: float = PATIENCE,
        most_inside: int = MOST_INSIDE,
    ) -> None:
        self._services = services
        self._hooks = hooks
        self._patience = patience
        self._most_inside = most_inside
        self._inside = 0
        self._turn = asyncio.Lock()

    def app(self) -> web.Application:
        """The web application in which it answers."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self.answer)
        app.router.add_post(PATH + "/{part}", self.answer)
        return app

    async def answer(self, request: web.Request) -> web.Response:
        """Take what is sent, or say why not; a sender that is told 2xx need not send it again."""
        try:
            answer = await self._taken(request)
        except _Refusal as refusal:
            log.info("what was sent is refused", status=refusal.status, reason=refusal.words)
            return _refused(refusal)
        except Exception as error:
            log.exception("what was sent could not be kept")
            words = f"Vigie itself failed ({type(error).__name__}): its log says more."
            return _refused(_Refusal(500, words))
        is_taken = answer.accepted or answer.deleted
        body = msgspec.json.encode(answer)
        status = 200 if is_taken else 422
        return web.Response(body=body, status=status, content_type="application/json")

    async def _taken(self, request: web.Request) -> Answer:
        source = self._source(request.match_info.get("part"))
        kind = _content_type(request)
        self._check_stamp(request)
        if self._inside >= self._most_inside:
            raise _Refusal(429, "Too many requests wait: come again.", SOON)
        self._inside += 1
        try:
            body = await self._body(request)
            self._check_signature(request, source, body)
            now = self._services.now()
            try:
                read = await asyncio.to_thread(sent, body, kind, source, now)
            except UnreadableBody as unreadable:
                raise _Refusal(400, str(unreadable)) from None
            async with self._turn:
                return await self._kept(source, read)
        finally:
            self._inside -= 1

    async def _kept(self, source: str, read: Sent) -> Answer:
        try:
            received = await receiving.receive(self._services, source, read.posts, read.gone)
        except StoreError as error:
            log.error("what was sent could not be kept", reason=str(error))
            raise _Refusal(503, "Nothing can be kept just now: come again.", SOON) from error
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
            words = "There is no source of this name" if part else "There are several sources"
            raise _Refusal(404, f"{words}: send it to {PATH}/NAME, as `vigie hook` says.")
        return source

    async def _body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LARGEST:
            raise _too_large()
        try:
            async with asyncio.timeout(self._patience):
                return await request.read()
        except TimeoutError:
            raise _Refusal(408, f"The body took longer than {self._patience:g} s.") from None
        except web.HTTPRequestEntityTooLarge:
            raise _too_large() from None

    def _check_stamp(self, request: web.Request) -> None:
        """Let nobody wait inside whose body would be refused whatever it says."""
        stamp, signed = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        if fault := stamp_fault(stamp, signed, self._services.clock()):
            raise _Refusal(401, f"{fault}.")

    def _check_signature(self, request: web.Request, source: str, body: bytes) -> None:
        fault = signature_fault(
            self._services.config.keys.of(source),
            request.headers.get(TIMESTAMP, ""),
            request.headers.get(SIGNATURE, ""),
            body,
            self._services.clock(),
        )
        if fault:
            raise _Refusal(401, f"{fault}.")


def _content_type(request: web.Request) -> str:
    kind = request.content_type
    if kind not in JSON | LINES:
        wanted = "application/json, or application/x-ndjson for one post a line"
        raise _Refusal(415, f"Its content type is {wanted}.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise _Refusal(415, "The body is sent as it is, not packed.")
    return kind


def _too_large() -> _Refusal:
    return _Refusal(413, f"The body is larger than {LARGEST:,} bytes: send it in parts.")


def _refused(refusal: _Refusal) -> web.Response:
    response = web.json_response({"error": refusal.words}, status=refusal.status)
    if refusal.again is not None:
        response.headers["Retry-After"] = str(refusal.again)
    if refusal.status in (401, 408, 413, 415):
        response.force_close()  # what else it sends is not waited for
    return response
