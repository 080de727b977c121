"""Mastodon and Hacker News, asked over real sockets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.standin.social import HACKER_NEWS, MASTODON, Author, SocialWeb

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)


@pytest.fixture
async def web() -> AsyncIterator[SocialWeb]:
    social = await SocialWeb.start(seed=7, now=NOW, pace=0)
    yield social
    await social.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def test_a_hashtag_timeline_can_be_walked_forward_through_its_links(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    url: str | None = f"{web.mastodon_url}/api/v1/timelines/tag/LUMO?limit=40&min_id=0"
    walked: list[str] = []
    while url:
        reply = await http.get(url)
        walked += [status["id"] for status in reversed(reply.json())]
        url = reply.links.get("prev", {}).get("url")

    posts = web.place(MASTODON).posts
    assert walked == [post.id for post in posts if "#lumo" in post.draft.text.lower()]
    assert all(int(before) < int(after) for before, after in pairwise(walked))


async def test_a_status_tells_who_wrote_what_to_whom(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    ada = Author("ada_rows", "Ada ☕", 1_234)
    first = web.publish(MASTODON, "Is it you, #LumoDawn?", author=ada, at=NOW)
    answer = web.publish(MASTODON, "Yes #LumoDawn", reply_to=first.id, language="fr")

    newest, oldest = (await http.get(f"{web.mastodon_url}/api/v1/timelines/tag/lumodawn")).json()
    assert newest["in_reply_to_id"] == oldest["id"] == first.id
    assert newest["in_reply_to_account_id"] == oldest["account"]["id"]
    assert (oldest["replies_count"], newest["replies_count"]) == (1, 0)
    assert oldest["created_at"] == "2026-03-12T16:20:00.000Z"
    assert oldest["account"]["followers_count"] == 1_234
    assert oldest["account"]["display_name"] == "Ada ☕"
    assert oldest["url"] == f"{web.mastodon_url}/@ada_rows/{first.id}"
    assert oldest["uri"] == f"{web.mastodon_url}/users/ada_rows/statuses/{first.id}"
    assert newest["content"].startswith('<p><span class="h-card"')
    assert newest["tags"][0]["name"] == "lumodawn"
    assert (newest["language"], newest["url"]) == ("fr", answer.url)


@pytest.mark.payloads
async def test_a_status_and_a_hit_have_the_fields_of_recorded_ones(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    timeline = f"{web.mastodon_url}/api/v1/timelines/tag/lumo?limit=1"
    (status,) = (await http.get(timeline)).json()
    (hit,) = (await _search(web, http, tags="comment", hitsPerPage="1")).json()["hits"]

    (recorded,) = _recorded("mastodon/test_hashtag_tl.02.body.json")
    assert _kinds(status).items() <= _kinds(recorded).items()
    assert _kinds(status["account"]).items() <= _kinds(recorded["account"]).items()
    (recorded,) = _recorded(
        "hackernews/17_search_by_date_hitsPerPage_1_tags_comment_query_apple.json"
    )["hits"]
    assert _kinds(recorded).keys() <= _kinds(hit).keys()
    texts = ("author", "comment_text", "created_at", "objectID", "story_title")
    assert {name: type(hit[name]) for name in texts} == dict.fromkeys(texts, str)


def _recorded(name: str) -> Any:
    path = Path(__file__).parents[2].parent / "shared" / "payloads" / name
    if not path.exists():
        pytest.skip("the recorded payloads are not beside the checkout")
    return json.loads(path.read_bytes())


def _kinds(entity: dict[str, object]) -> dict[str, type]:
    """The kind of each field that has a value, but those that may be null by nature."""
    nullable = {"in_reply_to_id", "in_reply_to_account_id", "language", "application", "title"}
    return {name: type(value) for name, value in entity.items() if name not in nullable}


async def test_an_unknown_tag_is_an_empty_timeline(web: SocialWeb, http: httpx.AsyncClient) -> None:
    reply = await http.get(f"{web.mastodon_url}/api/v1/timelines/tag/nothing")

    assert reply.json() == []
    assert "Link" not in reply.headers


async def test_mastodon_counts_requests_and_refuses_too_many(http: httpx.AsyncClient) -> None:
    web = await SocialWeb.start(now=NOW, pace=0, rate_limit=2)
    instance = f"{web.mastodon_url}/api/v2/instance"
    replies = [await http.get(instance) for _ in range(3)]
    await web.close()

    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
    assert replies[2].json() == {"error": "Too many requests"}
    reset = datetime.fromisoformat(replies[0].headers["X-RateLimit-Reset"])
    assert NOW < reset <= NOW + timedelta(minutes=5)


async def _search(web: SocialWeb, http: httpx.AsyncClient, **params: str) -> httpx.Response:
    return await http.get(f"{web.hackernews_url}/api/v1/search_by_date", params=params)


async def test_a_search_shows_stories_and_comments_as_the_index_does(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    story = web.publish(HACKER_NEWS, "It's on/off\n\ntwice", title="Zeppelin & Lumo", at=NOW)
    web.publish(
        HACKER_NEWS, "It's <fine>", reply_to=story.id, author="ben", at=NOW + timedelta(seconds=1)
    )

    found = (await _search(web, http, query="zeppelin", tags="(story,comment)")).json()
    comment, told = found["hits"]
    assert found["nbHits"] == 2
    assert comment["title"] is None
    assert comment["comment_text"] == "It&#x27;s &lt;fine&gt;"
    assert (comment["story_title"], comment["parent_id"]) == ("Zeppelin & Lumo", int(story.id))
    assert comment["_tags"] == ["comment", "author_ben", f"story_{story.id}"]
    assert (comment["points"], comment["num_comments"]) == (None, None)
    assert told["story_text"] == "It&#x27;s on&#x2F;off<p>twice"
    assert (told["comment_text"], told["num_comments"]) == (None, 1)
    assert (told["created_at"], told["created_at_i"]) == (
        "2026-03-12T16:20:00Z",
        int(NOW.timestamp()),
    )


async def test_a_search_is_paged_within_a_window_newest_first(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    since, until = NOW - timedelta(days=5), NOW - timedelta(days=2)
    window = f"created_at_i>={int(since.timestamp())},created_at_i<{int(until.timestamp())}"
    pages = []
    for page in range(20):
        answer = (
            await _search(
                web, http, query="", numericFilters=window, hitsPerPage="7", page=str(page)
            )
        ).json()
        pages.append(answer)
        if page + 1 >= answer["nbPages"]:
            break

    hits = [hit for page in pages for hit in page["hits"]]
    expected = {
        post.id
        for post in web.place(HACKER_NEWS).posts
        if int(since.timestamp()) <= int(post.at.timestamp()) < int(until.timestamp())
    }
    assert {hit["objectID"] for hit in hits} == expected
    assert len(hits) == len(expected) == pages[0]["nbHits"] > 20
    times = [hit["created_at_i"] for hit in hits]
    assert times == sorted(times, reverse=True)


async def test_a_search_never_shows_more_than_a_thousand(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    for number in range(1_010):
        web.publish(HACKER_NEWS, "text", title=f"Zebra {number}", at=NOW)

    first = (await _search(web, http, query="zebra", hitsPerPage="400")).json()
    last = (await _search(web, http, query="zebra", hitsPerPage="400", page="2")).json()
    beyond = (await _search(web, http, query="zebra", hitsPerPage="400", page="3")).json()
    assert (first["nbHits"], first["nbPages"]) == (1_010, 3)
    assert [len(answer["hits"]) for answer in (first, last, beyond)] == [400, 200, 0]


async def test_a_wrong_search_is_refused(web: SocialWeb, http: httpx.AsyncClient) -> None:
    for wrong in ({"numericFilters": "when=now"}, {"page": "-1"}, {"hitsPerPage": "all"}):
        reply = await _search(web, http, **wrong)
        assert (reply.status_code, reply.json()["status"]) == (400, 400)
