"""A feed that several watches share is fetched once for all of them."""

from __future__ import annotations

from datetime import timedelta

import httpx

from bot.sources.base import Page
from bot.sources.rss import FeedSource
from tests.builders import NOW
from tests.sources.conftest import Clients

URL = "https://forum.example/feed.xml"
FRESH = timedelta(minutes=2)
ROUND = timedelta(minutes=5)


class Site:
    """A feed with so many items; `asked` are the conditions that came."""

    def __init__(self) -> None:
        self.items = 2
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        etag = f'"{self.items}"'
        self.asked.append(request.headers.get("if-none-match", ""))
        if self.asked[-1] == etag:
            return httpx.Response(304, headers={"ETag": etag})
        items = "".join(
            f"<item><guid isPermaLink='false'>{n}</guid><title>T</title></item>"
            for n in range(self.items)
        )
        body = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"
        return httpx.Response(200, headers={"ETag": etag}, text=body)


class Watches:
    """Watches at one source, each with a cursor of its own."""

    def __init__(self, source: FeedSource, *names: str) -> None:
        self._source = source
        self._cursors: dict[str, str | None] = dict.fromkeys(names)
        self.round = 0

    async def poll(self) -> dict[str, Page]:
        """Each polls once, ten seconds after the other."""
        pages = {}
        for place, (name, cursor) in enumerate(self._cursors.items()):
            now = NOW + self.round * ROUND + place * timedelta(seconds=10)
            pages[name] = await self._source.fetch(["lumo"], cursor, now)
        self._cursors = {name: page.cursor for name, page in pages.items()}
        self.round += 1
        return pages


def ids(page: Page) -> list[str]:
    return sorted(post.id for post in page.posts)


def watches(clients: Clients, site: Site, *names: str) -> Watches:
    return Watches(FeedSource("forum", URL, clients(site), FRESH), *names)


async def test_a_round_of_three_watches_asks_once_after_the_first(clients: Clients) -> None:
    site = Site()
    polled = watches(clients, site, "a", "b", "c")
    first = await polled.poll()
    assert [ids(page) for page in first.values()] == 3 * [["0", "1"]]
    asked = len(site.asked)
    site.items = 3
    second = await polled.poll()
    assert [ids(page) for page in second.values()] == 3 * [["2"]]
    assert len(site.asked) == asked + 1


async def test_not_modified_is_shared_by_those_who_ask_the_same(clients: Clients) -> None:
    site = Site()
    polled = watches(clients, site, "a", "b", "c")
    await polled.poll()
    await polled.poll()
    site.asked.clear()
    third = await polled.poll()
    assert all(not page.posts and page.complete for page in third.values())
    assert site.asked == ['"2"']


async def test_a_watch_that_comes_later_is_not_told_that_nothing_was_modified(
    clients: Clients,
) -> None:
    site = Site()
    source = FeedSource("forum", URL, clients(site), FRESH)
    for place in range(2):
        await Watches(source, f"old {place}").poll()
    polled = watches(clients, site, "a", "b")
    await polled.poll()
    await polled.poll()
    page = await source.fetch(["lumo"], None, NOW + timedelta(seconds=5))
    assert ids(page) == ["0", "1"]


async def test_what_was_fetched_is_not_served_for_long(clients: Clients) -> None:
    site = Site()
    polled = watches(clients, site, "a", "b")
    for _ in range(4):
        await polled.poll()
    site.items = 5
    assert ids((await polled.poll())["b"]) == ["2", "3", "4"]


async def test_a_clock_set_back_makes_nothing_fresh_for_longer(clients: Clients) -> None:
    site = Site()
    polled = watches(clients, site, "a", "b")
    for _ in range(3):
        await polled.poll()
    site.items = 3
    polled.round = -1_000
    assert ids((await polled.poll())["a"]) == ["2"]


async def test_a_feed_of_one_watch_is_asked_each_time(clients: Clients) -> None:
    site = Site()
    polled = watches(clients, site, "a")
    for _ in range(3):
        await polled.poll()
    assert site.asked == ["", '"2"', '"2"']
