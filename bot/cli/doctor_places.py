"""Whether Vigie can listen where the configuration has it listen, and who hears that it lives."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import aiohttp

from bot.config import Config
from bot.config.operating import HEARTBEAT
from bot.health import Finding

PATIENCE = 2.0
"""Seconds that whoever listens there already has to say whether it is a Vigie."""


async def examine_places(config: Config, *, runs: bool) -> AsyncIterator[Finding]:
    """Each place that it would listen at; `runs` says that a Vigie does on this store, which may be
    why one is taken."""
    operating, hooks = config.operating, config.hooks
    if operating.host:
        subject = f"operate.listen {operating.host}:{operating.port}"
        taken = _taken(operating.host, operating.port)
        if not taken:
            words = "is free: /healthz, /readyz and /metrics will be there"
            yield Finding(subject=subject, words=words)
        elif await _is_vigie(operating.host, operating.port):
            runs = True
            yield Finding(subject=subject, words="a Vigie that runs tells there how it is")
        else:
            advice = 'Name another under [operate], or "" for none.'
            yield Finding(subject=subject, words=f"cannot be listened at ({taken})", advice=advice)
    if operating.heartbeat.value:
        every = f"{operating.every.total_seconds():.0f} s"
        words = f"is set: it is asked for every {every} while all is well"
        yield Finding(subject=HEARTBEAT, words=words)
    if hooks is not None:
        subject = f"hooks.listen {hooks.host}:{hooks.port}"
        taken = _taken(hooks.host, hooks.port)
        if not taken:
            yield Finding(subject=subject, words="is free")
        elif runs:
            yield Finding(subject=subject, words="is taken, while a Vigie runs")
        else:
            advice = "Name another under [hooks]: Vigie does not start without it."
            yield Finding(subject=subject, words=f"cannot be listened at ({taken})", advice=advice)


def _taken(host: str, port: int) -> str:
    """Why it cannot be listened there; `""` where it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


async def _is_vigie(host: str, port: int) -> bool:
    url = f"http://{host}:{port}/healthz"
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return await answer.text() == '{"alive": true}'
    except (TimeoutError, aiohttp.ClientError, OSError, UnicodeDecodeError):
        return False
