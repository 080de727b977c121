"""Two workers poll for one store, each with a memory of its own: nothing is lost or told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.domain.mention import Post
from bot.errors import Conflict
from bot.services import ingest
from bot.services.base import Services
from bot.services.numbering import Sequence as Numbers
from bot.sources.base import Page
from bot.sources.merging import Merged
from bot.sources.searching import Found, Searching, Syntax
from tests.builders import a_post
from tests.services.conftest import HandClock

FRESH = timedelta(minutes=2)
SOURCE = "lumen.social"
ROUNDS = 24


class Index:
    """What both workers search; its posts are never taken back."""

    def __init__(self) -> None:
        self.posts: list[Post] = []

    async def ask(self, query: str, since: datetime, more: str) -> Found:
        await asyncio.sleep(0)
        newest = sorted(self.posts, key=lambda post: post.at, reverse=True)
        return Found([post for post in newest if post.at >= since])


class Search:
    """A search as one worker knows it."""

    name = SOURCE

    def __init__(self, index: Index) -> None:
        searching = Searching(index.ask, Syntax(joiner=" OR "), overlap=timedelta(hours=1))
        self._merged = Merged(searching, FRESH)

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        return await self._merged.fetch(terms, cursor, now)


def worker(services: Services, index: Index, clock: HandClock) -> Services:
    """One more worker over the same store."""
    return Services(
        config=services.config,
        records=services.records,
        slack=services.slack,
        sources={**services.sources, SOURCE: Search(index)},
        clock=clock,
        sequence=Numbers(clock),
    )


async def poll(services: Services) -> int:
    """As the schedule does it: what another worker was faster with is left to the next poll."""
    try:
        return await ingest.poll(services, services.config.watches[0], SOURCE)
    except Conflict:
        return 0


@pytest.mark.parametrize("restarts", [True, False])
@pytest.mark.parametrize("at_once", [True, False])
async def test_each_post_is_one_mention_whoever_polls(
    services: Services, clock: HandClock, at_once: bool, restarts: bool
) -> None:
    index = Index()
    workers = [worker(services, index, clock) for _ in range(2)]
    for number in range(ROUNDS):
        clock.turn(timedelta(minutes=5))
        index.posts.append(
            a_post(id=f"p{number}", source=SOURCE, text=f"the lumo lamp {number}", at=clock.now)
        )
        if at_once:
            await asyncio.gather(*map(poll, workers))
        else:
            await poll(workers[number % 3 % 2])
        if restarts:
            workers[number % 2] = worker(services, index, clock)
    await poll(workers[0])
    mentions = await services.records.mentions.find({"watch": "Lumo"}, "at")
    assert [kept.value.post.id for kept in mentions] == [f"p{n}" for n in range(ROUNDS)]
