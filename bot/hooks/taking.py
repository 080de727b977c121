"""How what tools send is let in: signed by one who holds the secret, in time, not too large, and
not too many at once; and how one that is not taken is told why."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import structlog
from aiohttp import web

from bot.hooks.bodies import Bodies, Crowded
from bot.services.base import Clock
from bot.sources.sent.bodies import JSON, LINES
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature_fault, stamp_fault

log = structlog.get_logger(__name__)

LARGEST = 1 << 20
"""Bytes of a body."""

PATIENCE = 10.0
"""Seconds that a body may take to arrive."""

MOST_INSIDE = 32
"""Requests that are read, and again as many that wait to be kept; more are asked to come again."""

SOON = 5
"""Seconds after which they, and those that the store could not take, may come again."""


class Refusal(Exception):
    """A request that is not taken: with which status, why, and when to come again."""

    def __init__(self, status: int, words: str, again: int | None = None) -> None:
        self.status, self.words, self.again = status, words, again
        super().__init__(words)


class Gate:
    """Lets in what is signed; those inside are kept one after the other."""

    def __init__(self, clock: Clock, bodies: Bodies, most_inside: int) -> None:
        self._clock = clock
        self._bodies = bodies
        self._most_inside = most_inside
        self._inside = 0
        self._turn = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def inside(self, request: web.Request, secret: str) -> AsyncIterator[tuple[bytes, str]]:
        """The body of a request that is signed with a secret, and its content type; it counts as
        inside for as long as the block runs. Raises Refusal."""
        kind = _content_type(request)
        self._check_stamp(request)
        body = await self._body(request)
        self._check_signature(request, secret, body)
        if self._inside >= self._most_inside:
            raise _too_many()
        self._inside += 1
        try:
            yield body, kind
        finally:
            self._inside -= 1

    @property
    def turn(self) -> asyncio.Lock:
        """Held by the one that is kept just now."""
        return self._turn

    async def _body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LARGEST:
            raise _too_large()
        try:
            return await self._bodies.of(request)
        except TimeoutError:
            raise Refusal(408, "The body took too long.") from None
        except Crowded:
            raise _too_many() from None
        except web.HTTPRequestEntityTooLarge:
            raise _too_large() from None

    def _check_stamp(self, request: web.Request) -> None:
        """Let nobody wait inside whose body would be refused whatever it says."""
        stamp, signed = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        if fault := stamp_fault(stamp, signed, self._clock()):
            raise Refusal(401, f"{fault}.")

    def _check_signature(self, request: web.Request, secret: str, body: bytes) -> None:
        stamp, signed = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        if fault := signature_fault(secret, stamp, signed, body, self._clock()):
            raise Refusal(401, f"{fault}.")


async def answered(
    request: web.Request, take: Callable[[web.Request], Awaitable[tuple[msgspec.Struct, bool]]]
) -> web.Response:
    """What a sender is told: the answer of `take`, which says too whether anything was taken, or
    why its request is refused. Who is told 2xx need not send it again."""
    try:
        answer, is_taken = await take(request)
    except Refusal as refusal:
        log.info("what was sent is refused", status=refusal.status, reason=refusal.words)
        return _refused(refusal)
    except Exception as error:
        log.exception("what was sent could not be kept")
        words = f"Vigie itself failed ({type(error).__name__}): its log says more."
        return _refused(Refusal(500, words))
    body = msgspec.json.encode(answer)
    return web.Response(body=body, status=200 if is_taken else 422, content_type="application/json")


def _content_type(request: web.Request) -> str:
    kind = request.content_type
    if kind not in JSON | LINES:
        wanted = "application/json, or application/x-ndjson for one a line"
        raise Refusal(415, f"Its content type is {wanted}.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refusal(415, "The body is sent as it is, not packed.")
    return kind


def _too_many() -> Refusal:
    return Refusal(429, "Too many requests wait: come again.", SOON)


def _too_large() -> Refusal:
    return Refusal(413, f"The body is larger than {LARGEST:,} bytes: send it in parts.")


def _refused(refusal: Refusal) -> web.Response:
    response = web.json_response({"error": refusal.words}, status=refusal.status)
    if refusal.again is not None:
        response.headers["Retry-After"] = str(refusal.again)
    if refusal.status in (401, 408, 413, 415):
        response.force_close()  # what else it sends is not waited for
    return response
