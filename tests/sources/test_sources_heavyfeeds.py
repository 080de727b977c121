"""Long feeds, read in a process of their own."""

from __future__ import annotations

import sys
import time

import httpx
import msgspec
import pytest

from bot.errors import SourceGarbled
from bot.sources import documents, heavyfeeds
from bot.sources.feeds import read_feed
from bot.sources.heavyfeeds import LONG, MANY, is_heavy, read_heavy
from bot.sources.rss import FeedSource
from tests.builders import NOW
from tests.sources.conftest import Clients

URL = "https://forum.example.org/feed"
ITEM = (
    b"<item><guid>%d</guid><pubDate>Tue, 24 Nov 2026 09:00:00 GMT</pubDate>"
    b"<description>lumo %s</description></item>"
)
NESTED = b"<rss version='2.0'><channel><item>" + b"<a>" * 150_000


def feed(items: int, words: int) -> bytes:
    inner = b"".join(ITEM % (number, b"lamp " * words) for number in range(items))
    return b"<rss version='2.0'><channel><title>Lamps</title>" + inner + b"</channel></rss>"


def test_a_feed_as_they_are_is_not_heavy() -> None:
    assert not is_heavy(feed(50, 500))
    assert is_heavy(feed(50, 2_500))
    assert is_heavy(b"<a>" * (MANY + 1))


async def test_it_is_read_as_any_other() -> None:
    body = feed(3, LONG // 12)
    assert await read_heavy(body, URL, "", 20) == read_feed(body, URL, "")


async def test_what_is_wrong_with_it_is_told_in_the_same_words() -> None:
    with pytest.raises(SourceGarbled) as garbled:
        await read_heavy(b"<html><head>" + b" " * LONG, URL, "", 20)
    assert garbled.value.words.startswith("This is a web page, not a feed")


async def test_a_document_that_ends_its_reader_is_garbled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SourceGarbled, match="exit 1"):
        await read_heavy(feed(3, LONG // 12), URL, "", 20)


async def test_its_reader_is_ended_when_that_takes_too_long() -> None:
    begun = time.perf_counter()
    with pytest.raises(TimeoutError):
        await read_heavy(NESTED, URL, "", 0.4)
    assert time.perf_counter() - begun < 4


async def test_its_reader_is_given_more_of_a_processor_than_it_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who waits may be late to end it: it would die as if of what it read."""
    begun = list[heavyfeeds._Task]()

    async def end(task: bytes, seconds: float) -> tuple[bytes, int]:
        begun.append(msgspec.msgpack.decode(task, type=heavyfeeds._Task))
        raise TimeoutError

    monkeypatch.setattr(heavyfeeds, "_told", end)
    with pytest.raises(TimeoutError):
        await read_heavy(NESTED, URL, "", 20)
    assert [task.seconds for task in begun] == [25]


async def test_a_source_reads_a_long_feed_so(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "read_feed", None)
    body = feed(3, LONG // 12)
    source = FeedSource("forum", URL, clients(lambda _: httpx.Response(200, content=body)))
    assert len((await source.fetch([], None, NOW)).posts) == 3


async def test_a_source_whose_feed_cannot_be_read_in_time_says_so(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "READING_TIME", 0.4)
    source = FeedSource("forum", URL, clients(lambda _: httpx.Response(200, content=NESTED)))
    with pytest.raises(SourceGarbled, match="takes too long to be read"):
        await source.fetch([], None, NOW)
