"""A web on loopback, or one made of functions, and a client that never really waits."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import stamina

from bot.sources.http import PoliteClient
from tests.builders import NOW

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "payloads"

Answers = Callable[[httpx.Request], httpx.Response]
AnswersLater = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
Clients = Callable[[Answers | AnswersLater], PoliteClient]


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.forward(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries happen, at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def clients(clock: Clock) -> AsyncIterator[Clients]:
    """A polite client over a web that is a function."""
    async with AsyncExitStack() as opened:

        def client(answers: Answers | AnswersLater) -> PoliteClient:
            transport = httpx.MockTransport(answers)
            made = PoliteClient(clock=clock, sleep=clock.sleep, transport=transport)
            opened.push_async_callback(made.aclose)
            return made

        yield client


@pytest.fixture
async def local(clock: Clock) -> AsyncIterator[PoliteClient]:
    """A polite client that may fetch from this machine, 1 MB at most."""
    async with PoliteClient(
        clock=clock, sleep=clock.sleep, allow_private=True, limit=1_000_000
    ) as client:
        yield client


def payload(name: str) -> bytes:
    """A recorded payload; the test is skipped where there are none."""
    path = PAYLOADS / name
    if not path.exists():
        pytest.skip("the recorded payloads are not beside this checkout")
    return path.read_bytes()


def payload_names(folder: str, pattern: str = "*") -> list[str]:
    """The recorded payloads of a folder, or one that will be skipped."""
    with contextlib.suppress(OSError):
        found = sorted(path.name for path in (PAYLOADS / folder).glob(pattern))
        if found:
            return [f"{folder}/{name}" for name in found]
    return [f"{folder}/absent"]


def recorded_headers(name: str) -> dict[str, str]:
    """The response headers of a recorded Mastodon answer, without those of its transfer."""
    meta = json.loads(payload(name))
    headers: dict[str, str] = meta["response_headers"]
    transfer = ("content-length", "content-encoding", "transfer-encoding", "connection")
    return {key: value for key, value in headers.items() if key.lower() not in transfer}
