"""What Slack sends, each handled once however often it comes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from time import time
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from structlog.contextvars import bound_contextvars

from bot.errors import StoreError
from bot.metrics import ACK_SECONDS

log = structlog.get_logger(__name__)

REMEMBERED = 2000

AT_A_TIME = 60
"""Envelopes that the app looks at together, of those that were acknowledged: others wait, so that
what comes in meanwhile is acknowledged at once however many there are."""

REQUEST = 40
"""Characters of an envelope's name that stand in the log."""

T = TypeVar("T")

Handle = Callable[[], Awaitable[BoltResponse]]

AtOnce = Callable[[str, Mapping[str, object]], bool]
"""Whether an envelope of a type and with a payload is acknowledged at once, without a word."""


class Ledger(Protocol):
    """What the workers of one Vigie know of each other's envelopes."""

    async def once(self, name: str, handle: Callable[[], Awaitable[str]]) -> str | None:
        """What `handle` answered, run for this name by one worker alone; None where another is at
        it and has no answer yet, so that Slack is to ask again."""
        ...


class Answers:
    """What was asked lately, and what was answered.

    Slack sends again what it missed the acknowledgement of, perhaps to another worker (they share a
    `ledger`). It gets the same answer again: a modal's errors must not turn into an empty answer,
    which would close it.
    """

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._ledger = ledger
        self._answers: OrderedDict[str, asyncio.Task[BoltResponse | None]] = OrderedDict()

    async def once(self, name: str, handle: Handle) -> BoltResponse | None:
        """What `handle` answers, run once for this name; None where Slack is to ask again."""
        if name not in self._answers:
            with bound_contextvars(request=name[:REQUEST]):  # in every line that comes of it
                self._answers[name] = asyncio.ensure_future(self._handled(name, handle))
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        answer = await asyncio.shield(self._answers[name])
        if answer is None:
            self._answers.pop(name, None)
        return answer

    async def _handled(self, name: str, handle: Handle) -> BoltResponse | None:
        if self._ledger is None:
            return await handle()
        try:
            written = await self._ledger.once(name, partial(_written, handle))
        except StoreError as error:
            log.warning("an envelope is left for Slack to send again", reason=str(error))
            return None
        return None if written is None else _read(written)


class Envelopes:
    """The envelopes that come over a websocket, each handled once however often it comes. An event
    that is sent again comes in a new one, with the event's id unchanged.

    They may come in another loop (of another thread) than the app's, which is `home` then: there
    they are acknowledged, here handled."""

    def __init__(
        self,
        app: AsyncApp,
        ledger: Ledger | None = None,
        at_once: AtOnce | None = None,
        *,
        home: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._app = app
        self._home = home
        self._answers = Answers(ledger)
        self._at_once = at_once
        self._taken: set[asyncio.Task[None]] = set()
        self._looked_at = asyncio.Semaphore(AT_A_TIME)

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Have the app handle what was not handled yet, and acknowledge.

        What is to be acknowledged `at_once` (without a word) is so before the app has a look: on a
        busy day that takes its turn with all else.
        """
        came = time()
        if self._at_once and self._at_once(request.type, request.payload):
            acknowledging = self._acknowledge(client, request, BoltResponse(status=200), came)
            await asyncio.gather(acknowledging, self._at_home(self._take(request)))
        elif (answer := await self._at_home(self._handled(request))) is not None:
            await self._acknowledge(client, request, answer, came)

    async def _at_home(self, handling: Coroutine[Any, Any, T]) -> T:
        if self._home is None:
            return await handling
        return await done_in(self._home, handling)

    async def emptied(self, patience: float) -> None:
        """Wait until the app had a look at all that was acknowledged at once, for so many seconds
        at most."""
        if self._taken:
            _, left = await asyncio.wait(self._taken, timeout=patience)
            for task in left:
                task.cancel()

    async def _take(self, request: SocketModeRequest) -> None:
        """Have it handled, also where the connection that it came over is gone."""
        task = asyncio.ensure_future(self._handle_in_turn(request))
        self._taken.add(task)
        task.add_done_callback(self._taken.discard)
        await asyncio.shield(task)

    async def _handle_in_turn(self, request: SocketModeRequest) -> None:
        async with self._looked_at:
            await self._handled(request)

    async def _handled(self, request: SocketModeRequest) -> BoltResponse | None:
        return await self._answers.once(_name(request), partial(self._bolt, request))

    async def _acknowledge(
        self,
        client: AsyncBaseSocketModeClient,
        request: SocketModeRequest,
        answer: BoltResponse,
        came: float,
    ) -> None:
        await send_async_response(client, request, answer, came)
        ACK_SECONDS.observe(time() - came)

    async def _bolt(self, request: SocketModeRequest) -> BoltResponse:
        response: BoltResponse = await run_async_bolt_app(self._app, request)
        return response


async def done_in(loop: asyncio.AbstractEventLoop, deed: Coroutine[Any, Any, T]) -> T:
    """What a deed returns or raises that is done in the loop of another thread."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(deed, loop))


async def _written(handle: Handle) -> str:
    return _write(await handle())


class _Answer(msgspec.Struct, frozen=True):
    """Bolt's response, as it is kept."""

    status: int
    body: str
    headers: dict[str, list[str]]


def _write(response: BoltResponse) -> str:
    headers = {name: list(values) for name, values in response.headers.items()}
    return msgspec.json.encode(_Answer(response.status, response.body, headers)).decode()


def _read(written: str) -> BoltResponse:
    answer = msgspec.json.decode(written, type=_Answer)
    return BoltResponse(status=answer.status, body=answer.body, headers=dict(answer.headers))


def _name(request: SocketModeRequest) -> str:
    """What stays the same when Slack sends this again."""
    event = request.payload.get("event_id")
    return str(event or request.envelope_id)
