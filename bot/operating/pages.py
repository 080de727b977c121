"""Three pages for those who operate Vigie: whether it lives, whether it works, what it counts.

They hold names of sources, numbers, and nothing that anybody wrote; they are on loopback unless the
configuration says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus

import msgspec
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.callers import listen
from bot.config.operating import Operating
from bot.metrics import REGISTRY
from bot.operating.gauges import gauges
from bot.operating.parts import Parts

log = structlog.get_logger(__name__)

GRACE = 1.0


class Pages:
    """`/healthz` answers while the event loop turns; `/readyz` tells of each part, with 503 where
    one does not work; `/metrics` is for Prometheus."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def app(self) -> web.Application:
        """The web application in which they are."""
        app = web.Application(client_max_size=1024)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        return app

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _readyz(self, request: web.Request) -> web.Response:
        told = {"ready": self._parts.ready, "parts": self._parts.states}
        status = HTTPStatus.OK if self._parts.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return web.Response(
            body=msgspec.json.encode(told), status=status, content_type="application/json"
        )

    async def _metrics(self, request: web.Request) -> web.Response:
        kept = generate_latest(await gauges(self._parts))
        body = generate_latest(REGISTRY) + kept
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


@contextlib.asynccontextmanager
async def shown(parts: Parts, operating: Operating) -> AsyncIterator[int]:
    """Show the pages while the block runs; at which port, 0 where they are not: another program
    that listens there is no reason not to keep watch."""
    if not operating.host:
        yield 0
        return
    runner = web.AppRunner(Pages(parts).app(), access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    server = None
    try:
        server = await _listened(runner, operating)
        port = server.sockets[0].getsockname()[1] if server else 0
        if port:
            log.info("telling how it is", host=operating.host, port=port)
        yield port
    finally:
        if server:
            server.close()
        await runner.cleanup()


async def _listened(runner: web.AppRunner, operating: Operating) -> asyncio.Server | None:
    try:
        return await listen(runner, operating.host, operating.port)
    except OSError as error:
        where = f"{operating.host}:{operating.port}"
        log.warning("nobody is told how it is", at=where, reason=error.strerror or str(error))
        return None
