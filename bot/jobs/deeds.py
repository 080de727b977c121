"""Deeds done on request in this process: one task a subject, which rests between its runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from bot.jobs.base import Deed

logger = logging.getLogger(__name__)


class Deeds:
    """The deeds of one process. `begun` is called with each task when it starts to run, `paused`
    when it rests or ends."""

    def __init__(
        self,
        begun: Callable[[asyncio.Task[None]], None],
        paused: Callable[[asyncio.Task[None]], None],
    ) -> None:
        self._begun = begun
        self._paused = paused
        self._kinds: dict[str, Deed] = {}
        self._asked: dict[str, _Asked] = {}
        self._open = False

    def name(self, kind: str, run: Deed) -> None:
        """See `Jobs.deed`."""
        if kind in self._kinds:
            raise ValueError(f"the deed {kind!r} is named already")
        self._kinds[kind] = run

    def ask(self, kind: str, subject: str) -> None:
        """See `Jobs.enqueue`."""
        if kind not in self._kinds:
            raise ValueError(f"there is no deed {kind!r}; {', '.join(self._kinds)} are named")
        name = f"{kind} {subject}"
        if (asked := self._asked.get(name)) is not None:
            asked.again = True
            return
        self._asked[name] = asked = _Asked(name, self._kinds[kind], subject)
        if self._open:
            self._start(asked)

    def start(self) -> None:
        """Do what was asked for before, and what is asked for from now on."""
        self._open = True
        for asked in self._asked.values():
            self._start(asked)

    def stop(self) -> None:
        """Nothing begins any more; what rests or waits is given up, what runs goes on."""
        self._open = False
        for asked in list(self._asked.values()):
            if asked.task is not None and not asked.runs:
                asked.task.cancel()
        self._asked = {name: asked for name, asked in self._asked.items() if asked.runs}

    def _start(self, asked: _Asked) -> None:
        asked.task = asyncio.create_task(self._keep_doing(asked), name=asked.name)

    async def _keep_doing(self, asked: _Asked) -> None:
        try:
            while self._open:
                asked.again = False
                rest = await self._do(asked)
                if rest is not None and self._open:
                    await asyncio.sleep(rest.total_seconds())
                elif not asked.again:
                    return
        finally:
            if self._asked.get(asked.name) is asked:
                del self._asked[asked.name]

    async def _do(self, asked: _Asked) -> timedelta | None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # this is only ever run as a task
        asked.runs = True
        self._begun(task)
        try:
            return await asked.run(asked.subject)
        except asyncio.CancelledError:
            logger.warning("%s was cancelled before its end", asked.name)
            raise
        except Exception:
            logger.exception("%s failed", asked.name)
            return None
        finally:
            asked.runs = False
            self._paused(task)


class _Asked:
    """A subject that was asked for. `again` says that it was asked for while it ran or rested."""

    def __init__(self, name: str, run: Deed, subject: str) -> None:
        self.name = name
        self.run = run
        self.subject = subject
        self.task: asyncio.Task[None] | None = None
        self.runs = False
        self.again = False
