"""`vigie run`, killed with SIGKILL again and again in the middle of a crisis, and what that cost.

Complaints rain on the demo's places while a real process polls them and tells a workspace on
loopback. It is killed at moments drawn by a seed and started again on the same data folder; in the
end everything that was written must be a mention, and told once.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import yaml

from benchmarks.crisis import (
    MARK,
    Bot,
    complaint,
    everything_was_read_once,
    in_many_messages,
    said,
    said_twice,
    told,
)
from bot.cli.demo_config import addresses_of, demo_config
from bot.cli.shipped import shipped
from bot.standin import UNLIMITED, AppSpec, Standin
from bot.standin.social import SocialWeb
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

CHANNELS = ("#brand-watch", "#care", "#general", "#vigie-admin")
POSTS_A_LIFE = 3
AT_A_MESSAGE = 0.7
"""The share of the kills that come while a message is posted or drawn again; the others come
anywhere in the start and the first polls."""

JUST_AFTER = 0.02
"""Seconds after Slack was called for it within which the former come."""

ANYWHERE = 5.0
"""Seconds after the start within which the latter come."""

PATIENCE = 90.0
"""Seconds after the last start in which all must be told."""

TRYING = "between the call to Slack and its record"
WAITING = "between the commit and the call to Slack"
ELSEWHERE = "elsewhere: in a poll, in the start, at rest"


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of kills came to; `caught` says how many kills came where."""

    kills: int
    seed: int
    posts: int
    mentions_lost: int
    alerts_lost: int
    shown_twice: int
    marked_repeats: int
    caught: dict[str, int]
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Nothing was lost, and nothing shown twice."""
        return not any((self.mentions_lost, self.alerts_lost, self.shown_twice))


class Stage:
    """A workspace, a social web, and a Vigie between them whose data are in a folder."""

    def __init__(self, standin: Standin, social: SocialWeb, bot: Bot, data: Path) -> None:
        self.standin = standin
        self.bot = bot
        self.data = data
        self.posts = 0
        self._social = social

    async def rain(self) -> None:
        """A few people complain."""
        for _ in range(POSTS_A_LIFE):
            await self._social.rain("complaint", "en", complaint(self.posts))
            self.posts += 1

    async def messages(self, number: int) -> None:
        """Wait until Slack is asked for so many messages more, 15 seconds at most."""
        calls = self.standin.calls
        asked_for = partial(_asked_for, self.standin, number, calls[-1] if calls else None)
        with suppress(TimeoutError):
            await self.standin.wait_for(asked_for, 15)

    def all_is_told(self) -> bool | None:
        return told(self.standin) >= self.posts or None


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """A stage whose data and configuration are in a folder; nothing of it runs after the block."""
    app = AppSpec.from_manifest(yaml.safe_load(shipped("manifest.yaml")))
    standin = await Standin.start(app=app, channels=CHANNELS, rates=UNLIMITED)
    social = await SocialWeb.start(seed=5, now=datetime.now(UTC), pace=0)
    data, config = folder / "data", folder / "config.toml"
    addresses = addresses_of(standin.api_url, social)
    text = demo_config(shipped("config.example.toml"), addresses, str(data))
    config.write_text(in_many_messages(text), encoding="utf-8")
    bot = Bot(standin, config)
    try:
        yield Stage(standin, social, bot, data)
    finally:
        await bot.kill()
        await social.close()
        await standin.close()


async def killed(
    kills: int, seed: int, folder: Path, after_each: Callable[[], None] = lambda: None
) -> Tally:
    """So many kills in one crisis, and what they came to."""
    chance, began = random.Random(seed), time.monotonic()
    caught: Counter[str] = Counter()
    async with staged(folder) as stage:
        await stage.bot.start()
        await everything_was_read_once(stage.standin)
        for _ in range(kills):
            await _live(stage, chance)
            await stage.bot.kill()
            caught[await _left_behind(stage.data, folder / "copy")] += 1
            await stage.bot.start()
            after_each()
        with suppress(TimeoutError):  # the tally says what is missing
            await stage.standin.wait_for(stage.all_is_told, PATIENCE)
        await stage.bot.kill()
        standin, alerts = stage.standin, told(stage.standin)
        return Tally(
            kills=kills,
            seed=seed,
            posts=stage.posts,
            mentions_lost=stage.posts - await _kept(stage.data),
            alerts_lost=max(0, stage.posts - alerts),
            shown_twice=len(said_twice(standin)) + max(0, alerts - stage.posts),
            marked_repeats=sum("possible repeat" in one.text for one in said(standin)),
            caught=dict(caught),
            seconds=round(time.monotonic() - began, 1),
        )


async def _live(stage: Stage, chance: random.Random) -> None:
    """Complaints, and then the moment of the kill."""
    await stage.rain()
    if chance.random() < AT_A_MESSAGE:
        await stage.messages(chance.randint(1, 2))
        await asyncio.sleep(chance.random() * JUST_AFTER)
    else:
        await asyncio.sleep(chance.random() * ANYWHERE)


def _asked_for(standin: Standin, times: int, since: object) -> bool | None:
    """Whether Slack was asked for so many messages since a call; it remembers only the latest."""
    newer = 0
    for call in reversed(standin.calls):
        if call is since:
            break
        newer += call.method in ("chat.postMessage", "chat.update")
    return newer >= times or None


async def _left_behind(data: Path, copy: Path) -> str:
    """Where the kill came, by what waits in a copy of the store: the folder itself is left as the
    process left it."""
    shutil.copytree(data, copy)
    records = Records(await TinyStore.open(copy, TABLES))
    trying = await records.outbox.count({"state": "trying"}, "order")
    waiting = await records.outbox.count({"state": "waiting"}, "order")
    await records.close()
    shutil.rmtree(copy)
    if trying:
        return TRYING
    return WAITING if waiting else ELSEWHERE


async def _kept(data: Path) -> int:
    """How many of our complaints are mentions that somebody can work: in a conversation."""
    records = Records(await TinyStore.open(data, TABLES))
    mentions = await records.mentions.find({"watch": "Lumo"}, "at")
    conversations = await records.conversations.find({"state": "new"}, "opened")
    await records.close()
    worked = {kept.value.id for kept in conversations}
    ours = [kept.value for kept in mentions if MARK in kept.value.post.text]
    return len({mention.post.text for mention in ours if mention.conversation in worked})
