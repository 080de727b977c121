"""The control API under /control/, for tests in another process; it needs the control token."""

from __future__ import annotations

import hmac
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web

from bot.standin.faults import Fault
from bot.standin.limits import Rates
from bot.standin.residents import BOT_USER_ID
from bot.standin.wire import Json
from bot.standin.world import World

Shape = TypeVar("Shape")


class _Forward(msgspec.Struct, frozen=True):
    forward: float


_Few = Annotated[int, msgspec.Meta(ge=1, le=1000)]


class _Duplicates(msgspec.Struct, frozen=True):
    times: _Few = 1
    copies: _Few = 1


class _Channel(msgspec.Struct, frozen=True):
    channel: str
    archived: bool | None = None
    bot: bool | None = None


class Control:
    """Serves the switches of a world.

    GET calls, messages?channel=C · POST faults (a Fault), rates (a Rates), clock {"forward"},
    sockets/drop|freeze|refresh, duplicates {"times"?, "copies"?}, channels {"channel",
    "archived"?, "bot"?} · DELETE faults. Bodies are JSON; a wrong one is answered with 400 and
    the reason.
    """

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        """Every route of the control API."""
        return [
            web.get("/control/calls", self._calls),
            web.get("/control/messages", self._messages),
            web.post("/control/faults", self._add_fault),
            web.delete("/control/faults", self._clear_faults),
            web.post("/control/duplicates", self._duplicates),
            web.post("/control/rates", self._rates),
            web.post("/control/clock", self._forward),
            web.post("/control/channels", self._channels),
            web.post("/control/sockets/{deed:drop|freeze|refresh}", self._sockets),
        ]

    def allows(self, request: web.Request) -> bool:
        """Whether the request carries the token."""
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self._token.encode())

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        return _ok({"calls": msgspec.to_builtins(list(self._world.calls))})

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        workspace = self._world.workspace
        channel = workspace.channel(request.query.get("channel", ""))
        if channel is None:
            raise web.HTTPNotFound(text="no such channel")
        return _ok({"messages": [workspace.json(m) for m in workspace.messages(channel.id)]})

    async def _add_fault(self, request: web.Request) -> web.StreamResponse:
        self._world.faults.add(_decoded(await request.read(), Fault))
        return _ok({})

    async def _clear_faults(self, request: web.Request) -> web.StreamResponse:
        self._world.faults.clear()
        return _ok({})

    async def _duplicates(self, request: web.Request) -> web.StreamResponse:
        asked = _decoded(await request.read(), _Duplicates)
        self._world.faults.duplicate_events(asked.times, asked.copies)
        return _ok({})

    async def _rates(self, request: web.Request) -> web.StreamResponse:
        self._world.limits.rates = _decoded(await request.read(), Rates)
        return _ok({})

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        asked = _decoded(await request.read(), _Forward)
        if asked.forward < 0:
            raise web.HTTPBadRequest(text="time only goes forward")
        self._world.clock.forward(asked.forward)
        return _ok({"now": self._world.clock.now()})

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        asked = _decoded(await request.read(), _Channel)
        workspace = self._world.workspace
        if workspace.channel(asked.channel) is None:
            raise web.HTTPNotFound(text="no such channel")
        if asked.archived is not None:
            workspace.archive(asked.channel, asked.archived)
        if asked.bot is not None:
            change = workspace.join if asked.bot else workspace.leave
            change(asked.channel, BOT_USER_ID)
        return _ok({})

    async def _sockets(self, request: web.Request) -> web.StreamResponse:
        sockets = self._world.sockets
        match request.match_info["deed"]:
            case "drop":
                sockets.drop()
            case "freeze":
                sockets.freeze()
            case _:
                await sockets.refresh()
        return _ok({})


def _decoded(body: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text=str(error)) from None


def _ok(answer: Json) -> web.StreamResponse:
    return web.json_response({"ok": True, **answer})
