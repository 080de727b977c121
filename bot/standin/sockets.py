"""Socket Mode: websockets to the app, and envelopes that must be acknowledged.

Protocol: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from bot.standin.changes import Change, Changes
from bot.standin.clock import Clock
from bot.standin.crew import Crew
from bot.standin.delivery import ACK_WITHIN, Parcel
from bot.standin.errors import Unanswered
from bot.standin.wire import Json, dumps, parsed

MOST = 10
"""Websockets an app may hold."""
LIFE = 3600
"""Seconds of real time after which a websocket is refreshed: a jump of the clock is no age."""
WARNING = 10.0
"""Seconds between the warning and the refresh."""
PING_EVERY = 10.0
TICKET_LIFE = 30.0
"""Seconds within which a ticket must be used."""


class Link:
    """One websocket. A frozen one takes everything and answers nothing.

    A `leaving` one was asked to go, or is gone without having said so: it gets nothing new.
    """

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.frozen = False
        self.leaving = False
        self._request = request

    async def say(self, message: Json) -> bool:
        """Send `message`; False where the socket turns out to be gone."""
        if self.frozen:
            return True
        try:
            await self.ws.send_str(dumps(message))
        except (ConnectionError, RuntimeError):
            self.leaving = True
        return not self.leaving

    def cut(self) -> None:
        """End the connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()


class _Envelope:
    """An envelope that waits for its acknowledgement, and the link that carries it."""

    def __init__(self, message: Json) -> None:
        self.message = message
        self.link: Link | None = None
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()


class Sockets:
    """The app's websockets; any one may get an envelope, and any one may acknowledge it."""

    def __init__(self, app_id: str, clock: Clock, crew: Crew, changes: Changes) -> None:
        self._app_id = app_id
        self._clock = clock
        self._crew = crew
        self._changes = changes
        self._tickets: dict[str, float] = {}
        self._waiting: dict[str, _Envelope] = {}
        self._turn = 0
        self.links: list[Link] = []

    @property
    def connected(self) -> bool:
        """Whether the app holds a websocket."""
        return bool(self.links)

    @property
    def unacknowledged(self) -> int:
        """How many envelopes wait for their acknowledgement."""
        return len(self._waiting)

    def ticket(self) -> str:
        """A new right to open one websocket."""
        now = self._clock.now()
        self._tickets = {each: at for each, at in self._tickets.items() if now - at <= TICKET_LIFE}
        made = secrets.token_hex(12)
        self._tickets[made] = now
        return made

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One websocket, from the upgrade to its end. 401 without a fresh and unused ticket."""
        issued = self._tickets.pop(request.query.get("ticket", ""), None)
        if issued is None or self._clock.now() - issued > TICKET_LIFE:
            raise web.HTTPUnauthorized(text="no such ticket")
        ws = web.WebSocketResponse(autoping=False, autoclose=False, timeout=0.2)
        await ws.prepare(request)
        link = Link(ws, request)
        if len(self.links) >= MOST:
            await link.say({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        await self._carry(link)
        return ws

    async def ask(self, parcel: Parcel) -> Json:
        """See `Line.ask`. An envelope whose socket dies goes over another, or over the next."""
        if not self.links:
            raise Unanswered("is not connected (dispatch_failed)")
        envelope_id = str(uuid.uuid4())
        message: Json = {
            "envelope_id": envelope_id,
            "type": parcel.kind,
            "accepts_response_payload": parcel.accepts_response,
            "payload": parcel.payload,
        }
        if parcel.kind == "events_api":
            message |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
        envelope = self._waiting[envelope_id] = _Envelope(message)
        try:
            await self._hand_over()
            if not await self._clock.within(ACK_WITHIN, envelope.answer):
                raise Unanswered("did not answer in time (operation_timeout)")
            answer: Json = envelope.answer.result()
            return answer
        finally:
            del self._waiting[envelope_id]

    async def refresh(self, warning: float = 0.0) -> None:
        """Ask the app to reconnect, as Slack does hourly, then close the sockets it has now.

        `warning` is how many seconds of the clock lie between Slack's warning and the end.
        """
        links = tuple(self.links)
        await asyncio.gather(*(self._retire(link, warning) for link in links))

    def freeze(self) -> None:
        """From now on the present sockets are deaf and mute, yet open."""
        for link in self.links:
            link.frozen = True

    def drop(self) -> None:
        """Cut the present sockets without a word."""
        for link in tuple(self.links):
            link.cut()

    async def close(self) -> None:
        """Close every socket."""
        await asyncio.gather(*(link.ws.close() for link in tuple(self.links) if not link.frozen))
        self.drop()

    async def _carry(self, link: Link) -> None:
        self.links.append(link)
        ageing = self._crew.start(self._age(link))
        try:
            await link.say(self._hello())
            self._changes.ring(Change(kind="bot"))
            await self._hand_over()
            await self._listen(link)
        finally:
            ageing.cancel()
            self.links.remove(link)
            self._changes.ring(Change(kind="bot"))
            await self._take_back(link)
            if not link.frozen:
                await link.ws.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.links),
            "debug_info": {
                "host": "standin",
                "build_number": 1,
                "approximate_connection_time": LIFE,
            },
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, link: Link) -> None:
        """Until the socket is gone, by a frame or by an error in the middle of one."""
        with suppress(ConnectionError):
            await self._heed(link)

    async def _heed(self, link: Link) -> None:
        while True:
            try:
                frame = await link.ws.receive(timeout=PING_EVERY)
            except TimeoutError:
                if not link.frozen:
                    await link.ws.ping(b"keep alive")
                continue
            if frame.type in {WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}:
                return
            if link.frozen:
                continue
            if frame.type is WSMsgType.CLOSE:
                return
            if frame.type is WSMsgType.PING:
                await link.ws.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                self._acknowledge(frame.data)

    def _acknowledge(self, text: str) -> None:
        try:
            said = parsed(text)
        except ValueError:
            return
        if not isinstance(said, dict):
            return
        envelope = self._waiting.get(str(said.get("envelope_id")))
        if envelope is not None and not envelope.answer.done():
            payload = said.get("payload")
            envelope.answer.set_result(payload if isinstance(payload, dict) else {})

    async def _hand_over(self) -> None:
        """Give every envelope that no living socket carries to the next one in turn."""
        for envelope in tuple(self._waiting.values()):
            while envelope.link is None and (link := self._next()):
                envelope.link = link
                if not await link.say(envelope.message):
                    envelope.link = None

    def _next(self) -> Link | None:
        staying = [link for link in self.links if not link.leaving]
        self._turn += 1
        return staying[self._turn % len(staying)] if staying else None

    async def _take_back(self, link: Link) -> None:
        for envelope in self._waiting.values():
            if envelope.link is link and not envelope.answer.done():
                envelope.link = None
        await self._hand_over()

    async def _age(self, link: Link) -> None:
        # a person who has it be later four times in a row is not to find the app gone each time
        await asyncio.sleep(LIFE - WARNING)
        await self._retire(link, WARNING)

    async def _retire(self, link: Link, warning: float) -> None:
        said: Json = {"type": "disconnect", "debug_info": {"host": "standin"}}
        if warning:
            await link.say(said | {"reason": "warning"})
            await self._clock.sleep(warning)
        await link.say(said | {"reason": "refresh_requested"})
        link.leaving = True
        if not link.frozen:
            await link.ws.close()
