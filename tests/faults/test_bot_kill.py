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
    config.write_text(in_many_messages(text), encoding="utf-8")
    bot = Bot(standin, config)
    yield bot
    await bot.kill()


def in_many_messages(text: str) -> str:
    """A configuration by which as much as possible is a message of its own: polled each second, and
    no story outlives one."""
    changes = {
        'every = "2s"': 'every = "1s"',
        'group = "5m"': 'group = "1s"',
    }
    for written, wanted in changes.items():
        assert written in text
        text = text.replace(written, wanted)
    return text


def complaint(number: int) -> str:
    """Everybody in their own words: two that say the same would be told once."""
    n = number
    return f"My Lumo lamp {n} is terrible, {n} times I hate it, {n} worst thing {n} ever, case {n}"


def said(standin: Standin) -> list[Message]:
    """All that was said of posts: in the channel of the negative ones, and of spikes."""
    return [m for name in ("#care", "#brand-watch") for m in standin.messages(name) if m.by_bot]


def told(standin: Standin) -> int:
    """How many negative posts the cards tell of, by their headlines."""
    return sum(posts_of(message) for message in said(standin))


def posts_of(card: Message) -> int:
    several = re.search(r"(\d+) negative posts · Lumo", text_of(card))
    return int(several[1]) if several else int("Negative post · Lumo" in text_of(card))


def said_twice(standin: Standin) -> list[str]:
    """What was delivered more than once, by the ids in the messages' metadata."""
    ids = Counter(
        str((message.metadata or {}).get("event_payload", {}).get("id"))
        for message in said(standin)
    )
    return [id for id, times in ids.items() if times > 1]


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
        calls = len(standin.calls) + chance.randint(1, 3 if life else 1)
        await standin.wait_for(partial(called, standin, calls), 15)
        await asyncio.sleep(chance.random() / 50)
        await bot.kill()
        await bot.start()
    await standin.wait_for(lambda: told(standin) >= number or None, 90)
    await bot.kill()
    assert told(standin) == number
    assert said_twice(standin) == []
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
