"""Where tools that send posts come in, for as long as Vigie runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from aiohttp import web

from bot.callers import listen
from bot.config.hooks import Hooks
from bot.errors import ConfigError, Fault
from bot.hooks.bodies import LINGER
from bot.hooks.receiver import Receiver
from bot.services.base import Services
from bot.sources.hooked import WebhookSource

log = structlog.get_logger(__name__)

IDLE = 30.0
"""Seconds that a connection on which nothing is sent is kept."""

GRACE = 2.0
"""Seconds that those who are inside have to end when Vigie stops."""

LOOK = 5.0
"""Seconds between two looks at whether it still listens."""


@contextlib.asynccontextmanager
async def listening(services: Services) -> AsyncIterator[None]:
    """Listen while the block runs, where a source is one that sends; those who are inside in the
    end are answered.

    Workers that share a database may share the address as well. Raises ConfigError where it cannot
    be listened at, such as where another program does.
    """
    hooks = services.config.hooks
    if hooks is None:
        yield
        return
    runner = web.AppRunner(
        Receiver(services, hooks).app(),
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=IDLE,
        lingering_time=LINGER,
        shutdown_timeout=GRACE,
    )
    await runner.setup()
    door = Door(runner, hooks, shared=not isinstance(services.config.store, Path))
    try:
        await door.open()
        log.info("listening for what is sent", host=hooks.host, port=hooks.port)
        looking = asyncio.create_task(_keep_open(services, door, hooks))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
    finally:
        door.close()
        await runner.cleanup()


class Door:
    """Where connections come in."""

    def __init__(self, runner: web.AppRunner, hooks: Hooks, *, shared: bool) -> None:
        self._runner = runner
        self._hooks = hooks
        self._shared = shared
        self._server: asyncio.Server | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None and self._server.is_serving()

    async def open(self) -> None:
        """Accept connections. Raises ConfigError where that cannot be."""
        host, port = self._hooks.host, self._hooks.port
        try:
            self._server = await listen(self._runner, host, port, shared=self._shared)
        except OSError as error:
            reason = error.strerror or str(error)
            words = f"{host}:{port} cannot be listened at ({reason}); name another port"
            raise ConfigError((Fault("hooks.listen", words),)) from error

    def close(self) -> None:
        """Accept no more; who is inside stays."""
        if self._server is not None:
            self._server.close()


async def _keep_open(services: Services, door: Door, hooks: Hooks) -> None:
    """Open the door again where something closed it; until then the sources are deaf."""
    sources = [services.sources.get(name) for name in hooks.sources.values()]
    while True:
        await asyncio.sleep(LOOK)
        if not door.is_open:
            with contextlib.suppress(ConfigError):
                await door.open()
        for source in sources:
            if isinstance(source, WebhookSource):
                source.is_deaf = not door.is_open
