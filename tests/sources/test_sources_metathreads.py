"""Threads: one search a term, within what a person may ask for in 24 hours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.errors import SourceRateLimited, SourceUnavailable
from bot.sources.base import Page
from bot.sources.graph import THREADS, Graph
from bot.sources.ledgers import SpentHere
from bot.sources.metathreads import SEARCHES, ThreadsSource, read_threads
from tests.builders import NOW
from tests.sources.conftest import Clients, payload
from tests.sources.graphs import KEY, Meta, ago, edge

DAY = NOW.date().isoformat()


def thread(id: str, minutes: float, **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "text": "My lumo died",
        "permalink": f"https://www.threads.net/@ada/post/{id}",
        "timestamp": ago(minutes),
        "username": "ada",
        "is_reply": False,
        **changes,
    }


@pytest.fixture
def meta() -> Meta:
    return Meta()


@pytest.fixture
def ledger() -> SpentHere:
    return SpentHere()


@pytest.fixture
def source(meta: Meta, clients: Clients, ledger: SpentHere) -> ThreadsSource:
    return ThreadsSource("threads", Graph(clients(meta), KEY, THREADS), KEY.account, ledger)


async def polled(
    source: ThreadsSource, before: Page | None = None, terms: tuple[str, ...] = ("lumo",)
) -> Page:
    return await source.fetch(terms, before.cursor if before else None, NOW)


async def test_a_post_is_told_with_all_that_threads_tells(
    meta: Meta, source: ThreadsSource
) -> None:
    told = thread(
        "7",
        5,
        root_post={"id": "3"},
        alt_text="A broken lamp",
        link_attachment_url="https://lumo.example/faq",
        topic_tag="lamps",
    )
    meta.lists["keyword_search"] = [edge(told)]
    (post,) = (await polled(source)).posts
    assert (post.id, post.url) == ("7", "https://www.threads.net/@ada/post/7")
    assert (post.author, post.author_url) == ("@ada", "https://www.threads.net/@ada")
    assert (post.text, post.thread) == ("My lumo died", "3")
    assert (post.media, post.tags) == (("A broken lamp",), ("lamps",))
    assert post.links == ("https://lumo.example/faq",)


async def test_each_term_is_a_search_for_the_most_recent(meta: Meta, source: ThreadsSource) -> None:
    await polled(source, terms=("lumo", "maison lumo"))
    asked = [request.url.params for request in meta.asked]
    assert [params["q"] for params in asked] == ["lumo", "maison lumo"]
    assert {params["search_type"] for params in asked} == {"RECENT"}
    assert asked[0]["since"] == str(int((NOW - timedelta(days=7)).timestamp()))


async def test_pages_are_read_back_and_each_post_is_told_once(
    meta: Meta, source: ThreadsSource
) -> None:
    meta.lists["keyword_search"] = [edge(thread("3", 5), after="1"), edge(thread("2", 60))]
    first = await polled(source)
    meta.lists["keyword_search"] = [edge(thread("4", 1), thread("3", 5), thread("2", 60))]
    second = await polled(source, first)
    assert [post.id for post in first.posts] == ["2", "3"]
    assert [post.id for post in second.posts] == ["4"]


async def test_a_search_that_finds_nothing_is_not_counted(
    meta: Meta, source: ThreadsSource, ledger: SpentHere
) -> None:
    first = await polled(source)
    assert await ledger.spent(f"threads {KEY.account}", DAY) == 0
    meta.lists["keyword_search"] = [edge(thread("3", 5))]
    await polled(source, first)
    assert await ledger.spent(f"threads {KEY.account}", DAY) == 1


async def test_watches_take_turns(source: ThreadsSource) -> None:
    first = await polled(source, terms=("lumo", "lamp"))
    second = await polled(source, terms=("clair", "light"))
    assert first.resume_at
    assert second.resume_at
    assert second.resume_at - NOW == 2 * (first.resume_at - NOW)


async def test_without_a_search_left_a_poll_is_put_off(
    meta: Meta, source: ThreadsSource, ledger: SpentHere
) -> None:
    first = await polled(source)
    await ledger.spend(f"threads {KEY.account}", DAY, SEARCHES.most, SEARCHES.most)
    second = await polled(source, first)
    assert second.pending
    assert second.resume_at == datetime(2026, 11, 25, tzinfo=UTC)
    with pytest.raises(SourceRateLimited, match="2000 searches a day"):
        await polled(source)


def test_over_midnight_too_no_more_is_asked_than_in_24_hours() -> None:
    start = datetime(2026, 11, 24, tzinfo=UTC)
    for hour in range(24):
        at = start + timedelta(hours=hour)
        today = SEARCHES.most - SEARCHES.by(at)
        tomorrow = SEARCHES.by(at + timedelta(days=1))
        assert today + tomorrow <= 2_200


@pytest.mark.payloads
def test_recorded_posts_are_read() -> None:
    body = payload("meta/threads.user_posts.json")
    found = read_threads(body, "threads", NOW)
    assert len(found.posts) == len(json.loads(body)["data"])
    assert all(post.url and post.text and post.author and post.at < NOW for post in found.posts)


async def test_a_search_that_breaks_off_is_put_once(
    meta: Meta, source: ThreadsSource, ledger: SpentHere
) -> None:
    meta.refuses = lambda _: httpx.Response(503)
    with pytest.raises(SourceUnavailable):
        await polled(source)
    assert len(meta.asked) == await ledger.spent(f"threads {KEY.account}", DAY) == 1
