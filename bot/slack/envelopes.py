"""Envelopes from Slack, each handled once however often it comes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from time import time

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

REMEMBERED = 2000


class Envelopes:
    """What came lately, and what was answered.

    Slack delivers an envelope again whose acknowledgement it missed, over another websocket. It
    gets the same answer again: a modal's errors must not turn into an empty answer, which would
    close it. An event that is sent again comes in a new envelope, with the event's id unchanged.
    """

    def __init__(self, app: AsyncApp) -> None:
        self._app = app
        self._answers: OrderedDict[str, asyncio.Task[BoltResponse]] = OrderedDict()

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Have the app handle what was not handled yet, and acknowledge."""
        came = time()
        answer = await self._answer(request)
        await send_async_response(client, request, answer, came)

    async def _answer(self, request: SocketModeRequest) -> BoltResponse:
        name = _name(request)
        if name not in self._answers:
            handled = asyncio.ensure_future(self._handled(request))
            self._answers[name] = handled
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return await self._answers[name]

    async def _handled(self, request: SocketModeRequest) -> BoltResponse:
        response: BoltResponse = await run_async_bolt_app(self._app, request)
        return response


def _name(request: SocketModeRequest) -> str:
    """What stays the same when Slack sends this again."""
    event = request.payload.get("event_id")
    return str(event or request.envelope_id)
