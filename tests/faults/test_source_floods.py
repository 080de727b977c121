"""A place that gives more than anybody can take: posts by the thousand, bytes by the million."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sources import documents
from tests.faults.badplaces import Written
from tests.faults.badweb import MOST_HELD, ROUND, Web, a_web, started
from tests.faults.strikes import BOMB, endless_body

__all__ = ["started"]  # a fixture

pytestmark = pytest.mark.usefixtures("heap_set_aside")

POSTS = 10_000
MB = 1_000_000
ANGRY = "is terrible, I hate it"


def flood(web: Web, posts: int, about: int) -> None:
    """So many posts of the last quarter of an hour, of which one in `about` speaks of the brand."""
    web.sick.most_shown = posts
    for number in range(posts):
        minutes_ago = 14 * (1 - number / posts)
        post = web.write(web.sick, f"{ANGRY} nr {number * 31}", minutes_ago=minutes_ago)
        if number % about:
            web.sick.posts[-1] = replace(post, text=f"Of something else, nr {number}")


def heard_of(posts: list[Written]) -> Counter[str]:
    return Counter(post.text for post in posts if "lumo" in post.text)


async def hurts_nobody_else(web: Web) -> None:
    """The channels hear of one wave and not of each post; the other place is read; nobody waits."""
    assert await web.cards() <= 2
    assert len([*await web.outbox("#care"), *await web.outbox("#brand")]) < 12
    assert await web.texts("well") == Counter(post.text for post in web.well.posts)
    assert web.held < MOST_HELD


@pytest.mark.parametrize(("kind", "read"), [("feed", 2_000), ("hackernews", 6_000)])
async def test_ten_thousand_posts_at_once_are_read_as_far_as_one_poll_goes(
    tmp_path: Path, kind: str, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "READING_TIME", 300.0)  # four seconds, where nobody else works
    async with a_web(kind, tmp_path / "data") as web:
        await web.round()
        web.clock.turn(ROUND)
        flood(web, POSTS, about=20)
        await web.round()
        there = web.sick.shown()
        known = await web.texts("sick")
        assert set(known.values()) == {1}
        assert known.keys() >= heard_of(there[: read - 100]).keys()
        assert "more was written from" in await web.status("en")
        assert "peuvent manquer" in await web.status("fr")
        assert (await web.known_slots())[-2] is None
        web.sick.most_shown = 40
        for _ in range(2):
            await web.round()
        assert heard_of(web.sick.posts[-2:]).keys() <= (await web.texts("sick")).keys()
        await hurts_nobody_else(web)


async def test_a_flood_that_pages_go_through_is_read_on_until_all_is_known(tmp_path: Path) -> None:
    async with a_web("mastodon", tmp_path / "data") as web:
        await web.round()
        web.clock.turn(ROUND)
        flood(web, POSTS // 10, about=5)
        await web.round()
        assert "there is more, which the next polls will read" in await web.status()
        assert (await web.known_slots())[-1] is None
        for _ in range(3):
            await web.round()
        assert await web.texts("sick") == heard_of(web.sick.posts)
        assert (await web.known_slots())[-1] is not None
        await hurts_nobody_else(web)


@pytest.mark.parametrize("strike", [BOMB, endless_body], ids=["a gzip bomb", "50 MB"])
async def test_what_is_too_long_takes_no_more_memory_than_the_longest_answer(
    tmp_path: Path, strike: object
) -> None:
    async with a_web("hackernews", tmp_path / "data") as web:
        await web.round()
        web.sick.strike = strike  # type: ignore[assignment]
        tracemalloc.start()
        try:
            await web.round()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (await web.pair()).failures == 1
        assert peak < 40 * MB


async def test_a_place_that_comes_back_after_two_days_floods_no_channel(tmp_path: Path) -> None:
    async with a_web("mastodon", tmp_path / "data") as web:
        await web.round()
        web.internet.cut.add("sick")
        for hours in range(49):
            web.clock.turn(timedelta(hours=1))
            web.write(web.sick, ANGRY if hours % 4 == 0 else "hums")
            if hours % 6 == 0:
                await web.round()
        web.internet.cut.clear()
        await web.rests()
        for _ in range(3):
            await web.round()
        assert await web.texts("sick") == Counter(post.text for post in web.sick.posts)
        assert await web.alerts("spike") == 0
        assert len(await web.admins_read()) == 2
        await hurts_nobody_else(web)
