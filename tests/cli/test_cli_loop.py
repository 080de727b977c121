"""The loop that Vigie runs in: a name server that does not answer hurts nobody else."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bot.cli.loop import run_in_loop

MANY = 60


class NameServer:
    """Knows one host, and answers for no other until the test is over."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = threading.Event()

    def getaddrinfo(self, host: str, *asked: Any) -> Any:
        self.asked.append(host)
        if host != "known.example":
            self.over.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "nobody answers")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server.getaddrinfo)
    yield server
    server.over.set()


async def looked_up(host: str) -> Any:
    return await asyncio.get_running_loop().getaddrinfo(host, 80)


async def in_vain(host: str) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await looked_up(host)


def test_names_that_nobody_answers_for_hold_up_no_other_name_and_no_thread(
    names: NameServer,
) -> None:
    async def many() -> None:
        await asyncio.gather(*(in_vain(f"{n}.example") for n in range(MANY)))
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(int) == 0
            assert (await looked_up("known.example"))[0][4][0] == "192.0.2.1"

    run_in_loop(many())  # and ends, though the names are still being looked up
    assert len(names.asked) == MANY + 1


def test_a_name_that_is_asked_for_again_and_again_is_looked_up_once_at_a_time(
    names: NameServer,
) -> None:
    async def again() -> None:
        for _ in range(3):
            await in_vain("silent.example")
        await looked_up("known.example")
        await looked_up("known.example")

    run_in_loop(again())
    assert names.asked == ["silent.example", "known.example", "known.example"]


def test_a_name_that_there_is_not_is_told_as_ever(names: NameServer) -> None:
    names.over.set()

    async def none() -> None:
        with pytest.raises(socket.gaierror):
            await looked_up("nobody.example")

    run_in_loop(none())
