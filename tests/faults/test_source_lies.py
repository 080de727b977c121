"""A place that answers and lies: what it says is read as far as it can be, stands once, hurts
nobody else, and floods no channel."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.identity import LONGEST_ID
from tests.faults.badplaces import Said, Strike, Wire, Written
from tests.faults.badweb import KINDS, Web, a_web, all_is_heard_once, is_well, started
from tests.faults.dialects import as_json

__all__ = ["started"]  # a fixture

LONG = 900_000
ANGRY = "is terrible, I hate it"

Shown = Callable[[Web, list[Written]], Sequence[Written]]


def shows(web: Web, lie: Shown) -> None:
    """What the place shows from now on, in the place of what was written."""
    truly = web.sick.shown
    web.sick.shown = lambda: list(lie(web, truly()))  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("kind", "year"),
    [("feed", 1970), ("mastodon", 1970), *((kind, 2099) for kind in KINDS)],
)
async def test_posts_of_a_year_that_cannot_be_are_of_when_they_are_first_seen(
    tmp_path: Path, kind: str, year: int
) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        at = datetime(year, 1, 1, tzinfo=UTC)
        shows(web, lambda _, posts: [replace(post, at=at) for post in posts])
        for _ in range(3):
            await web.round()
            assert max(one.at for one in await web.mentions("sick")) == web.clock.now
        await all_is_heard_once(web)
        await is_well(web)
        assert None not in await web.known_slots()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_post_that_says_something_else_each_time_is_one_post_told_once(
    tmp_path: Path, kind: str
) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        await web.round()
        turning = web.sick.posts[-1]

        def turned(web: Web, posts: list[Written]) -> list[Written]:
            words = f" {ANGRY}" if web.clock.now.minute in (0, 30) else ""
            return [
                replace(post, text=post.text + words) if post is turning else post for post in posts
            ]

        shows(web, turned)
        for _ in range(6):
            await web.round()
        said = [post.text for post in web.sick.shown()]
        assert await web.texts("sick") == Counter(said)
        assert await web.cards() == 1
        await is_well(web)


@pytest.mark.parametrize("kind", KINDS)
async def test_ids_that_go_backwards_are_found_by_the_second_night(
    tmp_path: Path, kind: str
) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        for number in range(3):
            web.write(web.sick, "glows", id=str(10_000 - number))
            await web.round()
        web.clock.now = web.clock.now.replace(hour=3) + timedelta(days=2)
        await web.poll()
        await web.night()
        await all_is_heard_once(web)
        await is_well(web)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_post_that_is_shown_thrice_is_one(tmp_path: Path, kind: str) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        shows(web, lambda _, posts: [post for post in posts for _ in range(3)])
        await web.round()
        await web.round()
        await all_is_heard_once(web)
        await is_well(web)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_id_of_900_000_digits_is_not_kept_and_stops_nothing(
    tmp_path: Path, kind: str
) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        web.write(web.sick, "glows", id="7" * LONG)
        for _ in range(3):
            await web.round()
        heard = await web.mentions("sick")
        assert max(len(one.post.id) for one in heard) <= LONGEST_ID
        named = [post for post in web.sick.posts if len(post.id) < LONG or kind != "mastodon"]
        assert await web.texts("sick") == Counter(post.text for post in named)
        await is_well(web)


async def unchanging(wire: Wire) -> None:
    if "if-none-match" in wire.headers:
        await wire.send(Said(status=304))
    else:
        await wire.send(replace(wire.said, headers={"ETag": '"1"'}))


async def test_a_feed_that_says_not_modified_for_ever_is_asked_without_condition_once_a_day(
    tmp_path: Path,
) -> None:
    async with a_web("feed", tmp_path / "data") as web:
        web.sick.strike = unchanging
        await web.round()
        web.write(web.sick, ANGRY, minutes_ago=0)
        for _ in range(3):
            await web.round()
        web.clock.turn(timedelta(days=1) - 3 * timedelta(minutes=15))
        await web.round()
        await all_is_heard_once(web)
        await is_well(web)


def pages(more: Callable[[Wire], str], *, empty: bool) -> Strike:
    """A search whose pages never end: `more` is what each says that the next is asked for by."""

    async def strike(wire: Wire) -> None:
        if b'"search"' not in wire.said.body:
            await wire.send(wire.said)
            return
        first = wire.place.dialect(wire.place, "/search", {**wire.query, "page_cursor": "0"})
        found = [] if empty else json.loads(first.body)["search"]
        await wire.send(as_json({"search": found, "next_page": more(wire)}))

    return strike


def the_same(wire: Wire) -> str:
    return "again"


def another(wire: Wire) -> str:
    return str(wire.place.asked)


@pytest.mark.parametrize("more", [the_same, another])
@pytest.mark.parametrize("empty", [True, False])
async def test_pages_without_end_are_left_after_ten_and_the_time_is_not_taken_for_quiet(
    tmp_path: Path, more: Callable[[Wire], str], empty: bool
) -> None:
    async with a_web("lemmy", tmp_path / "data") as web:
        web.sick.strike = pages(more, empty=empty)
        asked = web.sick.asked
        await web.round()
        assert web.sick.asked - asked <= 10
        assert "more was written from" in await web.status("en")
        assert "il s’est écrit plus" in await web.status("fr")
        assert (await web.known_slots())[-2] is None
        web.sick.strike = None
        await web.round()
        await all_is_heard_once(web)
        await is_well(web)


async def test_a_server_that_shows_its_first_page_for_every_page_is_left_after_the_second(
    tmp_path: Path,
) -> None:
    async def first(wire: Wire) -> None:
        page = {name: value for name, value in wire.query.items() if name == "limit"}
        await wire.send(wire.place.dialect(wire.place, "/timelines/", page))

    async with a_web("mastodon", tmp_path / "data") as web:
        web.sick.strike = first
        asked = web.sick.asked
        await web.round()
        assert web.sick.asked - asked == 2
        await all_is_heard_once(web)
        await is_well(web)
