"""The page's live stream: changes as server-sent events, as one user may see them.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.standin import shown
from bot.standin.changes import Change
from bot.standin.rain import Social
from bot.standin.residents import User
from bot.standin.wire import Json, dumps
from bot.standin.world import World

HEARTBEAT = 15.0
"""Seconds."""
BACKLOG = 1000
"""Changes that may wait for a slow page; beyond, its stream ends and it reads anew."""


class Streams:
    """The open streams."""

    def __init__(self, world: World, social: Social | None) -> None:
        self._world = world
        self._social = social
        self._open: set[asyncio.Queue[Change | None]] = set()
        self._closed = False

    async def serve(self, request: web.Request, user: User) -> web.StreamResponse:
        """One stream, from now until the page or the workspace goes away."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        waiting: asyncio.Queue[Change | None] = asyncio.Queue(BACKLOG)
        self._open.add(waiting)
        unwatch = self._world.changes.watch(
            lambda change: None if change.kind == "call" else _put(waiting, change)
        )
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            await self._tell(response, user, waiting)
        except ConnectionError:
            pass
        finally:
            unwatch()
            self._open.discard(waiting)
        return response

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for waiting in self._open:
            _put(waiting, None)

    async def _tell(
        self, response: web.StreamResponse, user: User, waiting: asyncio.Queue[Change | None]
    ) -> None:
        while not self._closed and not waiting.full():
            try:
                async with asyncio.timeout(HEARTBEAT):
                    change = await waiting.get()
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if change is None:
                return
            if (told := self._event(user, change)) is not None:
                await response.write(f"data: {dumps(told)}\n\n".encode())

    def _event(self, user: User, change: Change) -> Json | None:
        """The change as the page is told, None where it does not concern this user."""
        if change.user not in {"", user.id}:
            return None
        if change.channel:
            return self._in_channel(user, change)
        match change.kind:
            case "view" if view := self._world.views.find(change.view):
                return {"type": "view", "view": shown.view(self._world, view)}
            case "view_closed":
                return {
                    "type": "view_closed",
                    "view_id": change.view or None,
                    "all": not change.view,
                }
            case "home":
                home = shown.view(self._world, self._world.views.home(user.id))
                return {"type": "home", "app": self._world.spec.id, "view": home}
            case "bot":
                return {"type": "bot", "connected": self._world.line.connected}
            case "clock":
                return {"type": "clock", "now": self._world.clock.now()}
            case "social" if self._social:
                return {"type": "social", "social": dict(self._social.describe())}
        return None

    def _in_channel(self, user: User, change: Change) -> Json | None:
        channel = self._world.workspace.channels[change.channel]
        if not shown.sees(user, channel):
            return None
        if change.kind == "channel":
            return {"type": "channel", "channel": shown.channel(self._world, channel)}
        if change.kind == "message_deleted":
            return {"type": change.kind, "channel": channel.id, "ts": change.ts}
        message = self._world.workspace.message(channel.id, change.ts)
        if message is None:
            return None
        return {
            "type": change.kind,
            "channel": channel.id,
            "message": shown.message(self._world, message),
        }


def _put(waiting: asyncio.Queue[Change | None], change: Change | None) -> None:
    if not waiting.full():
        waiting.put_nowait(change)
