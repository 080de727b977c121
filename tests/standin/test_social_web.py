"""The small social web as a whole, its pages and its feeds, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Literal
from xml.etree import ElementTree

import httpx
import pytest

from bot.standin.social import (
    FORUM,
    HACKER_NEWS,
    MAGAZINE,
    MASTODON,
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
        {"name": place.name, "kind": place.kind, "url": place.url}
        for place in (*web.places, web.tool)
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


async def test_a_place_knows_when_it_has_answered(web: SocialWeb, http: httpx.AsyncClient) -> None:
    server = web.place(FORUM).server
    web.fail(FORUM, Fault(status=503))
    await http.get(web.feed_urls[0])
    assert server.asked.is_set()
    assert not server.answered.is_set()
    web.heal(FORUM)
    shown = await http.get(web.feed_urls[0])
    assert server.answered.is_set()
    assert "nosniff" in shown.headers["X-Content-Type-Options"]


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
    assert phases.count("launch") == 35 + 1  # one is the tool’s
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


async def test_a_place_knows_when_what_is_new_of_the_brand_is_asked_for(
    web: SocialWeb, http: httpx.AsyncClient
) -> None:
    feed, search = web.feed_urls[0], f"{web.hackernews_url}/api/v1/search_by_date"
    tag = f"{web.mastodon_url}/api/v1/timelines/tag"
    for name, others, first, again in (
        (FORUM, web.place(FORUM).url, feed, feed),
        (HACKER_NEWS, f"{search}?query=norda", f"{search}?query=lumo", f"{search}?query=lumo"),
        (MASTODON, f"{tag}/norda?min_id=1", f"{tag}/lumo?max_id=9", f"{tag}/lumo?min_id=1"),
    ):
        for url, is_asked_again in (
            (others, False),
            (first, False),
            (others, False),
            (again, True),
        ):
            await http.get(url)
            assert web.place(name).server.asked_again.is_set() == is_asked_again


async def test_the_acts_wait_for_their_beginning_and_begin_once() -> None:
    web = await SocialWeb.start(seed=7, now=NOW, pace=1_000, begun=False)
    try:
        before = web.describe()["posts"]
        for _ in range(20):
            await asyncio.sleep(0)
        assert web.describe()["posts"] == before
        told = asyncio.Event()
        web.watch(told.set)
        web.begin()
        web.begin()
        await asyncio.wait_for(told.wait(), 5)
        assert len(web._plays) == 3  # the week’s, what is told again, and the tool’s
    finally:
        await web.close()


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1", "x", "%00", "1e9"])
async def test_no_query_breaks_a_place(
    web: SocialWeb, http: httpx.AsyncClient, number: str
) -> None:
    tags, search = "/api/v1/timelines/tag/lumo", "/api/v1/search_by_date"
    asked = [web.mastodon_url + tags + f"?{name}={number}" for name in ("limit", "max_id", "x")]
    asked += [
        web.hackernews_url + search + f"?{name}={number}"
        for name in ("page", "hitsPerPage", "numericFilters", "query")
    ]
    for address in asked:
        assert (await http.get(address)).status_code < 500


async def test_a_place_goes_by_its_own_name_alone(web: SocialWeb, http: httpx.AsyncClient) -> None:
    for place in web.places:
        rebound = await http.get(place.url, headers={"Host": "evil.example"})
        assert rebound.status_code == 403
        front = await http.get(place.url)
        assert front.status_code == 200
        assert "default-src 'none'" in front.headers["Content-Security-Policy"]
