"""The address at which Slack reaches Vigie over HTTP, for as long as it runs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import msgspec
import structlog
from aiohttp import web

from bot.callers import listen
from bot.errors import ConfigError, Fault
from bot.hooks.bodies import LINGER
from bot.hooks.requests import Requests

log = structlog.get_logger(__name__)

GRACE = 2.0
"""Seconds that what is being answered has to end when Vigie stops."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A host and a port to listen at; port 0 takes a free one."""

    host: str
    port: int


@contextlib.asynccontextmanager
async def served(requests: Requests, address: Address) -> AsyncIterator[Address]:
    """Answer Slack while the block runs; where, is what is yielded. What is being answered in the
    end is answered.

    Raises ConfigError where it cannot be listened there, such as where another program does.
    """
    runner = web.AppRunner(
        requests.routes(), access_log=None, lingering_time=LINGER, shutdown_timeout=GRACE
    )
    await runner.setup()
    try:
        try:
            server = await listen(runner, address.host, address.port)
        except OSError as error:
            reason = error.strerror or str(error)
            words = f"{address.port} at {address.host} cannot be listened at ({reason})"
            raise ConfigError((Fault("--port", words),)) from error
        host, port = server.sockets[0].getsockname()[:2]
        log.info("answering Slack", host=host, port=port)
        try:
            yield Address(host=host, port=port)
        finally:
            server.close()
    finally:
        await runner.cleanup()
