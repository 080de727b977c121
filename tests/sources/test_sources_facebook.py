"""What others say on a Facebook Page, under its posts, and where it is tagged."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.errors import SourceGarbled
from bot.sources.base import Page
from bot.sources.facebook import FacebookSource
from bot.sources.graph import FACEBOOK, Graph
from bot.sources.pageposts import Place, read_comments, read_feed
from tests.builders import NOW
from tests.sources.conftest import Clients, payload
from tests.sources.graphs import KEY, Meta, ago, edge

PAGE = "177"


def post(number: int, minutes: float, by: str = PAGE, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{PAGE}_{number}",
        "message": "The lumo is back.\nCome and see.",
        "created_time": ago(minutes),
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{number}",
        "from": {"id": by, "name": "Maison Lumo" if by == PAGE else "Ada"},
        **changes,
    }


def comment(number: int, minutes: float, by: str = "9", **changes: Any) -> dict[str, Any]:
    return {
        "id": f"1_{number}",
        "message": "Mine broke",
        "created_time": ago(minutes),
        "permalink_url": f"https://www.facebook.com/{PAGE}/posts/1?comment_id={number}",
        "from": {"id": by, "name": "Ada"},
        "like_count": 3,
        "comment_count": 1,
        **changes,
    }


@pytest.fixture
def meta() -> Meta:
    return Meta()


@pytest.fixture
def source(meta: Meta, clients: Clients) -> FacebookSource:
    return FacebookSource("page", Graph(clients(meta), KEY, FACEBOOK), PAGE)


async def polled(source: FacebookSource, before: Page | None = None) -> Page:
    return await source.fetch(["lumo"], before.cursor if before else None, NOW)


async def test_a_visitors_post_is_told_with_all_that_facebook_tells(
    meta: Meta, source: FacebookSource
) -> None:
    told = post(
        1,
        5,
        by="9",
        attachments={"data": [{"unshimmed_url": "https://news.example/lumo"}]},
        message_tags=[{"id": PAGE, "name": "Maison Lumo", "type": "page"}],
        shares={"count": 2},
        reactions={"data": [], "summary": {"total_count": 5}},
    )
    meta.lists["177/feed"] = [edge(told)]
    (found,) = (await polled(source)).posts
    assert (found.id, found.author) == ("177_1", "Ada")
    assert found.url == "https://www.facebook.com/177/posts/1"
    assert found.author_url == "https://www.facebook.com/9"
    assert found.text == "The lumo is back.\nCome and see."
    assert (found.engagement, found.thread) == (7, "")
    assert (found.links, found.handles) == (("https://news.example/lumo",), ("Maison Lumo",))


async def test_what_the_page_itself_says_is_left_out(meta: Meta, source: FacebookSource) -> None:
    ours = comment(2, 4, by=PAGE)
    meta.lists["177/feed"] = [edge(post(1, 5, comments=edge(comment(3, 3), ours)))]
    assert [found.id for found in (await polled(source)).posts] == ["1_3"]


async def test_a_comment_belongs_to_its_post(meta: Meta, source: FacebookSource) -> None:
    meta.lists["177/feed"] = [edge(post(1, 5, comments=edge(comment(3, 3))))]
    (found,) = (await polled(source)).posts
    assert (found.thread, found.title) == ("177_1", "The lumo is back.")
    assert (found.text, found.engagement) == ("Mine broke", 4)


async def test_posts_that_the_page_is_tagged_in_are_told(
    meta: Meta, source: FacebookSource
) -> None:
    tagged = post(1, 5, by="9", id="9_1")
    meta.lists["177/tagged"] = [edge(tagged)]
    assert [found.id for found in (await polled(source)).posts] == ["9_1"]


async def test_a_new_comment_on_an_old_post_is_told_once(
    meta: Meta, source: FacebookSource
) -> None:
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=edge(comment(1, 90))))]
    first = await polled(source)
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=edge(comment(2, 1), comment(1, 90))))]
    second = await polled(source, first)
    assert [found.id for found in first.posts] == ["1_1"]
    assert [found.id for found in second.posts] == ["1_2"]
    assert second.complete


async def test_more_comments_than_come_with_a_post_are_read_on(
    meta: Meta, source: FacebookSource
) -> None:
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=edge(comment(1, 90))))]
    first = await polled(source)
    newest = edge(comment(3, 1), after="1")
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=newest))]
    meta.lists["177_1/comments"] = [edge(), edge(comment(2, 2), comment(1, 900), after="2")]
    second = await polled(source, first)
    assert {found.id for found in second.posts} == {"1_2", "1_3"}
    assert second.complete
    assert meta.paths().count("177_1/comments") == 1


async def test_a_storm_of_comments_that_is_not_read_to_its_end_is_a_gap(
    meta: Meta, source: FacebookSource
) -> None:
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=edge(comment(1, 90))))]
    first = await polled(source)
    newest = edge(comment(10, 1), after="1")
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=newest))]
    pages = [edge(comment(10 + n, 1), after=str(n + 1)) for n in range(9)]
    meta.lists["177_1/comments"] = list(pages)
    assert not (await polled(source, first)).complete


async def test_an_empty_page_with_a_next_one_is_not_the_end(
    meta: Meta, source: FacebookSource
) -> None:
    meta.lists["177/feed"] = [edge(after="1"), edge(post(1, 5, by="9"))]
    assert [found.id for found in (await polled(source)).posts] == ["177_1"]


async def test_it_rests_when_most_of_what_is_allowed_is_used(
    meta: Meta, source: FacebookSource
) -> None:
    meta.headers = {"x-app-usage": '{"call_count": 99}'}
    page = await polled(source)
    assert page.resume_at
    assert meta.paths() == ["177/feed"]
    assert page.pending


async def test_it_rests_before_it_reads_more_comments(meta: Meta, source: FacebookSource) -> None:
    meta.lists["177/feed"] = [edge(post(1, 50_000, comments=edge(comment(1, 90))))]
    first = await polled(source)
    newest = edge(comment(3, 1), after="1")
    meta.lists["177/feed"] = [edge(*(post(n, 50_000, comments=newest) for n in (1, 2)))]
    meta.lists["177_1/comments"] = [edge(), edge(comment(2, 2), after="2")]
    meta.refuses = lambda request: (
        httpx.Response(
            200, json=edge(comment(2, 2), after="2"), headers={"x-app-usage": '{"call_count": 99}'}
        )
        if request.url.path.endswith("/comments")
        else None
    )
    page = await polled(source, first)
    assert sum(path.endswith("/comments") for path in meta.paths()) == 1
    assert (page.pending, bool(page.resume_at)) == (True, True)
    assert {found.id for found in page.posts} == {"1_2", "1_3"}


def test_comments_that_cannot_be_read_hurt_themselves_alone() -> None:
    broken = post(1, 5, by="9", comments={"data": [7, {"id": []}]}, message_tags="x")
    feed = read_feed(json.dumps(edge(broken, {"id": {}})).encode(), "page", NOW)
    assert [found.id for found in feed.posts] == ["177_1"]


def test_what_is_no_list_is_garbled() -> None:
    with pytest.raises(SourceGarbled):
        read_feed(b"{}", "page", NOW)


@pytest.mark.payloads
@pytest.mark.parametrize("name", ["feed_fields_p1", "feeds_default_fields_p1"])
def test_recorded_feeds_are_read(name: str) -> None:
    body = payload(f"meta/facebook.posts.{name}.json")
    feed = read_feed(body, "page", NOW)
    assert len(feed.posts) == len(json.loads(body)["data"])
    assert all(found.id and found.url and found.text and found.at < NOW for found in feed.posts)
    assert feed.more


@pytest.mark.payloads
@pytest.mark.parametrize("name", ["comments_p1", "comments_p2"])
def test_recorded_comments_are_read(name: str) -> None:
    body = payload(f"meta/facebook.comments.{name}.json")
    found = read_comments(body, "page", Place("1_2", "A post"), NOW)
    assert len({one.id for one in found.posts}) == len(json.loads(body)["data"])
    assert all(one.url and one.text and one.at < NOW for one in found.posts)
