import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

import httpx
import pytest
from aiohttp import web

from bot.domain.mention import Post
from bot.errors import SourceGarbled, SourceRateLimited
from bot.sources.aside import Aside
from bot.sources.base import Page
from bot.sources.http import PoliteClient
from bot.sources.rss import FeedSource
from bot.sources.text import plain
from tests.builders import NOW
from tests.loopback import Serve
from tests.sources.conftest import Clients, payload, payload_names

URL = "https://forum.example/feed.xml"


def item(guid: str = "", title: str = "Lumo", link: str = "", more: str = "") -> str:
    parts = [f"<title>{escape(title)}</title>"]
    parts += [f"<guid isPermaLink='false'>{escape(guid)}</guid>"] if guid else []
    parts += [f"<link>{escape(link)}</link>"] if link else []
    return f"<item>{''.join(parts)}{more}</item>"


def rss(*items: str) -> bytes:
    inside = "".join(["<title>Forum</title>", *items])
    return f"<rss version='2.0'><channel>{inside}</channel></rss>".encode()


class Site:
    """A feed that a test writes; `requests` are those that came."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.headers: dict[str, str] = {}
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        etag = self.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return httpx.Response(304, headers=self.headers)
        return httpx.Response(200, headers=self.headers, content=self.body)


async def fetch(client: PoliteClient, cursor: str | None = None, now: datetime = NOW) -> Page:
    return await FeedSource("forum", URL, client).fetch(["lumo"], cursor, now)


async def only(clients: Clients, body: bytes) -> Post:
    (post,) = (await fetch(clients(Site(body)))).posts
    return post


async def test_an_item_becomes_a_post(clients: Clients) -> None:
    body = rss(
        item(
            "t1",
            "My <b>lamp</b>",
            "/t/1",
            """<pubDate>Tue, 24 Nov 2026 09:30:00 +0100</pubDate>
            <description>&lt;p&gt;It died.&lt;p&gt;Twice &amp;amp; fast.</description>
            <dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ada</dc:creator>
            <slash:comments xmlns:slash="http://purl.org/rss/1.0/modules/slash/">7</slash:comments>
            <thr:in-reply-to xmlns:thr="http://purl.org/syndication/thread/1.0" ref="t0"/>""",
        )
    )
    assert await only(clients, body) == Post(
        source="forum",
        id="t1",
        url="https://forum.example/t/1",
        title="My lamp",
        text="It died.\nTwice & fast.",
        author="Ada",
        at=datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        engagement=7,
        thread="t0",
    )


async def test_an_item_is_returned_once(clients: Clients) -> None:
    site = Site(rss(item("1"), item("2")))
    client = clients(site)
    first = await fetch(client)
    assert [post.id for post in first.posts] == ["1", "2"]
    site.body = rss(item("3"), item("1"), item("2"))
    second = await fetch(client, first.cursor)
    assert [post.id for post in second.posts] == ["3"]
    assert (await fetch(client, second.cursor)).posts == ()


async def test_an_edited_item_is_returned_again_with_its_id(clients: Clients) -> None:
    site = Site(rss(item("1", "All fine")))
    client = clients(site)
    first = await fetch(client)
    site.body = rss(item("1", "Not fine at all"))
    (edited,) = (await fetch(client, first.cursor)).posts
    assert (edited.id, edited.title) == ("1", "Not fine at all")


async def test_a_turn_to_https_announces_nothing_again(clients: Clients) -> None:
    site = Site(rss(item("http://forum.example/1")))
    client = clients(site)
    first = await fetch(client)
    site.body = rss(item("https://forum.example/1"))
    assert (await fetch(client, first.cursor)).posts == ()


async def test_validators_are_sent_back_verbatim_and_kept_from_a_304(clients: Clients) -> None:
    site = Site(rss(item("1")))
    site.headers = {"ETag": 'W/"a,b"', "Last-Modified": "Tue, 24 Nov 2026 09:00:00 GMT"}
    client = clients(site)
    page = await fetch(client)
    page = await fetch(client, page.cursor)
    assert (page.posts, page.complete) == ((), True)
    page = await fetch(client, page.cursor)
    for request in site.requests[1:]:
        assert request.headers["If-None-Match"] == 'W/"a,b"'
        assert request.headers["If-Modified-Since"] == "Tue, 24 Nov 2026 09:00:00 GMT"
    site.headers = {"ETag": '"c"'}
    site.body = rss(item("2"), item("1"))
    page = await fetch(client, page.cursor)
    await fetch(client, page.cursor)
    assert site.requests[-1].headers["If-None-Match"] == '"c"'
    assert "If-Modified-Since" not in site.requests[-1].headers


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"ETag": '"b"'}, ('"b"', "1")),
        ({"Last-Modified": "2"}, ('"a"', "2")),
        ({"ETag": '"b"', "Last-Modified": "2"}, ('"b"', "2")),
    ],
)
async def test_validators_are_taken_from_every_answer(
    clients: Clients, status: int, told: dict[str, str], kept: tuple[str, str]
) -> None:
    requests: list[httpx.Headers] = []
    headers = {"ETag": '"a"', "Last-Modified": "1"}

    def answers(request: httpx.Request) -> httpx.Response:
        requests.append(request.headers)
        is_second = len(requests) == 2
        if is_second and status == 304:
            return httpx.Response(304, headers=told)
        # The same body: that nothing changed is no reason to keep what it was asked by.
        return httpx.Response(
            200, headers={**headers, **told} if is_second else headers, content=rss(item("1"))
        )

    client = clients(answers)
    page = await fetch(client)
    page = await fetch(client, page.cursor)
    await fetch(client, page.cursor)
    sent = requests[-1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == kept


async def test_once_a_day_nothing_is_taken_for_granted(clients: Clients) -> None:
    site = Site(rss(item("1")))
    site.headers = {"ETag": '"stuck"'}  # a server that would say 304 for ever
    client = clients(site)
    page = await fetch(client)
    site.body = rss(item("2"), item("1"))
    page = await fetch(client, page.cursor, NOW + timedelta(hours=23))
    assert page.posts == ()
    page = await fetch(client, page.cursor, NOW + timedelta(hours=24))
    assert [post.id for post in page.posts] == ["2"]


@pytest.mark.parametrize("headers", [{}, {"ETag": '"1"'}])
async def test_a_quiet_poll_leaves_the_cursor_as_it_was(
    clients: Clients, headers: dict[str, str]
) -> None:
    site = Site(rss(item("a"), item("b")))
    site.headers = headers
    client = clients(site)
    first = await fetch(client)
    for minutes in (1, 60, 1400):
        page = await fetch(client, first.cursor, NOW + timedelta(minutes=minutes))
        assert (page.posts, page.cursor) == ((), first.cursor)


async def test_validators_given_late_are_trusted_from_then_on(clients: Clients) -> None:
    site = Site(rss(item("a")))
    client = clients(site)
    page = await fetch(client)
    site.headers = {"ETag": '"1"'}
    page = await fetch(client, page.cursor, NOW + timedelta(days=2))
    await fetch(client, page.cursor, NOW + timedelta(days=2, minutes=5))
    sent = [request.headers.get("if-none-match") for request in site.requests]
    assert sent == [None, None, '"1"']


async def test_a_clock_set_back_does_not_end_the_daily_look(clients: Clients) -> None:
    site = Site(rss(item("a")))
    site.headers = {"ETag": '"1"'}
    client = clients(site)
    page = await fetch(client, now=NOW + timedelta(days=400))
    await fetch(client, page.cursor)
    assert "if-none-match" not in site.requests[-1].headers


async def test_the_cursor_of_a_feed_that_runs_on_stays_short(clients: Clients) -> None:
    site = Site(b"")
    client = clients(site)
    cursor = None
    for day in range(40):
        site.body = rss(*(item(f"{n}") for n in range(20 * day + 30, 20 * day, -1)))
        page = await fetch(client, cursor)
        cursor = page.cursor
        assert len(page.posts) == (20 if day else 30)
    assert len(str(cursor)) < 5_000


async def test_an_unasked_304_is_garbled(clients: Clients) -> None:
    with pytest.raises(SourceGarbled):
        await fetch(clients(lambda _: httpx.Response(304)))


async def test_validators_of_another_address_are_forgotten(clients: Clients) -> None:
    site = Site(rss(item("1")))
    site.headers = {"ETag": '"1"'}
    client = clients(site)
    page = await fetch(client)
    await FeedSource("forum", "https://forum.example/new", client).fetch([], page.cursor, NOW)
    assert "If-None-Match" not in site.requests[-1].headers


async def test_no_overlap_with_what_was_seen_is_not_complete(clients: Clients) -> None:
    site = Site(rss(item("1"), item("2")))
    client = clients(site)
    first = await fetch(client)
    assert first.complete
    site.body = rss(item("3"), item("2"))
    second = await fetch(client, first.cursor)
    assert second.complete
    site.body = rss(item("8"), item("9"))
    third = await fetch(client, second.cursor)
    assert [post.id for post in third.posts] == ["8", "9"]
    assert not third.complete


async def test_a_feed_that_breaks_off_is_read_so_far_and_the_rest_is_not_taken_for_quiet(
    clients: Clients,
) -> None:
    site = Site(rss(item("1")))
    site.headers = {"ETag": '"1"'}
    client = clients(site)
    first = await fetch(client)
    site.body = rss(item("2"), item("3"), item("1")).partition(
        b"<item><title>Lumo</title><guid isPermaLink='false'>3"
    )[0]
    site.headers = {"ETag": '"2"'}
    cut = await fetch(client, first.cursor)
    assert ([post.id for post in cut.posts], cut.pending) == (["2"], True)
    site.body = rss(item("2"), item("3"), item("1"))
    whole = await fetch(client, cut.cursor)
    assert ([post.id for post in whole.posts], whole.pending) == (["3"], False)


async def test_a_feed_that_never_ends_as_it_should_is_how_it_is_written(clients: Clients) -> None:
    site = Site(rss(item("1")).removesuffix(b"</channel></rss>"))
    client = clients(site)
    first = await fetch(client)
    site.body = rss(item("2"), item("1")).removesuffix(b"</channel></rss>")
    second = await fetch(client, first.cursor)
    assert ([post.id for post in second.posts], second.pending) == (["2"], False)


async def test_a_feed_that_was_full_and_is_empty_is_not_quiet(clients: Clients) -> None:
    site = Site(rss())
    client = clients(site)
    empty = await fetch(client)
    assert (empty.posts, empty.complete) == ((), True)
    site.body = rss(item("1"))
    full = await fetch(client, empty.cursor)
    site.body = rss()
    with pytest.raises(SourceGarbled, match="empty now"):
        await fetch(client, full.cursor)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page, not a feed"),
        (b"<html><head></head></html>", "web page, not a feed"),
        (b"", "empty"),
        (b"Not found", "no feed"),
        (b'{"error": "no"}', "no JSON Feed"),
        (b"{" * 5_000, "no JSON Feed"),
        (b'<!DOCTYPE r [<!ENTITY a "b"><rss version="2.0"><channel/></rss>', "entities"),
    ],
)
async def test_what_is_no_feed_is_said_in_words(clients: Clients, body: bytes, words: str) -> None:
    with pytest.raises(SourceGarbled, match=words):
        await fetch(clients(Site(body)))


async def test_items_without_a_guid_are_known_by_link_or_by_what_they_say(
    clients: Clients,
) -> None:
    date = "<pubDate>Tue, 24 Nov 2026 09:00:00 GMT</pubDate>"
    site = Site(rss(item(link="https://a.example/1"), item(title="Untold", more=date)))
    client = clients(site)
    page = await fetch(client)
    linked, told = page.posts
    assert linked.id == "https://a.example/1"
    assert told.id
    assert told.url == URL
    assert (await fetch(client, page.cursor)).posts == ()


async def test_one_guid_for_all_items_is_no_identity(clients: Clients) -> None:
    site = Site(rss(item("x", "One", "/1"), item("x", "Two", "/2")))
    client = clients(site)
    page = await fetch(client)
    assert len({post.id for post in page.posts}) == 2
    site.body = rss(item("x", "Three", "/3"), item("x", "Two", "/2"))
    page = await fetch(client, page.cursor)
    assert [post.title for post in page.posts] == ["Three"]
    site.body = rss(item("x", "Three", "/3"))  # alone, it keeps the id that it had
    assert (await fetch(client, page.cursor)).posts == ()


async def test_an_item_whose_guid_another_takes_is_not_told_again(clients: Clients) -> None:
    site = Site(rss(item("1", "First", "/1")))
    client = clients(site)
    page = await fetch(client)
    site.body = rss(item("1", "Second", "/2"), item("1", "First", "/1"))
    page = await fetch(client, page.cursor)
    assert [post.title for post in page.posts] == ["Second"]
    assert page.posts[0].id != "1"
    site.body = rss(item("1", "Third", "/3"), item("1", "Second", "/2"), item("1", "First", "/1"))
    page = await fetch(client, page.cursor)
    assert [post.title for post in page.posts] == ["Third"]
    assert (await fetch(client, page.cursor)).posts == ()


async def test_items_alike_in_guid_and_link_are_told_apart_by_their_dates(
    clients: Clients,
) -> None:
    dates = [f"<pubDate>Tue, 24 Nov 2026 0{hour}:00:00 GMT</pubDate>" for hour in (8, 9)]
    site = Site(rss(*(item("x", "Note", "/day", date) for date in dates)))
    client = clients(site)
    page = await fetch(client)
    assert len({post.id for post in page.posts}) == 2
    assert (await fetch(client, page.cursor)).posts == ()


async def test_the_same_item_twice_is_one(clients: Clients) -> None:
    page = await fetch(clients(Site(rss(item("1", "A", "/1"), item("1", "A", "/1")))))
    assert [post.id for post in page.posts] == ["1"]


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("", NOW),
        ("yesterday", NOW),
        ("Tue, 24 Nov 2099 09:00:00 GMT", NOW),
        ("Tue, 24 Nov 2026 09:00:00", NOW - timedelta(hours=1)),
        ("2026-11-24T09:00:00.75+00:00", NOW - timedelta(hours=1)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", NOW),
        ("Mon, 01 Jan 0001 00:00:00 GMT", NOW),
        ("Wed, 01 Jan 1997 00:00:00 GMT", datetime(1997, 1, 1, tzinfo=UTC)),
    ],
)
async def test_dates_are_aware_whole_seconds_and_never_ahead(
    clients: Clients, date: str, at: datetime
) -> None:
    later = NOW + timedelta(microseconds=123)
    client = clients(Site(rss(item("1", more=f"<pubDate>{date}</pubDate>"))))
    (post,) = (await fetch(client, now=later)).posts
    assert post.at == at


async def test_google_alerts_links_lead_to_the_article(clients: Clients) -> None:
    link = "https://www.google.com/url?rct=j&url=https://news.example/a%3Fb&ct=ga"
    post = await only(clients, rss(item("tag:google.com,2013:1", link=link)))
    assert post.url == "https://news.example/a?b"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "http://[", "//"])
async def test_a_link_that_nobody_should_open_is_not_passed_on(clients: Clients, link: str) -> None:
    assert (await only(clients, rss(item("1", link=link)))).url == URL


@pytest.mark.parametrize(
    ("published", "at"),
    [("Tue, 24 Nov 2026 09:00:00 GMT", 9), ("2026-11-24T09:00:00Z", 9), ("soon", 8)],
)
async def test_a_json_feed_may_date_its_items_as_rss_does(
    clients: Clients, published: str, at: int
) -> None:
    entry = {"id": "1", "content_text": "Lumo", "date_published": published}
    entry["date_modified"] = "2026-11-24T08:00:00Z"
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [entry]}
    post = await only(clients, json.dumps(document).encode())
    assert post.at == NOW.replace(hour=at)


async def test_a_json_feed_is_a_feed(clients: Clients) -> None:
    body = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": [
        {"id": 7, "url": "/7", "content_html": "<p>Lumo<br>again</p>", "language": "fr",
         "date_published": "2026-11-24T10:00:00+01:00", "authors": [{"name": "Ada"}], "x": 1},
        {"id": ["no"]}]}"""
    assert await only(clients, body) == Post(
        source="forum",
        id="7",
        url="https://forum.example/7",
        text="Lumo\nagain",
        author="Ada",
        at=NOW - timedelta(hours=1),
        language="fr",
    )


