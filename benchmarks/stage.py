"""A workspace, a social web, and a Vigie between them that is begun and killed; and what a dead
one left behind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.clicking import Team
from benchmarks.crisis import complaint, in_many_messages, told
from benchmarks.lives import Life, Nursery, begin, nursery
from bot.cli.demo_config import addresses_of, demo_config
from bot.cli.shipped import shipped
from bot.domain.outbox import Delivery
from bot.standin import UNLIMITED, AppSpec, Refusal, Standin
from bot.standin.social import MASTODON, SocialWeb
from bot.standin.social.courier import free_port
from bot.standin.social.loopback import HOST, Loopback
from bot.standin.world import ApiCall
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

CHANNELS = ("#brand-watch", "#care", "#general", "#vigie-admin")

PATIENCE = 45.0
"""Seconds in which something more must be told, as long as anything is missing."""

CALLING = 0.02
"""Seconds between two tries to reach a `vigie serve` that starts."""


class Left(NamedTuple):
    """What stands in the store of a Vigie that was stopped: what it has still to say, by the id,
    and the texts of the posts that it kept."""

    waiting: dict[str, Delivery]
    trying: dict[str, Delivery]
    posts: frozenset[str]

    @property
    def unsaid(self) -> frozenset[str]:
        return frozenset(self.waiting) | frozenset(self.trying)


NOTHING = Left({}, {}, frozenset())


class Stage:
    """What the killing needs; `left` is what the last dead left behind."""

    def __init__(
        self, standin: Standin, social: SocialWeb, config: Path, data: Path, nursery: Nursery
    ) -> None:
        self.standin = standin
        self.social = social
        self.team = Team(standin)
        self.data = data
        self.posts = 0
        self.left = NOTHING
        self._last_call: ApiCall | None = None
        self._config = config
        self._nursery = nursery
        self._port = free_port()
        self._life: Life | None = None
        self._up: asyncio.Task[None] | None = None

    @property
    def place(self) -> Loopback:
        """The server of the place where people complain."""
        return self.social.place(MASTODON).server

    @property
    def life(self) -> Life:
        if self._life is None:
            raise RuntimeError("nothing lives")
        return self._life

    async def begin(self, *, http: bool = False, whole: bool = False) -> None:
        """Begin a process; it is ready for people some time after (`up`)."""
        verb = ("serve", "--port", str(self._port)) if http else ("run",)
        secret = (
            {"SLACK_SIGNING_SECRET": self.standin.signing_secret}
            if http
            else {"SLACK_APP_TOKEN": self.standin.app_token}
        )
        self._last_call = self._newest_call()
        await self.standin.use_sockets()
        self._life = await begin(
            (*verb, "--config", str(self._config)),
            {"SLACK_BOT_TOKEN": self.standin.bot_token, **secret},
            self._nursery,
            whole=whole,
        )
        self._up = asyncio.create_task(self._reached(http=http))

    async def up(self) -> None:
        """Wait until people reach it."""
        if self._up:
            await self._up

    async def kill(self) -> None:
        """End it, and look at what it left."""
        if self._life is None:
            return
        await self._life.kill()
        self._life = None
        if self._up:
            self._up.cancel()
            await asyncio.gather(self._up, return_exceptions=True)
        self.social.heal(MASTODON)
        self.left = await self.look()

    async def look(self) -> Left:
        """What stands in a copy of the store: the folder itself is left as the process left it."""
        copy = self.data.with_name("copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        records = Records(await TinyStore.open(copy, TABLES))
        found = {}
        for state in ("waiting", "trying"):
            kept = await records.outbox.find({"state": state}, "order")
            found[state] = {one.value.id: one.value for one in kept}
        mentions = await records.mentions.find({"watch": "Lumo"}, "at", newest_first=True, limit=9)
        await records.close()
        texts = frozenset(one.value.post.text for one in mentions)
        return Left(found["waiting"], found["trying"], texts)

    async def rain(self) -> str:
        """Somebody complains; in these words."""
        words = complaint(self.posts)
        await self.social.rain("complaint", "en", words)
        self.posts += 1
        return words

    @property
    def is_unheard(self) -> bool:
        """Whether Slack has heard nothing of this life."""
        return self._newest_call() is self._last_call

    @property
    def shown(self) -> frozenset[str]:
        """The ids of the deliveries that Slack shows, to whomever."""
        workspace = self.standin.workspace
        messages = (m for channel in workspace.channels for m in workspace.messages(channel))
        every = ((message.metadata or {}).get("event_payload", {}) for message in messages)
        return frozenset(str(payload.get("id")) for payload in every)

    async def all_is_told(self) -> None:
        """Wait for it, as long as it goes on."""
        number, since = -1, asyncio.get_running_loop().time()
        while number < self.posts:
            now = told(self.standin)
            at = asyncio.get_running_loop().time()
            if now > number:
                number, since = now, at
            if at - since > PATIENCE:
                return
            await asyncio.sleep(0.5)

    def _newest_call(self) -> ApiCall | None:
        calls = self.standin.world.calls
        return calls[-1] if calls else None

    async def _reached(self, *, http: bool) -> None:
        if not http:
            await self.standin.wait_for(lambda: self.standin.sockets.connected or None, 60)
            return
        async with asyncio.timeout(60):
            while True:
                with suppress(Refusal):
                    await self.standin.use_http(f"http://{HOST}:{self._port}/slack/events")
                    break
                await asyncio.sleep(CALLING)
        self.standin.person("Margot").open_home()


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
    try:
        async with nursery() as born:
            stage = Stage(standin, social, config, data, born)
            try:
                yield stage
            finally:
                await stage.kill()
    finally:
        await social.close()
        await standin.close()
