"""The process dies before or after each effect, once or twice: nothing is lost or said twice.

All pairs are tried with `VIGIE_EVERY_CRASH=1`, a sample otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.config import loads
from bot.services import conversations, ingest
from bot.services.base import Services
from bot.sources.base import Page
from bot.standin import Standin
from tests.builders import a_fresh_post
from tests.faults.crashing import Fuse, Story, cards_and_notes, delivered, every_one, pairs
from tests.services.conftest import CONFIG

BRANDS = ("lumo", "nox")
ANGRY = "is terrible, I hate it, the worst"
POSTS = tuple(
    a_fresh_post(id=f"p {brand}", source="forum", text=f"{brand} {ANGRY}") for brand in BRANDS
)
TWO_WATCHES = f"""{CONFIG}
[[watches]]
name = "Nox"
query = "nox"
channel = "#care"
"""
MEMBER = "U0CAMILLE"


class Feed:
    """A source that shows the same two posts for ever, and an empty history at first."""

    name = "forum"

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: object) -> Page:
        return Page(posts=POSTS if cursor else (), cursor="read")


async def work(services: Services, standin: Standin, fuse: Fuse) -> None:
    """Poll, claim what is there, deliver until nothing waits."""
    for watch in services.config.watches * 2:
        await ingest.poll(services, watch, "forum")
    for conversation in await conversations.queue(services):
        if conversation.state == "new":
            await conversations.claim(services, conversation.id, MEMBER)
    await delivered(services, fuse)


async def check(services: Services, standin: Standin) -> None:
    cards, notes = cards_and_notes(standin, "#care")
    assert len(cards) == len(POSTS)
    assert len(notes) == len(POSTS)
    for post in POSTS:
        assert sum(post.text in str(card.blocks) for card in cards) == 1
    assert all(MEMBER in str(card.blocks) for card in cards), "every card shows the claim"


ALERTS = Story(
    config=loads(TWO_WATCHES), sources=lambda _: {"forum": Feed()}, work=work, check=check
)


@pytest.mark.timeout(120)
async def test_one_death_anywhere_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    assert await every_one(ALERTS, tmp_path) >= 20


@pytest.mark.timeout(1800)
async def test_two_deaths_anywhere_lose_nothing_and_say_nothing_twice(tmp_path: Path) -> None:
    assert await pairs(ALERTS, tmp_path, sample=120)
