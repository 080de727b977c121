"""Running until told to stop, and anew with another configuration at SIGHUP."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import structlog

from bot.cli.given import listed
from bot.cli.stopping import STDIN
from bot.cli.supervised import supervised
from bot.config import Config, load
from bot.errors import ConfigError, StoreBehind, StoreLocked, StoreWritable

log = structlog.get_logger(__name__)

_CANNOT_BEGIN = (ConfigError, StoreLocked, StoreBehind)
"""What keeps a Vigie from beginning by a configuration, and befalls none that runs."""

_HUP: signal.Signals | None = getattr(signal, "SIGHUP", None)
"""None on Windows."""

Run = Callable[[Config, asyncio.Event], Awaitable[None]]
"""Keeps watch by a configuration until the event is set."""


async def keep_running(run: Run, path: Path, settings: Config, over: asyncio.Event) -> None:
    """Run until `over` is set; at SIGHUP stop politely and go on by what the file at `path` says
    then. A file with faults, or by which it cannot begin (an address that another program listens
    at, a folder that another Vigie holds), changes nothing: they are told in the log.

    In between, a second or so, nobody polls and clicks wait at Slack; nothing is lost, as nothing
    is by a restart. Where SIGHUP says that the terminal it was started in is closed, `over` is set.
    """
    with _renewed_on_hup(path, over) as renewed:
        async with supervised():
            await _run_anew_and_anew(run, renewed, settings, over)


async def _run_anew_and_anew(
    run: Run, renewed: _Renewed, settings: Config, over: asyncio.Event
) -> None:
    earlier: Config | None = None
    while not over.is_set():
        stop = asyncio.Event()
        try:
            async with _set_by_either(stop, over, renewed.event):
                await run(settings, stop)
        except StoreWritable:
            earlier = None
            continue
        except _CANNOT_BEGIN as error:
            if earlier is None:
                raise
            log.error("the configuration was not taken", faults=f"{error}")
            settings, earlier = earlier, None
            continue
        if renewed.settings is None:
            return
        earlier, settings, renewed.settings = settings, renewed.settings, None
        renewed.event.clear()
        log.info("the configuration was read again", watches=len(settings.watches))


class _Renewed:
    """The configuration that was read at SIGHUP, until it is taken."""

    def __init__(self, path: Path, over: asyncio.Event) -> None:
        self._path = path
        self._over = over
        self._in_terminal = os.isatty(STDIN)
        self.settings: Config | None = None
        self.event = asyncio.Event()

    def read(self) -> None:
        if self._in_terminal and not os.isatty(STDIN):
            log.info("the terminal was closed")  # a Vigie that nobody sees would hold the folder
            self._over.set()
            return
        try:
            self.settings = load(self._path)
        except ConfigError as error:
            log.error("the configuration was not taken", faults=listed(error))
        else:
            self.event.set()


def outlive_hup() -> None:
    """SIGHUP does nothing until `keep_running` heeds it: to reload what only just starts must not
    end it, and what is read after this call is new enough."""
    if _HUP is not None:
        signal.signal(_HUP, signal.SIG_IGN)


@contextlib.contextmanager
def _renewed_on_hup(path: Path, over: asyncio.Event) -> Iterator[_Renewed]:
    renewed = _Renewed(path, over)
    if _HUP is None:
        yield renewed
        return
    loop = asyncio.get_running_loop()
    before = signal.getsignal(_HUP)
    loop.add_signal_handler(_HUP, renewed.read)
    try:
        yield renewed
    finally:
        loop.remove_signal_handler(_HUP)
        signal.signal(_HUP, before)


@contextlib.asynccontextmanager
async def _set_by_either(stop: asyncio.Event, *events: asyncio.Event) -> AsyncIterator[None]:
    """While the block runs, `stop` is set when one of the events is."""

    async def pass_on(event: asyncio.Event) -> None:
        await event.wait()
        stop.set()

    tasks = [asyncio.create_task(pass_on(event)) for event in events]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
