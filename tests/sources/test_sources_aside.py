from __future__ import annotations

import threading

import httpx
import pytest

from bot.errors import SourceGarbled
from bot.sources import documents, hackernews
from bot.sources.aside import FEW, Aside
from bot.sources.hackernews import HackerNewsSource
from bot.sources.rss import FeedSource
from tests.builders import NOW
from tests.sources.conftest import Clients

URL = "https://forum.example.org/feed"


async def test_an_answer_that_takes_too_long_to_be_read_is_garbled() -> None:
    release = threading.Event()
    with pytest.raises(SourceGarbled, match="too long to be read"):
        await Aside(seconds=0.02).read(release.wait)
    release.set()


async def test_a_poll_whose_answer_takes_too_long_to_be_read_fails_and_the_next_does_not_wait(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(hackernews, "_read_page", lambda _: release.wait())
    source = HackerNewsSource(
        "hn", clients(lambda _: httpx.Response(200, content=b"x" * (FEW + 1)))
    )
    source._reading = Aside(seconds=0.02)
    for _ in range(2):
        with pytest.raises(SourceGarbled, match="too long to be read"):
            await source.fetch(["lumo"], None, NOW)
    release.set()


async def test_an_answer_that_can_be_read_is() -> None:
    assert await Aside(seconds=5).read(lambda: 7) == 7


async def test_a_feed_that_takes_too_long_to_be_read_is_given_up_and_holds_nobody_up(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    monkeypatch.setattr(documents, "READING_TIME", 0.02)
    monkeypatch.setattr(documents, "read_feed", lambda *_: release.wait(5))
    feed = FeedSource("forum", URL, clients(lambda _: httpx.Response(200)))
    with pytest.raises(SourceGarbled, match="takes too long to be read"):
        await feed.fetch([], None, NOW)
    release.set()


async def test_a_short_answer_is_read_at_once_and_a_long_one_aside() -> None:
    def read(_: bytes) -> int:
        return threading.get_ident()

    assert await Aside().read(read, b"x" * FEW) == threading.get_ident()
    assert await Aside().read(read, b"x" * (FEW + 1)) != threading.get_ident()
