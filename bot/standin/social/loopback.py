"""One real HTTP server on 127.0.0.1, whose failures can be switched on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

HOST = "127.0.0.1"
# How long, in seconds, an answer under way may take when the server closes.
_GRACE = 0.1
_LONGEST_ADDRESS = 2000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Routes = Iterable[tuple[str, Handler]]


@dataclass(frozen=True)
class Fault:
    """How a place misbehaves: late by `delay` seconds, and, with a `status`, wrong too."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "text/html"
    delay: float = 0.0


class Loopback:
    """A server of GET routes on an ephemeral port.

    `fault`, while set, spoils every answer. `asked` is set once a request has come in,
    `asked_again` once one has that `is_again`, and `answered` once an unspoilt answer is on its
    way, whole.
    """

    def __init__(self, is_again: Callable[[web.Request], bool]) -> None:
        self.url = ""
        self._is_again = is_again
        self.fault: Fault | None = None
        self.asked = asyncio.Event()
        self.asked_again = asyncio.Event()
        self.answered = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self, routes: Routes) -> None:
        """Listen; `url` is the address, without a slash at its end."""
        app = web.Application(middlewares=[self._decent, self._spoil])
        app.on_response_prepare.append(_guard)
        app.add_routes([web.get(path, handler) for path, handler in routes])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self.url = f"http://{HOST}:{site.port}"

    async def close(self) -> None:
        """Stop listening and drop the connections that are open."""
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _decent(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse other names for this address (DNS rebinding), and addresses without an end."""
        own = self.url.removeprefix("http://")
        if request.host not in {own, own.replace(HOST, "localhost")}:
            raise web.HTTPForbidden(text="this is not a name of this place")
        if len(request.path_qs) > _LONGEST_ADDRESS:
            raise web.HTTPRequestURITooLong
        return await handler(request)

    @web.middleware
    async def _spoil(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.asked.set()
        if self._is_again(request):
            self.asked_again.set()
        fault = self.fault
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is None or fault.status is None:
            return await self._sent(request, await handler(request))
        return web.Response(
            status=fault.status,
            body=fault.body,
            headers={"Content-Type": fault.content_type, **fault.headers},
        )

    async def _sent(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        await response.prepare(request)
        await response.write_eof()
        self.answered.set()
        return response


async def _guard(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
