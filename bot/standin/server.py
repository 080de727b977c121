"""The workspace as a server on loopback, and as a thing that tests hold in their hands."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from aiohttp import web

from bot.standin.answering import respond
from bot.standin.changes import Change
from bot.standin.clock import Clock
from bot.standin.control import Control
from bot.standin.errors import ApiError
from bot.standin.faults import Faults
from bot.standin.http_mode import HttpLine
from bot.standin.limits import Rates
from bot.standin.messages import Message
from bot.standin.page import Page, in_words
from bot.standin.people import Person
from bot.standin.rain import Social
from bot.standin.residents import CHANNELS
from bot.standin.sockets import Sockets
from bot.standin.spec import AppSpec
from bot.standin.uploads import MOST_BYTES
from bot.standin.webapi import WebApi
from bot.standin.webapi.args import read
from bot.standin.workspace import Workspace
from bot.standin.world import ApiCall, World, build

Found = TypeVar("Found")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = "127.0.0.1"
LONGEST_BODY = 1_000_000
"""Bytes; Slack's largest payload, a view, has a quarter of that."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Standin:
    """A running Slack workspace; made by `await Standin.start(…)`, ended by `await close()`."""

    def __init__(self, world: World, social: Social | None, control_token: str) -> None:
        self.world = world
        self.control_token = control_token
        self._page = Page(world, social)
        self._api = WebApi(world)
        self._control = Control(world, control_token)
        self._runner = web.AppRunner(
            self._routed(), access_log=None, handle_signals=False, shutdown_timeout=0.2
        )
        self._http: HttpLine | None = None
        if social is not None:
            social.watch(lambda: world.changes.ring(Change(kind="social")))

    @classmethod
    async def start(
        cls,
        host: str = LOOPBACK,
        port: int = 0,
        *,
        app: AppSpec | None = None,
        channels: Iterable[str] = CHANNELS,
        social: Social | None = None,
        rates: Rates | None = None,
        control_token: str | None = None,
    ) -> Standin:
        """Listen on loopback; port 0 takes a free one.

        Raises ValueError for any other host, OSError where the port is taken.
        """
        if host != LOOPBACK:
            raise ValueError(f"the workspace listens on {LOOPBACK} alone, not on {host}")
        world = build(app or AppSpec(), channels, rates or Rates())
        standin = cls(world, social, control_token or secrets.token_hex(16))
        await standin._listen(port)
        return standin

    async def close(self) -> None:
        """End everything, open sockets and streams included, within a second."""
        self._page.streams.close()
        await self.world.sockets.close()
        await self.world.crew.close()
        if self._http is not None:
            await self._http.close()
        await self._runner.cleanup()

    async def use_http(self, request_url: str) -> None:
        """From now on deliver to this request URL. Raises Refusal where it does not answer."""
        line = HttpLine(self.world.spec, self.world.clock, request_url)
        try:
            await line.verify()
        except BaseException:
            await line.close()
            raise
        if self._http is not None:
            await self._http.close()
        self._http = self.world.events.line = line
        self.world.changes.ring(Change(kind="bot"))

    async def use_sockets(self) -> None:
        """From now on deliver over Socket Mode, as at first."""
        self.world.events.line = self.world.sockets
        if self._http is not None:
            await self._http.close()
        self._http = None
        self.world.changes.ring(Change(kind="bot"))

    # addresses and tokens

    @property
    def url(self) -> str:
        """The workspace's address, without a slash at its end."""
        return self.world.url

    @property
    def api_url(self) -> str:
        """The Web API's address: the `base_url` of a slack_sdk client."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The installed app's bot token."""
        return self.world.spec.bot_token

    @property
    def app_token(self) -> str:
        """The installed app's app-level token."""
        return self.world.spec.app_token

    @property
    def signing_secret(self) -> str:
        """What requests in HTTP mode are signed with."""
        return self.world.spec.signing_secret

    def install_code(self) -> str:
        """A new code for oauth.v2.access."""
        code = secrets.token_hex(8)
        self.world.install_codes.add(code)
        return code

    # what tests reach for

    @property
    def workspace(self) -> Workspace:
        """Users, channels, messages."""
        return self.world.workspace

    @property
    def faults(self) -> Faults:
        """The switches."""
        return self.world.faults

    @property
    def clock(self) -> Clock:
        """The clock, to be wound forward."""
        return self.world.clock

    @property
    def sockets(self) -> Sockets:
        """The app's websockets, to be dropped, frozen, refreshed."""
        return self.world.sockets

    @property
    def calls(self) -> tuple[ApiCall, ...]:
        """Every call of the Web API so far, oldest first."""
        return tuple(self.world.calls)

    @property
    def connected(self) -> bool:
        """Whether the app listens."""
        return self.world.line.connected

    def calls_of(self, method: str) -> tuple[ApiCall, ...]:
        """The calls of one method so far, oldest first."""
        return tuple(call for call in self.world.calls if call.method == method)

    def person(self, name: str) -> Person:
        """The person with this id, user name, first name or full name; KeyError if none."""
        user = self.workspace.user(name)
        if user is None or user.is_bot:
            raise KeyError(f"nobody is called {name!r}")
        return Person(self.world, user)

    def messages(self, channel: str) -> tuple[Message, ...]:
        """What everybody sees in the channel, replies included, oldest first; KeyError if none."""
        if (found := self.workspace.channel(channel)) is None:
            raise KeyError(f"no channel {channel!r}")
        return self.workspace.messages(found.id)

    async def wait_for(self, predicate: Callable[[], Found | None], timeout: float = 5.0) -> Found:  # noqa: ASYNC109
        """See `Changes.wait_for`."""
        return await self.world.changes.wait_for(predicate, timeout)

    # serving

    def _routed(self) -> web.Application:
        app = web.Application(
            middlewares=[self._own_address, self._controlled, _short, in_words],
            client_max_size=MOST_BYTES + 100_000,
        )
        app.on_response_prepare.append(_guard)
        app.add_routes(
            [
                *self._page.routes(),
                *self._control.routes(),
                web.route("*", "/api/{method}", self._api.serve),
                web.get("/link/", self.world.sockets.serve),
                web.post("/upload/{key}", self._upload),
                web.post("/response/{key}", self._respond),
            ]
        )
        return app

    async def _listen(self, port: int) -> None:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, LOOPBACK, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self.world.url = f"http://{LOOPBACK}:{self._runner.addresses[0][1]}"

    @web.middleware
    async def _own_address(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse other names for this address (DNS rebinding) and other sites' requests."""
        own = self.url.removeprefix("http://")
        hosts = {own, own.replace(LOOPBACK, "localhost")}
        origin = request.headers.get("Origin")
        if request.host not in hosts:
            raise web.HTTPForbidden(text="this is not a name of the workspace")
        if origin is not None and origin.removeprefix("http://") not in hosts:
            raise web.HTTPForbidden(text="another site may not do this")
        if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"} and not (
            request.headers.get("Sec-Fetch-Mode") == "navigate" and _can_be_linked(request.path)
        ):
            raise web.HTTPForbidden(text="another site may not read this")
        return await handler(request)

    @web.middleware
    async def _controlled(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/control/") and not self._control.allows(request):
            raise web.HTTPUnauthorized(text="the control token is missing")
        return await handler(request)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        if not self.world.uploads.expects(key):
            raise web.HTTPNotFound(text="no such upload")
        try:
            if request.content_type.startswith("multipart/"):
                parts = [p for p in (await request.post()).values() if isinstance(p, web.FileField)]
                content = parts[0].file.read() if parts else b""
            else:
                content = await request.read()
            file = self.world.uploads.receive(key, content)
        except (KeyError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return web.Response(text=f"OK - {len(file.content or b'')}")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        try:
            said = (await read(request)).given
            origin = self.world.responses.use(request.match_info["key"])
            respond(self.world, origin, dict(said))
        except ApiError as error:
            status = 404 if error.code.endswith("_url") else 400
            return web.json_response(
                {"ok": False, "error": error.code, **error.extra}, status=status
            )
        return web.json_response({"ok": True})


def _can_be_linked(path: str) -> bool:
    """Whether a link on another site may lead here."""
    return path == "/" or path.startswith(("/archives/", "/files/"))


@web.middleware
async def _short(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 413 to a long body, but where files are uploaded."""
    if request.path.startswith("/upload/"):
        return await handler(request)
    return await handler(request.clone(client_max_size=LONGEST_BODY))


async def _guard(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
