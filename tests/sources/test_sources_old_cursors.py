"""Cursors that an older Vigie wrote (before it searched, in November 2026) are read on from."""

from __future__ import annotations

from datetime import timedelta

import httpx

from bot.sources.hackernews import HackerNewsSource
from bot.sources.mastodon import MastodonSource
from bot.sources.rss import FeedSource
from tests.builders import NOW
from tests.sources.conftest import Clients
from tests.sources.test_sources_hackernews import Search, comment, story
from tests.sources.test_sources_mastodon import SERVER, Server, status

LATER = NOW + timedelta(minutes=5)

HACKER_NEWS = '{"newest":{"lumo":1795510800},"seen":{"mVGCl00N":"43Z1","nK-XcxBE":"5sTc"}}'
MASTODON = '{"tags":{"lumo":{"newest":"2","anchor":"1"}},"seen":{"jeUzJp3F":"CQcz"}}'
FEED = (
    r'{"url":"https://forum.example/feed","etag":"\"a\"",'
    '"modified":"Tue, 24 Nov 2026 10:00:00 GMT","full":1795514400,'
    '"seen":{"0VujMMoe":"AhjU","bJkiKkzQ":"I7QL"}}'
)
ITEMS = """
<item><guid>https://forum.example/1</guid><link>https://forum.example/1</link><title>One</title>
<description>see&lt;br&gt;this &lt;b&gt;lamp&lt;/b&gt;</description></item>
<item><link>https://forum.example/2</link><title>Two</title></item>
"""
NEW = "<item><guid>3</guid><title>Three</title></item>"


async def test_hacker_news_goes_on_from_where_it_was(clients: Clients) -> None:
    search = Search(story(1, 2), comment(2, 1), story(3, 0.5))
    page = await HackerNewsSource("hn", clients(search)).fetch(["lumo"], HACKER_NEWS, LATER)
    assert [post.id for post in page.posts] == ["3"]
    assert page.complete


async def test_mastodon_goes_on_from_where_it_was(clients: Clients) -> None:
    server = Server([status(1, minutes_ago=90), status(2), status(3)])
    page = await MastodonSource("m", SERVER, clients(server)).fetch(["lumo"], MASTODON, LATER)
    assert [post.id.rpartition("/")[2] for post in page.posts] == ["3"]
    assert server.asked[0]["min_id"] == "1"


async def test_a_feed_goes_on_from_where_it_was(clients: Clients) -> None:
    asked: list[httpx.Headers] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        feed = f"<rss version='2.0'><channel><title>F</title>{ITEMS}{NEW}</channel></rss>"
        return httpx.Response(200, text=feed)

    source = FeedSource("f", "https://forum.example/feed", clients(answers))
    page = await source.fetch(["lumo"], FEED, LATER)
    assert [post.title for post in page.posts] == ["Three"]
    assert asked[0]["if-none-match"] == '"a"'
    assert asked[0]["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    assert page.complete
