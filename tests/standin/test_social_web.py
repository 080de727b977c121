"""The servers of the small social web, asked over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

import httpx
import pytest

from bot.standin.social import (
    FORUM,
    HACKER_NEWS,
    MAGAZINE,
    MASTODON,
    Author,
    Fault,
    SocialWeb,
)
from bot.standin.social.posts import PlaceName

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
async def web() -> AsyncIterator[SocialWeb]:
    social = await SocialWeb.start(seed=7, now=NOW, pace=0)
    yield social
    await social.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def _until(web: SocialWeb, done: Callable[[], bool]) -> None:
    """Return when `done`, told by the web's own changes; fail after ten seconds."""
    changed = asyncio.Event()
    stop = web.watch(changed.set)
    async with asyncio.timeout(10):
        while not done():
            changed.clear()
            await changed.wait()
    stop()


async def test_describe_tells_the_places_the_phase_and_the_posts(web: SocialWeb) -> None:
    told = web.describe()

    assert [(place.name, place.kind) for place in web.places] == [
        (FORUM, "feed"),
        (MAGAZINE, "feed"),
        (MASTODON, "mastodon"),
        (HACKER_NEWS, "hackernews"),
    ]
    assert told["places"] == [
        {"name": place.name, "kind": place.kind, "url": place.url} for place in web.places
    ]
    assert told["phase"] == "quiet"
    assert told["posts"] == sum(len(place.posts) for place in web.places) > 600


