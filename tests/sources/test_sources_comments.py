"""What an item of a feed was answered, in the feed of its comments."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceError, SourceGarbled, SourceRefused
from bot.sources.feeds import read_feed
from bot.sources.http import PoliteClient
from bot.sources.rss import FeedSource
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients, Clock, payload, payload_names

SITE = "https://blog.example"
COMMENTS = f"{SITE}/hums/feed/"
NAMES = (
    "xmlns:wfw='http://wellformedweb.org/CommentAPI/'"
    " xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:thr='http://purl.org/syndication/thread/1.0'"
)


def rss(*items: str) -> bytes:
    inside = "".join(["<title>Comments on: It hums</title>", *items])
    return f"<rss version='2.0' {NAMES}><channel>{inside}</channel></rss>".encode()


def comment(guid: str, minute: int = 0, more: str = "") -> str:
    at = format_datetime(NOW + timedelta(minutes=minute - 60))
    return (
        f"<item><title>By: Ada</title><guid isPermaLink='false'>{guid}</guid>"
        f"<link>{SITE}/hums/#{guid}</link><pubDate>{at}</pubDate>"
        f"<description>Mine &lt;b&gt;too&lt;/b&gt;</description>{more}</item>"
    )


def article(more: str) -> bytes:
    return rss(f"<item><title>It hums</title><guid>{SITE}/?p=1</guid>{more}</item>")


def a_topic(**changes: Any) -> Post:
    topic = a_post(source="blog", id=f"{SITE}/?p=1", url=f"{SITE}/hums/", at=NOW)
    return replace(topic, **changes)


async def read(clients: Clients, body: bytes, about: Post | None = None) -> tuple[Post, ...]:
    client = clients(lambda _: httpx.Response(200, content=body))
    about = about or a_topic(comments_url=COMMENTS, at=NOW - timedelta(hours=2))
    return await FeedSource("blog", f"{SITE}/feed/", client).exchange(about)


async def told(clients: Clients, body: bytes) -> Post:
    client = clients(lambda _: httpx.Response(200, content=body))
    (post,) = (await FeedSource("blog", f"{SITE}/feed/", client).fetch([], None, NOW)).posts
    return post


async def test_rss_says_where_the_comments_are(clients: Clients) -> None:
    body = article(f"<wfw:commentRss>{COMMENTS}</wfw:commentRss>")
    assert (await told(clients, body)).comments_url == COMMENTS


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (f"<link rel='replies' type='application/atom+xml' href='{COMMENTS}'/>", COMMENTS),
        ("<link rel='replies' type='application/atom+xml' href='/hums/feed/'/>", COMMENTS),
        (f"<link rel='replies' type='text/html' href='{SITE}/hums/'/>", ""),
        (f"<link rel='alternate' href='{SITE}/hums/'/>", ""),
        ("<link rel='replies' href='javascript:alert(1)'/>", ""),
    ],
)
async def test_atom_links_to_the_replies(clients: Clients, links: str, found: str) -> None:
    entry = f"<entry><id>tag:1</id><title>It hums</title>{links}</entry>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Blog</title>{entry}</feed>"
    assert (await told(clients, body.encode())).comments_url == found


async def test_comments_follow_their_article_oldest_first(clients: Clients) -> None:
    topic = a_topic(comments_url=COMMENTS, at=NOW - timedelta(hours=2))
    posts = await read(clients, rss(comment("c2", 2), comment("c1", 1)), topic)
    assert posts[0] == topic
    assert [(post.id, post.thread) for post in posts[1:]] == [("c1", topic.id), ("c2", topic.id)]
    assert (posts[1].text, posts[1].url) == ("Mine too", f"{SITE}/hums/#c1")
    assert posts[1].at == NOW - timedelta(minutes=59)
    assert posts[1].comments_url == COMMENTS


async def test_a_comment_without_a_name_has_no_author(clients: Clients) -> None:
    named = comment("c1", 1, "<dc:creator>Ben</dc:creator>")
    posts = await read(clients, rss(named, comment("c2", 2)))
    assert [post.author for post in posts[1:]] == ["Ben", ""]


async def test_an_answer_to_a_comment_is_in_the_articles_thread(clients: Clients) -> None:
    answer = comment("c2", 1, "<thr:in-reply-to ref='c1'/>")
    first, second, third = await read(clients, rss(answer, comment("c1", 2)))
    assert (second.id, third.id) == ("c1", "c2")  # though the clock says otherwise
    assert second.thread == third.thread == first.id


async def test_a_feed_that_holds_the_post_itself_tells_it_as_it_is_now(clients: Clients) -> None:
    about = a_topic(id="c1", thread=f"{SITE}/?p=1", comments_url=COMMENTS, text="Mine")
    first, second = await read(clients, rss(comment("c1", 1), comment("c2", 2)), about)
    assert (first.id, first.text, first.thread) == ("c1", "Mine too", f"{SITE}/?p=1")
    assert second.thread == f"{SITE}/?p=1"


async def test_a_post_whose_feed_tells_no_comments_stands_alone(clients: Clients) -> None:
    def unasked(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing is to be asked for")

    topic = a_topic(thread="elsewhere")
    assert await FeedSource("blog", SITE, clients(unasked)).exchange(topic) == (topic,)


async def test_nobody_has_commented_yet(clients: Clients) -> None:
    topic = a_topic(comments_url=COMMENTS)
    assert await read(clients, rss(), topic) == (topic,)


async def test_of_a_thousand_comments_the_newest_are_told(clients: Clients) -> None:
    topic = a_topic(comments_url=COMMENTS, at=NOW - timedelta(days=9))
    posts = await read(clients, rss(*(comment(f"c{n}", n // 50) for n in range(1_000))), topic)
    assert len(posts) == 200
    assert posts[0] == topic
    assert {post.id for post in posts[1:]} <= {f"c{n}" for n in range(750, 1_000)}


@pytest.mark.parametrize("body", [b"", b"<html><body>Sign in</body></html>", b"{}", b"\x00\xff"])
async def test_what_is_no_feed_is_garbled(clients: Clients, body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        await read(clients, body)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/feed", "http://[::1]/feed", "http://169.254.169.254/latest", "ftp://a/b"],
)
async def test_a_feed_cannot_have_private_addresses_fetched(clock: Clock, address: str) -> None:
    async with PoliteClient(clock=clock) as client:
        with pytest.raises(SourceRefused):
            await FeedSource("blog", SITE, client).exchange(a_topic(comments_url=address))


@pytest.mark.payloads
async def test_recorded_feeds_say_where_their_comments_are() -> None:
    found = [
        item.comments_url
        for name in ("feeds_real/nnw_natasha.xml", "feeds_real/nnw_manton.rss")
        for item in read_feed(payload(name), SITE, "").items
    ]
    assert len(found) >= 20
    assert all(address.startswith("http") and "/feed" in address for address in found)


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("feeds_malformed"))
async def test_a_recorded_feed_in_the_place_of_comments_hurts_nobody_else(
    clients: Clients, name: str
) -> None:
    topic = a_topic(comments_url=COMMENTS)
    try:
        posts = await read(clients, payload(name), topic)
    except SourceError:
        return
    assert topic in posts
    assert len({post.id for post in posts}) == len(posts) <= 200
    assert all(post.thread == topic.id for post in posts if post != topic)
