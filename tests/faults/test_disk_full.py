"""The disk is full while the whole bot runs: the admin channel hears of it, /readyz says so, what
was kept is safe, and once there is room Vigie goes on by itself."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot import app
from bot.cli.renewing import keep_running
from bot.config import Secrets, load
from bot.operating import fulldisk
from bot.standin import UNLIMITED, AppSpec, Message, Standin
from bot.standin.social import SocialWeb
from bot.standin.social.posts import HACKER_NEWS
from bot.store.repositories import TABLES, Records
from bot.store.room import has_room
from bot.store.tiny import TinyStore
from tests.builders import NOW
from tests.loopback import free_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")

TOKENS = Secrets("xoxb-app-test", "xapp-app-test")
CONFIG = """
store = '{store}'
[slack]
api_url = "{api}"
admin_channel = "#admin"
[network]
allow_private_addresses = true
[operate]
listen = "127.0.0.1:{port}"
[[sources]]
name = "Hacker News"
kind = "hackernews"
url = "{news}"
every = "1s"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#care"
"""
LEAST = 64 << 10
"""Bytes that there must be room for."""


@pytest.fixture
async def social() -> AsyncIterator[SocialWeb]:
    web = await SocialWeb.start(seed=1, now=NOW, pace=0)
    yield web
    await web.close()


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    spec = AppSpec(bot_token=TOKENS.bot_token, app_token=TOKENS.app_token)
    started = await Standin.start(app=spec, channels=("#care", "#admin"), rates=UNLIMITED)
    yield started
    await started.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    monkeypatch.setattr(fulldisk, "LOOK", timedelta(seconds=0.05))
    monkeypatch.setattr(fulldisk, "has_room", lambda folder: has_room(folder, LEAST))
    disk = Disk()
    yield disk
    disk.has_room()


class Disk:
    """What the system lets this process write to a file (setrlimit(2))."""

    def __init__(self) -> None:
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def is_full(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, self._limits[1]))

    def has_room(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)


class Running:
    """The whole bot, as `vigie run` runs it."""

    def __init__(self, path: Path, port: int, standin: Standin) -> None:
        self.ready_page = f"http://127.0.0.1:{port}/readyz"
        self.over = asyncio.Event()
        self.standin = standin
        self.task = asyncio.create_task(
            keep_running(lambda by, stop: app.run(by, TOKENS, stop), path, load(path), self.over)
        )

    async def readiness(self) -> str:
        async with ClientSession() as session, session.get(self.ready_page) as answer:
            return f"{answer.status} {await answer.text()}"

    async def told(self, words: str) -> Message:
        """The admin channel's message that holds these words."""

        def found() -> Message | None:
            return next((m for m in self.standin.messages("#admin") if words in m.text), None)

        return await self.standin.wait_for(found, 20)


def begun(folder: Path, standin: Standin, social: SocialWeb) -> Running:
    path, port = folder / "config.toml", free_port()
    path.write_text(
        CONFIG.format(
            api=standin.api_url, news=social.hackernews_url, store=folder / "data", port=port
        )
    )
    return Running(path, port, standin)


@pytest.fixture
async def running(standin: Standin, social: SocialWeb, tmp_path: Path) -> AsyncIterator[Running]:
    started = begun(tmp_path, standin, social)
    yield started
    started.over.set()
    await asyncio.wait_for(started.task, 10)


async def kept(folder: Path) -> set[str]:
    """The texts of the mentions in a folder that nobody has open."""
    store = await TinyStore.open(folder, TABLES)
    mentions = [one.value async for one in Records(store).each(Records(store).mentions)]
    await store.close()
    return {mention.post.title for mention in mentions}


async def test_a_full_disk_is_told_at_once_waited_out_and_nothing_is_lost(
    running: Running, standin: Standin, social: SocialWeb, disk: Disk, tmp_path: Path
) -> None:
    await standin.wait_for(lambda: standin.connected or None, 10)
    social.publish(HACKER_NEWS, "It works", title="Lumo before")
    await reads(social)
    disk.is_full()
    social.publish(HACKER_NEWS, "It works", title="Lumo meanwhile")
    await running.told("takes nothing more")
    assert "503" in (state := await running.readiness())
    assert "takes nothing more" in state
    assert not running.task.done()
    disk.has_room()
    await running.told("takes writes again")
    await standin.wait_for(lambda: standin.connected or None, 10)
    await reads(social)
    running.over.set()
    await running.task
    assert await kept(tmp_path / "data") >= {"Lumo before", "Lumo meanwhile"}
    assert len(standin.messages("#admin")) == 2


async def reads(social: SocialWeb) -> None:
    """The place is read from now on: twice, so that the first was kept."""
    for _ in range(2):
        social.place(HACKER_NEWS).server.asked.clear()
        await asyncio.wait_for(social.place(HACKER_NEWS).server.asked.wait(), 10)


async def test_it_stops_when_it_is_asked_to_while_it_waits(
    running: Running, standin: Standin, social: SocialWeb, disk: Disk
) -> None:
    await standin.wait_for(lambda: standin.connected or None, 10)
    disk.is_full()
    social.publish(HACKER_NEWS, "It works", title="Lumo meanwhile")
    await running.told("takes nothing more")
    running.over.set()
    await asyncio.wait_for(running.task, 10)


async def test_a_disk_that_is_full_while_slack_is_away_is_waited_out_too(
    standin: Standin, social: SocialWeb, disk: Disk, tmp_path: Path
) -> None:
    standin.faults.status("auth.test", 503, times=None)
    started = begun(tmp_path, standin, social)
    await reads(social)
    disk.is_full()
    social.publish(HACKER_NEWS, "It works", title="Lumo meanwhile")
    async with asyncio.timeout(20):
        while "takes nothing more" not in await started.readiness():
            continue
    standin.faults.clear()
    disk.has_room()
    await standin.wait_for(lambda: standin.connected or None, 20)
    await reads(social)
    started.over.set()
    await asyncio.wait_for(started.task, 10)
    assert "Lumo meanwhile" in await kept(tmp_path / "data")


def test_whether_there_is_room_is_tried_and_leaves_nothing(tmp_path: Path, disk: Disk) -> None:
    assert has_room(tmp_path, LEAST)
    disk.is_full()
    assert not has_room(tmp_path, LEAST)
    disk.has_room()
    assert has_room(tmp_path, LEAST)
    assert list(tmp_path.iterdir()) == []
    assert not has_room(tmp_path / "nowhere", LEAST)
