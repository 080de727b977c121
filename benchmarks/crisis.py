"""`vigie run` between a workspace and a small social web in the middle of a crisis, and what was
told of it: to be killed and started at will."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import msgspec

from bot.standin import Message, Person, Standin

MARK = "ever, case"
"""What stands in every complaint of ours, and in nobody else's."""


class Bot:
    """`vigie run` as a process of its own."""

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


def in_many_messages(text: str) -> str:
    """A configuration by which as much as possible is a message of its own: polled each second, and
    no story outlives one."""
    for written, wanted in {'every = "2s"': 'every = "1s"', 'group = "5m"': 'group = "1s"'}.items():
        if written not in text:
            raise ValueError(f"the demo's configuration no longer says {written}")
        text = text.replace(written, wanted)
    return text


def complaint(number: int) -> str:
    """Everybody in their own words: two that say the same would be told once. No number stands by
    itself: 143 means “I love you” to those who read moods."""
    n = f"L{number}"
    return f"My Lumo lamp {n} is terrible, {n} times I hate it, {n} worst thing {n} {MARK} {n}"


def said(standin: Standin) -> list[Message]:
    """All that was said of posts: in the channel of the negative ones, and of spikes."""
    return [m for name in ("#care", "#brand-watch") for m in standin.messages(name) if m.by_bot]


def told(standin: Standin) -> int:
    """How many negative posts the cards tell of, by their headlines."""
    return sum(_posts_of(message) for message in said(standin))


def _posts_of(card: Message) -> int:
    words = _words_of(card)
    several = re.search(r"(\d+) negative posts · Lumo", words)
    return int(several[1]) if several else int("Negative post · Lumo" in words)


def said_twice(standin: Standin) -> list[str]:
    """What was delivered more than once, by the ids in the messages' metadata."""
    payloads = [(message.metadata or {}).get("event_payload", {}) for message in said(standin)]
    ids = Counter(str(payload.get("id")) for payload in payloads)
    return [id for id, times in ids.items() if times > 1]


async def everything_was_read_once(standin: Standin) -> None:
    """Ask Vigie itself, as a person would."""
    await standin.wait_for(lambda: standin.connected or None, 20)
    margot = standin.person("Margot")
    async with asyncio.timeout(20):
        while True:
            before = len(margot.ephemerals("#general"))
            await margot.command("/vigie status")
            await standin.wait_for(partial(_answers_after, margot, before), 5)
            if "not read yet" not in _words_of(margot.ephemerals("#general")[-1]):
                return


def _answers_after(person: Person, number: int) -> bool | None:
    return len(person.ephemerals("#general")) > number or None


def _words_of(message: Message) -> str:
    """A message's blocks, as one text to look for words in."""
    return msgspec.json.encode(message.blocks).decode()
