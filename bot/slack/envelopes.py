"""Envelopes from Slack, each handled once however often it comes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial
from time import time
from typing import Protocol

import msgspec
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.errors import StoreError

log = structlog.get_logger(__name__)

REMEMBERED = 2000


class Ledger(Protocol):
    """What the workers of one Vigie know of each other's envelopes."""

    async def once(self, name: str, handle: Callable[[], Awaitable[str]]) -> str | None:
        """What `handle` answered, run for this name by one worker alone; None where another is at
        it and has no answer yet, so that Slack is to ask again."""
        ...


class Envelopes:
    """What came lately, and what was answered.

    Slack delivers an envelope again whose acknowledgement it missed, over another websocket, which
    may be another worker's (they share a `ledger`). It gets the same answer again: a modal's errors
    must not turn into an empty answer, which would close it. An event that is sent again comes in a
    new envelope, with the event's id unchanged.
    """

    def __init__(self, app: AsyncApp, ledger: Ledger | None = None) -> None:
        self._app = app
        self._ledger = ledger
        self._answers: OrderedDict[str, asyncio.Task[BoltResponse | None]] = OrderedDict()

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Have the app handle what was not handled yet, and acknowledge."""
        came = time()
        name = _name(request)
        answer = await self._answer(name, request)
        if answer is None:
            self._answers.pop(name, None)
        else:
            await send_async_response(client, request, answer, came)

    async def _answer(self, name: str, request: SocketModeRequest) -> BoltResponse | None:
        if name not in self._answers:
            handled = asyncio.ensure_future(self._handled(name, request))
            self._answers[name] = handled
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return await self._answers[name]

    async def _handled(self, name: str, request: SocketModeRequest) -> BoltResponse | None:
        if self._ledger is None:
            return await self._bolt(request)
        try:
            written = await self._ledger.once(name, partial(self._written, request))
        except StoreError as error:
            log.warning("an envelope is left for Slack to send again", reason=str(error))
            return None
        return None if written is None else _read(written)

    async def _written(self, request: SocketModeRequest) -> str:
        return _write(await self._bolt(request))

    async def _bolt(self, request: SocketModeRequest) -> BoltResponse:
        response: BoltResponse = await run_async_bolt_app(self._app, request)
        return response


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
