"""Long reckoning, out of the event loop's way: in threads, and in a process of its own once these
would wait for each other and the loop for them.

Threads of one Python take turns at one lock. Where a few reckon all the time, the loop gets it back
late after each word to the network, and a picture that is drawn holds it for a tenth of a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import ParamSpec, Protocol, TypeVar

import structlog

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Pieces of work that threads are at together; with one more, a process is begun."""


DEATHS = 3
"""Processes that died, after which no other is begun: nothing says that the next would live."""


class Reckon(Protocol):
    """Has a pure function worked out where it holds nobody up; what it takes and returns can be
    pickled. `asyncio.to_thread` does it in a thread, whatever comes."""

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


@contextlib.asynccontextmanager
async def reckoning(at_once: int = AT_ONCE) -> AsyncIterator[Reckoner]:
    """A reckoner whose process ends with the block, whatever it is at."""
    reckoner = Reckoner(at_once)
    try:
        yield reckoner
    finally:
        reckoner.close()


class Reckoner:
    """Works in threads; from the first time that more than `at_once` would be at it together, in a
    process, which takes some 60 MB and half a second to begin."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._in_threads = 0
        self._deaths = 0
        self._process: _Process | None = None

    @property
    def pid(self) -> int | None:
        """The process's, once it works."""
        return self._process.pid if self._process else None

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises. Raises BrokenProcessPool where it is closed meanwhile."""
        if self._process is None and self._in_threads >= self._at_once:
            self._begin()
        if self._process and self._process.is_ready:
            working = self._process
            try:
                return await working.work(work, *args, **kwargs)
            except BrokenProcessPool:
                if self._process is None:  # it was ended
                    raise
            self._gone(working)
        self._in_threads += 1
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        finally:
            self._in_threads -= 1

    def _begin(self) -> None:
        if self._deaths >= DEATHS:
            return
        try:
            self._process = _Process()
        except (OSError, ImportError, NotImplementedError) as error:
            log.warning("no process can be begun; threads go on", reason=str(error))
            self._deaths = DEATHS

    def _gone(self, process: _Process) -> None:
        """It has died: the next one takes its place once there is enough to do."""
        if self._process is process:  # others that waited for it may have told
            log.warning("the process that reckons has died; threads go on")
            self._process = None
            self._deaths += 1

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.end()
            self._process = None


class _Process:
    """One process that works on one thing after the other."""

    def __init__(self) -> None:
        context = get_context("spawn")  # a fork would copy the threads' locks as they stand
        self._pool: Executor = ProcessPoolExecutor(1, context, initializer=_begin)
        self._pid = self._pool.submit(os.getpid)

    @property
    def is_ready(self) -> bool:
        """Whether it works; also where it died before it did."""
        return self._pid.done()

    @property
    def pid(self) -> int | None:
        if not self._pid.done() or self._pid.cancelled() or self._pid.exception():
            return None
        return self._pid.result()

    async def work(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.wrap_future(self._pool.submit(work, *args, **kwargs))

    def end(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        if pid := self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def _begin() -> None:
    """In the process: it ends with the one that began it, and not by the Ctrl-C that ends that in
    its own time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(0)
