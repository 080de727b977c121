"""The event loop of a Vigie: no name server, and no thread, holds up what others wait for, or the
end."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from bot.operating.arenas import give_back_what_is_large
from bot.services.apart import apart

T = TypeVar("T")

SWITCH = 0.001
"""Seconds after which a thread that reckons gives way to one that waits, instead of Python's five
milliseconds: posts are read in threads, and each time that the loop comes back from the network it
would wait so long for them."""

_Usual: type[asyncio.BaseEventLoop]
if sys.platform == "win32":  # pragma: no cover
    _Usual = asyncio.ProactorEventLoop
else:
    _Usual = asyncio.SelectorEventLoop


class Loop(_Usual):  # type: ignore[valid-type,misc]  # one of two classes
    """Looks names up in threads of their own, and leaves threads behind in the end.

    asyncio looks names up in the few threads that also read files and posts: six names whose
    server does not answer (half a minute each) would hold up all that for as long, and its end
    waits for all of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(thread_name_prefix="aside")
        self.set_default_executor(self._threads)
        self._looking: dict[object, asyncio.Task[Any]] = {}

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """See `asyncio.loop.getaddrinfo`."""
        asked = (host, port, family, type, proto, flags)
        return await self._looked_up(asked, partial(socket.getaddrinfo, *asked))

    async def getnameinfo(self, sockaddr: tuple[Any, ...], flags: int = 0) -> Any:
        """See `asyncio.loop.getnameinfo`."""
        asked = (sockaddr, flags)
        return await self._looked_up(asked, partial(socket.getnameinfo, *asked))

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Nothing new is begun in a thread; what runs there is not waited for: whoever wanted it
        is gone, and what is to be kept was kept."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _looked_up(self, asked: object, ask: Callable[[], Any]) -> Any:
        """Whoever asks for what is being looked up waits with those who asked before: a name that
        is asked for again and again has one thread."""
        looking = self._looking.get(asked)
        if looking is None:
            looking = self._looking[asked] = self.create_task(apart(ask, "name lookup"))
            looking.add_done_callback(partial(self._found, asked))
        return await asyncio.shield(looking)

    def _found(self, asked: object, looking: asyncio.Task[Any]) -> None:
        del self._looking[asked]
        if not looking.cancelled():
            looking.exception()  # whoever asked may have gone


def run_in_loop(main: Coroutine[Any, Any, T]) -> T:
    """What `main` returns, run in a `Loop`, as `asyncio.run` runs it in the usual one."""
    sys.setswitchinterval(SWITCH)
    give_back_what_is_large()
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)
