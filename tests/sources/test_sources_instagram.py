"""Instagram: what an account is tagged in, and a few hashtags."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import SourceRefused
from bot.sources.base import Page
from bot.sources.graph import FACEBOOK, Graph
from bot.sources.instagram import InstagramSource, read_media
from bot.sources.ledgers import SpentHere
from tests.builders import NOW
from tests.sources.conftest import Clients, Clock, payload
from tests.sources.graphs import KEY, Meta, ago, edge, refused

ACCOUNT = "1784"


def media(id: str, minutes: float, **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "caption": "My lumo, at last #lamps",
        "timestamp": ago(minutes),
        "permalink": f"https://www.instagram.com/p/{id}/",
        "like_count": 3,
        "comments_count": 1,
        "media_type": "IMAGE",
        **changes,
    }


@pytest.fixture
def meta() -> Meta:
    made = Meta()
    made.lists["ig_hashtag_search"] = [edge({"id": "555"})]
    return made


@pytest.fixture
def source(meta: Meta, clients: Clients) -> InstagramSource:
    return made(meta, clients)


def made(
    meta: Meta, clients: Clients, tags: tuple[str, ...] = (), ledger: SpentHere | None = None
) -> InstagramSource:
    graph = Graph(clients(meta), KEY, FACEBOOK)
    return InstagramSource("pictures", graph, ACCOUNT, tags, ledger or SpentHere())


async def polled(source: InstagramSource, before: Page | None = None) -> Page:
    return await source.fetch(["lumo"], before.cursor if before else None, NOW)


async def test_a_picture_the_account_is_tagged_in_is_told(
    meta: Meta, source: InstagramSource
) -> None:
    meta.lists["1784/tags"] = [edge(media("A", 5, username="ada"))]
    (post,) = (await polled(source)).posts
    assert (post.id, post.url) == ("A", "https://www.instagram.com/p/A/")
    assert (post.author, post.author_url) == ("@ada", "https://www.instagram.com/ada")
    assert (post.text, post.engagement) == ("My lumo, at last #lamps", 4)
    assert "username" in meta.asked[0].url.params["fields"]


async def test_a_hashtag_is_made_of_the_words_and_asked_for_by_its_id(
    meta: Meta, source: InstagramSource
) -> None:
    meta.lists["555/recent_media"] = [edge(media("A", 5))]
    (post,) = (await polled(source)).posts
    assert (post.tags, post.author) == (("lumo",), "")
    assert meta.asked[1].url.params["q"] == "lumo"
    assert meta.asked[2].url.params["user_id"] == ACCOUNT
    assert "username" not in meta.asked[2].url.params["fields"]


async def test_the_id_of_a_hashtag_is_asked_for_once(meta: Meta, source: InstagramSource) -> None:
    first = await polled(source)
    await polled(source, first)
    assert meta.paths().count("ig_hashtag_search") == 1


async def test_a_hashtag_that_nobody_used_is_no_fault(meta: Meta, source: InstagramSource) -> None:
    meta.lists["ig_hashtag_search"] = [refused(24)]
    meta.lists["1784/tags"] = [edge(media("A", 5))]
    page = await polled(source)
    assert [post.id for post in page.posts] == ["A"]
    assert page.complete


async def test_all_pages_of_a_hashtag_are_read_though_each_names_the_next_alike(
    meta: Meta, source: InstagramSource
) -> None:
    older, newer = edge(media("A", 900), after="1"), edge(media("B", 5), after="1")
    meta.lists["555/recent_media"] = [older, newer]
    page = await polled(source)
    assert {post.id for post in page.posts} == {"A", "B"}
    assert meta.paths().count("555/recent_media") == 5


async def test_each_is_told_once_wherever_it_is_found(meta: Meta, source: InstagramSource) -> None:
    meta.lists["1784/tags"] = [edge(media("A", 5))]
    meta.lists["555/recent_media"] = [edge(media("A", 5))]
    first = await polled(source)
    second = await polled(source, first)
    assert [post.id for post in first.posts] == ["A"]
    assert second.posts == ()


async def test_thirty_hashtags_in_seven_days_and_no_more(
    meta: Meta, clients: Clients, clock: Clock
) -> None:
    ledger = SpentHere()
    thirty = made(meta, clients, tuple(f"tag{n}" for n in range(30)), ledger)
    page = await polled(thirty)
    clock.forward(days=3)
    await polled(thirty, page)
    one_more = made(meta, clients, ("other",), ledger)
    with pytest.raises(SourceRefused, match="#other is one more"):
        await polled(one_more)
    clock.forward(days=6)
    await polled(one_more)


def test_what_has_no_words_is_left_out() -> None:
    body = json.dumps(edge(media("A", 5, caption=None), media("B", 5))).encode()
    assert [post.id for post in read_media(body, "pictures", NOW).posts] == ["B"]


@pytest.mark.payloads
def test_recorded_pictures_are_read() -> None:
    body = payload("meta/instagram.users.tagged_medias.json")
    found = read_media(body, "pictures", NOW)
    assert len(found.posts) == sum("caption" in one for one in json.loads(body)["data"])
    assert all(post.url and post.at < NOW - timedelta(days=1) for post in found.posts)


@pytest.mark.payloads
def test_recorded_pictures_without_words_are_left_out() -> None:
    body = payload("meta/instagram.hashtags.hashtag_recent_medias_p1.json")
    found = read_media(body, "pictures", NOW, ("lumo",))
    assert (found.posts, found.more) == ((), "after=after")
