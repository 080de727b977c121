"""`kill -9` of the real process, again and again, in the middle of a crisis."""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import yaml

from bot.cli.demo_config import addresses_of, demo_config
from bot.cli.shipped import shipped
from bot.standin import UNLIMITED, AppSpec, Message, Person, Standin
from bot.standin.social import SocialWeb
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.journeys.conftest import text_of

KILLS = 12


class Bot:
    """`vigie run` between a workspace and a social web, killed and started at will."""

    def __init__(self, standin: Standin, config: Path) -> None:
        self._standin = standin
        self._config = config
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        environment = {
            "SLACK_BOT_TOKEN": self._standin.bot_token,
            "SLACK_APP_TOKEN": self._standin.app_token,
        }
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(self._config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=os.environ | environment,
        )

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@pytest.fixture
async def social() -> AsyncIterator[SocialWeb]:
    web = await SocialWeb.start(seed=5, now=datetime.now(UTC), pace=0)
    yield web
    await web.close()


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    app = AppSpec.from_manifest(yaml.safe_load(shipped("manifest.yaml")))
    channels = ("#brand-watch", "#care", "#general", "#vigie-admin")
    standin = await Standin.start(app=app, channels=channels, rates=UNLIMITED)
    yield standin
    await standin.close()


@pytest.fixture
async def bot(standin: Standin, social: SocialWeb, tmp_path: Path) -> AsyncIterator[Bot]:
    addresses = addresses_of(standin.api_url, social)
    text = demo_config(shipped("config.example.toml"), addresses, str(tmp_path / "data"))
    config = tmp_path / "config.toml"
    config.write_text(text.replace('every = "2s"', 'every = "1s"'), encoding="utf-8")
    bot = Bot(standin, config)
    yield bot
    await bot.kill()


def complaint(number: int) -> str:
    return f"My Lumo lamp is terrible, I hate it, worst purchase ever, case {number}"


def cards(standin: Standin) -> list[Message]:
    return [m for m in standin.messages("#care") if m.by_bot and not m.thread_ts]


def cases(standin: Standin) -> Counter[int]:
    return Counter(
        int(found)
        for card in standin.messages("#care")
        if card.by_bot
        for found in re.findall(r"ever, case (\d+)", text_of(card))
    )


def answers_after(person: Person, number: int) -> bool | None:
    return len(person.ephemerals("#general")) > number or None


def called(standin: Standin, times: int) -> bool | None:
    return len(standin.calls) >= times or None


async def everything_was_read_once(standin: Standin) -> None:
    """Ask Vigie itself, as a person would."""
    await standin.wait_for(lambda: standin.connected or None, 20)
    margot = standin.person("Margot")
    async with asyncio.timeout(20):
        while True:
            before = len(margot.ephemerals("#general"))
            await margot.command("/vigie status")
            await standin.wait_for(partial(answers_after, margot, before), 5)
            if "not read yet" not in text_of(margot.ephemerals("#general")[-1]):
                return


@pytest.mark.timeout(180)
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is what POSIX has")
async def test_no_alert_is_lost_and_none_is_said_twice(
    bot: Bot, standin: Standin, social: SocialWeb, tmp_path: Path
) -> None:
    chance = random.Random(11)
    await bot.start()
    await everything_was_read_once(standin)
    number = 0
    for life in range(KILLS):
        for _ in range(3):
            await social.rain("complaint", "en", complaint(number))
            number += 1
        calls = len(standin.calls) + chance.randint(1, 6 if life else 3)
        await standin.wait_for(partial(called, standin, calls), 15)
        await asyncio.sleep(chance.random() / 50)
        await bot.kill()
        await bot.start()
    await standin.wait_for(lambda: len(cases(standin)) == number or None, 90)
    await bot.kill()
    assert cases(standin) == Counter(range(number))
    await the_store_agrees(tmp_path / "data", number)


async def the_store_agrees(folder: Path, number: int) -> None:
    """Every complaint is a mention and a conversation; nothing waits to be said."""
    records = Records(await TinyStore.open(folder, TABLES))
    conversations = await records.conversations.find({"state": "new"}, "opened")
    mentions = await records.mentions.find({"watch": "Lumo"}, "at")
    own = [kept.value for kept in mentions if "ever, case" in kept.value.post.text]
    await records.close()
    assert len(own) == number
    assert {mention.conversation for mention in own} <= {kept.value.id for kept in conversations}