@pytest.mark.payloads
@pytest.mark.parametrize(
    "name",
    [name for kind in ("real", "wellformed", "encoding") for name in payload_names(f"feeds_{kind}")]
    + payload_names("feeds_malformed")
    + payload_names("feeds_html_in_text"),
)
async def test_recorded_feeds_are_posts_once_or_garbled(clients: Clients, name: str) -> None:
    client = clients(Site(payload(name)))
    try:
        page = await fetch(client)
    except SourceGarbled:
        assert not name.startswith("feeds_real") or name.endswith("authors.json")
        return
    for post in page.posts:
        assert post.id
        assert post.at <= NOW
        assert post.url.startswith("http")
        assert plain(post.text) == post.text
    assert len({post.id for post in page.posts}) == len(page.posts)
    if page.posts:
        again = await fetch(client, page.cursor, NOW + timedelta(hours=1))
        assert (again.posts, again.complete) == ((), True)


@pytest.mark.payloads
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("feeds_real/nnw_scriptingNews.rss", 50),
        ("feeds_real/nnw_DaringFireball.json", 48),
        ("feeds_real/rbren_rss-1.rss", 69),
        ("feeds_encoding/miniflux_encoding_ISO-8859-1.xml", 40),
    ],
)
async def test_no_recorded_item_is_lost(clients: Clients, name: str, count: int) -> None:
    assert len((await fetch(clients(Site(payload(name))))).posts) == count


