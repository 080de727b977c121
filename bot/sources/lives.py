"""The lives of sources that listen: begun and ended with whoever polls them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

import structlog

from bot.sources.base import Live, Source

log = structlog.get_logger(__name__)

PAUSE = 30.0
"""Seconds until a source whose listening fell over listens again."""


@contextlib.asynccontextmanager
async def kept_alive(sources: Iterable[Source], pause: float = PAUSE) -> AsyncIterator[None]:
    """Those of the sources that listen do so while the block runs."""
    lives = [
        asyncio.create_task(_kept_up(source, source.name, pause), name=f"listen {source.name}")
        for source in sources
        if isinstance(source, Live)
    ]
    try:
        yield
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


async def _kept_up(source: Live, name: str, pause: float) -> None:
    while True:
        try:
            await source.listen()
        except Exception:
            # A fault of ours: its polls find no line, and say so; the other sources go on.
            log.exception("listening fell over", source=name)
        await asyncio.sleep(pause)
