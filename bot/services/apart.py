"""Long reckoning in a thread that nobody waits for when Vigie stops."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def apart(work: Callable[[], T], name: str) -> T:
    """What `work` returns or raises; it must change nothing, as it may be cut short.

    `asyncio.to_thread` is for what takes moments: the end of the process waits for its threads.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(deed: Callable[[], None]) -> None:
        def unless_left() -> None:
            if not done.done():
                deed()

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know
            loop.call_soon_threadsafe(unless_left)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 (it is raised where it is waited for)
            fault = error
            settle(lambda: done.set_exception(fault))
        else:
            settle(lambda: done.set_result(result))

    threading.Thread(target=run, name=name, daemon=True).start()
    return await done