async def test_a_304_over_a_real_socket(serve: Serve, local: PoliteClient) -> None:
    modified = format_datetime(NOW, usegmt=True)

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("If-Modified-Since") == modified:
            return web.Response(status=304)
        return web.Response(body=rss(item("1")), headers={"Last-Modified": modified})

    source = FeedSource("forum", await serve(handler), local)
    page = await source.fetch([], None, NOW)
    assert len(page.posts) == 1
    assert (await source.fetch([], page.cursor, NOW)).posts == ()


async def test_retry_after_is_heard_through_the_adapter(serve: Serve, local: PoliteClient) -> None:
    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=429, headers={"Retry-After": "1200"})

    with pytest.raises(SourceRateLimited) as raised:
        await FeedSource("forum", await serve(handler), local).fetch([], None, NOW)
    assert raised.value.until == NOW + timedelta(minutes=20)


async def test_work_that_takes_too_long_is_given_up_and_not_begun_again() -> None:
    release = threading.Event()
    aside = Aside(seconds=0.02)
    with pytest.raises(TimeoutError):
        await aside.run(release.wait)
    with pytest.raises(TimeoutError):
        await aside.run(lambda: None)
    release.set()
    assert aside._given_up
    await asyncio.to_thread(aside._given_up.join, 5)
    assert await aside.run(lambda: 7) == 7


async def test_an_error_aside_is_raised_where_it_is_awaited() -> None:
    aside = Aside(seconds=5)
    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            await aside.run(lambda: 1 // 0)