async def test_every_place_and_every_post_can_be_opened(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    for place in web.places:
        front = await http.get(place.url)
        assert front.status_code == 200
        assert place.name in front.text
        newest = place.posts[-1]
        page = await http.get(newest.url)
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert newest.draft.author.handle in page.text


async def test_a_post_that_is_not_there_is_not_found(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    for url in (f"{web.hackernews_url}/item?id=1", f"{web.mastodon_url}/@nobody/1"):
        assert (await http.get(url)).status_code == 404


async def test_a_page_shows_markup_as_text(web: SocialWeb, http: httpx.AsyncClient) -> None:
    post = web.publish(FORUM, "<script>alert(1)</script>", title="<b>bold</b>")

    page = (await http.get(post.url)).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;bold" in page


async def test_the_forum_is_well_formed_rss_with_the_newest_post_first(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    topic = web.publish(FORUM, "It hums & <buzzes>\x00", title="Noise", author="ada")
    answer = web.publish(FORUM, "Mine too", reply_to=topic.id, at=topic.at + timedelta(seconds=2))

    reply = await http.get(web.feed_urls[0])
    root = ElementTree.fromstring(reply.content)  # noqa: S314 (our own)
    assert reply.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    first, second = root.findall("./channel/item")[:2]
    assert [first.findtext("title"), first.findtext("guid")] == ["Re: Noise", answer.url]
    assert second.findtext("description") == "<p>It hums &amp; &lt;buzzes&gt;</p>"
    assert second.findtext("pubDate", "").endswith("GMT")
    assert len(root.findall("./channel/item")) > 100


async def test_the_magazine_is_well_formed_atom(web: SocialWeb, http: httpx.AsyncClient) -> None:
    post = web.publish(MAGAZINE, "Un essai.", title="La lampe", language="fr")

    root = ElementTree.fromstring((await http.get(web.feed_urls[1])).content)  # noqa: S314
    entry = root.findall(f"{ATOM}entry")[0]
    assert entry.findtext(f"{ATOM}title") == "La lampe"
    assert entry.findtext(f"{ATOM}id") == post.url
    assert entry.findtext(f"{ATOM}updated", "").endswith("Z")


async def test_a_feed_is_sent_again_only_when_it_has_changed(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    for url, place in zip(web.feed_urls, (FORUM, MAGAZINE), strict=True):
        first = await http.get(url)
        known = {
            "If-None-Match": first.headers["ETag"],
            "If-Modified-Since": first.headers["Last-Modified"],
        }
        again = await http.get(url, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, max-age=2"

        web.publish(place, "news")
        assert (await http.get(url, headers=known)).status_code == 200


async def test_a_hashtag_timeline_can_be_walked_forward_through_its_links(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    url: str | None = f"{web.mastodon_url}/api/v1/timelines/tag/LUMO?limit=40&min_id=0"
    walked: list[str] = []
    while url:
        reply = await http.get(url)
        walked += [status["id"] for status in reversed(reply.json())]
        url = reply.links.get("prev", {}).get("url")

    assert walked == [post.id for post in web.place(MASTODON).posts]
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


@pytest.mark.parametrize("kind", ["complaint", "praise"])
async def test_rain_posts_once_in_the_words_given(
    web: SocialWeb, http: httpx.AsyncClient, kind: Literal["complaint", "praise"]
) -> None:
    assert await web.rain(kind, "en", "  My lamp & I are done.  ") == 1
    assert await web.rain(kind, "fr") == 1

    ready, own = web.place(MASTODON).posts[-1], web.place(MASTODON).posts[-2]
    assert own.draft.text == "My lamp & I are done. #lumo"
    assert (ready.draft.language, ready.draft.text.endswith("#lumo")) == ("fr", True)
    shown = (await http.get(f"{web.mastodon_url}/api/v1/timelines/tag/lumo?limit=1")).json()
    assert shown[0]["id"] == ready.id


async def test_a_wave_of_rain_brings_as_many_posts_as_it_says(web: SocialWeb) -> None:
    before = len(web.place(MASTODON).posts) + len(web.place(FORUM).posts)

    said = await web.rain("wave", "fr", "Encore une panne")
    assert said == 31
    await _until(
        web, lambda: len(web.place(MASTODON).posts) + len(web.place(FORUM).posts) == before + said
    )


async def test_rain_of_an_unknown_kind_is_refused(web: SocialWeb) -> None:
    with pytest.raises(ValueError, match="hail"):
        await web.rain("hail", "en")  # type: ignore[arg-type]


@pytest.mark.parametrize("place", [FORUM, MAGAZINE, MASTODON, HACKER_NEWS])
async def test_an_answer_to_nothing_is_refused(web: SocialWeb, place: PlaceName) -> None:
    with pytest.raises(KeyError):
        web.publish(place, "Yes!", reply_to="none")


async def test_watchers_are_told_of_each_post_until_they_stop(web: SocialWeb) -> None:
    told: list[object] = []
    stop = web.watch(lambda: told.append(web.describe()["posts"]))
    before = web.describe()["posts"]

    web.publish(FORUM, "one")
    stop()
    web.publish(FORUM, "two")
    assert isinstance(before, int)
    assert told == [before + 1]


async def test_a_place_fails_as_told_until_it_is_healed(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    url = web.feed_urls[0]
    web.fail(FORUM, Fault(status=503, headers={"Retry-After": "2"}, body=b"<h1>Tired</h1>"))
    failed = await http.get(url)
    web.heal(FORUM)

    assert (failed.status_code, failed.headers["Retry-After"]) == (503, "2")
    assert failed.text == "<h1>Tired</h1>"
    assert (await http.get(url)).status_code == 200


async def test_a_slow_place_keeps_nobody_from_closing(http: httpx.AsyncClient) -> None:
    web = await SocialWeb.start(now=NOW, pace=0)
    web.fail(MASTODON, Fault(delay=600))
    asked = asyncio.create_task(http.get(web.mastodon_url))
    async with asyncio.timeout(10):
        await web.place(MASTODON).server.asked.wait()

    async with asyncio.timeout(2):
        await web.close()
    with pytest.raises(httpx.TransportError):
        await asked


async def test_the_acts_are_played_at_the_pace_asked_for() -> None:
    web = await SocialWeb.start(seed=7, now=NOW, pace=100)
    phases: list[object] = []
    web.watch(lambda: phases.append(web.describe()["phase"]))

    await _until(web, lambda: "crisis" in phases)
    await web.close()
    count = web.describe()["posts"]

    assert list(dict.fromkeys(phases)) == ["quiet", "launch", "calm", "crisis"]
    assert phases.count("launch") == 35
    posts = web.place(MASTODON).posts
    crisis_began = next(post for post in posts if post.draft.key == "crisis/1")
    assert "3 am" in crisis_began.draft.text
    assert NOW < crisis_began.at < NOW + timedelta(seconds=10)
    await asyncio.sleep(0)
    assert web.describe()["posts"] == count


async def test_the_night_desk_makes_a_complaint_heard(http: httpx.AsyncClient) -> None:
    web = await SocialWeb.start(seed=7, now=NOW, pace=500)
    mastodon = web.place(MASTODON)

    def reshared() -> str:
        return next((post.draft.shares for post in mastodon.posts if post.draft.shares), "")

    await _until(web, lambda: bool(reshared()))
    shared = mastodon.resolve(reshared())
    status = (await http.get(f"{web.mastodon_url}/api/v1/statuses/{shared.id}")).json()
    await web.close()
    assert status["reblogs_count"] >= 240
