"""What systemd hears of a Vigie that it started."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.supervised import SOCKET, WATCHDOG, supervised

pytestmark = pytest.mark.skipif(os.name == "nt", reason="systemd is Linux's")


class Ear:
    """Where systemd listens."""

    def __init__(self, path: Path) -> None:
        self.environment = {SOCKET: str(path)}
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(path))
        self._line.settimeout(5)

    def hears(self) -> str:
        return self._line.recv(100).decode()

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    made = Ear(tmp_path / "notify")
    yield made
    made.close()


async def test_it_hears_that_it_began_that_it_lives_and_that_it_stops(ear: Ear) -> None:
    async with supervised(ear.environment | {WATCHDOG: "30000"}):
        assert ear.hears() == "READY=1"
        assert [await asyncio.to_thread(ear.hears) for _ in range(3)] == ["WATCHDOG=1"] * 3
    heard = ear.hears()
    while heard == "WATCHDOG=1":
        heard = ear.hears()
    assert heard == "STOPPING=1"


async def test_without_a_watchdog_it_hears_the_beginning_and_the_end(ear: Ear) -> None:
    async with supervised(ear.environment):
        await asyncio.sleep(0)
    assert [ear.hears(), ear.hears()] == ["READY=1", "STOPPING=1"]


@pytest.mark.parametrize("environment", [{}, {SOCKET: "/nowhere/notify", WATCHDOG: "1000000"}])
async def test_where_nobody_listens_it_runs_all_the_same(environment: dict[str, str]) -> None:
    async with supervised(environment):
        await asyncio.sleep(0)
