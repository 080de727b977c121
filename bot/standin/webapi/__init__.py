"""The Web API under /api/: one call, from the request to the answer.

Rules: https://docs.slack.dev/apis/web-api
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.standin.changes import Change
from bot.standin.errors import ApiError
from bot.standin.faults import Fault
from bot.standin.limits import Rate
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args, read
from bot.standin.webapi.methods import METHODS, Method
from bot.standin.wire import Json, dumps
from bot.standin.world import ApiCall, World


class WebApi:
    """Serves the methods upon a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, or fail as the switches say."""
        name = request.match_info["method"]
        try:
            args = await read(request)
        except ApiError as error:
            return self._answered(name, Args({}), _refusal(error))
        token = args.given.pop("token", "")
        if scheme := request.headers.get("Authorization", ""):
            token = scheme.removeprefix("Bearer ").strip()
        fault = self._world.faults.take(name, self._channel_of(args))
        if fault is not None and (spoilt := await self._spoil(request, name, args, fault)):
            return spoilt
        answer, status = await self._answer(name, args, str(token))
        response = self._answered(name, args, answer, status)
        if fault is not None and fault.kind == "lost":
            _cut(request)
        return response

    async def _answer(self, name: str, args: Args, token: str) -> tuple[Json, int]:
        try:
            method = self._allowed(name, token)
            if wait := self._world.limits.wait(self._rates(name, method, args)):
                return {"ok": False, "error": "ratelimited", "retry_after": wait}, 429
            return {"ok": True, **await method.run(self._world, args)}, 200
        except ApiError as error:
            return _refusal(error), 200

    def _allowed(self, name: str, token: str) -> Method:
        """The method, where the token may call it. Raises ApiError with Slack's code."""
        if (method := METHODS.get(name)) is None:
            raise ApiError("unknown_method", req_method=name)
        if method.needs == "none":
            return method
        if not token:
            raise ApiError("not_authed")
        spec = self._world.spec
        if token not in {spec.bot_token, spec.app_token}:
            raise ApiError("invalid_auth")
        if token != (spec.app_token if method.needs == "app" else spec.bot_token):
            raise ApiError("not_allowed_token_type")
        lookups.require(self._world, *method.scopes)
        return method

    def _rates(self, name: str, method: Method, args: Args) -> list[tuple[str, Rate]]:
        rates = self._world.limits.rates
        if name != "chat.postMessage":
            return [(name, rates.tier(method.tier))]
        room = f"{name} {self._channel_of(args)}"
        return [(room, rates.post_in_channel), (name, rates.post_in_workspace)]

    def _channel_of(self, args: Args) -> str:
        named = args.given.get("channel") or args.given.get("channel_id")
        found = self._world.workspace.channel(named) if isinstance(named, str) else None
        return found.id if found else ""

    async def _spoil(
        self, request: web.Request, name: str, args: Args, fault: Fault
    ) -> web.StreamResponse | None:
        """The answer that the fault gives in the place of the method's; None lets it run."""
        match fault.kind:
            case "slow":
                await self._world.clock.sleep(fault.seconds)
            case "hang":
                await asyncio.Event().wait()
            case "drop":
                _cut(request)
                return self._answered(name, args, {"ok": False, "error": "dropped"})
            case "error":
                return self._answered(name, args, {"ok": False, "error": fault.code})
            case "ratelimited":
                said: Json = {"ok": False, "error": "ratelimited", "retry_after": fault.seconds}
                return self._answered(name, args, said, 429)
            case "status" | "html":
                status = fault.status if fault.kind == "status" else 200
                self._remember(name, args, status, f"http_{status}")
                page = "<html><body><h1>Something went wrong</h1></body></html>"
                return web.Response(status=status, text=page, content_type="text/html")
            case "lost":
                return None
        return None

    def _answered(
        self, name: str, args: Args, answer: Json, status: int = 200
    ) -> web.StreamResponse:
        self._remember(name, args, status, str(answer.get("error", "")))
        scopes = METHODS[name].scopes if name in METHODS else ()
        headers = {
            "x-oauth-scopes": ",".join(self._world.spec.scopes),
            "x-accepted-oauth-scopes": ",".join(scopes),
            "x-slack-req-id": f"standin-{len(self._world.calls)}",
        }
        if status == 429:
            headers["Retry-After"] = f"{answer.pop('retry_after'):g}"
        return web.json_response(answer, status=status, headers=headers, dumps=dumps)

    def _remember(self, name: str, args: Args, status: int, error: str) -> None:
        world = self._world
        world.calls.append(
            ApiCall(
                method=name,
                at=world.clock.now(),
                arguments=dict(args.given),
                status=status,
                error=error,
            )
        )
        world.changes.ring(Change(kind="call"))


def _refusal(error: ApiError) -> Json:
    return {"ok": False, "error": error.code, **error.extra}


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
