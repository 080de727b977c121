"""What stands beside a post's text: links, tags and descriptions, out of each kind of document."""

from __future__ import annotations

import json

import httpx
import pytest

from bot.domain.mention import Post
from bot.sources.addressing import is_elsewhere
from bot.sources.hackernews import HackerNewsSource
from bot.sources.rss import FeedSource
from tests.builders import NOW
from tests.sources.conftest import Clients

URL = "https://news.example/feed.xml"


async def only(clients: Clients, body: bytes) -> Post:
    source = FeedSource("news", URL, clients(lambda _: httpx.Response(200, content=body)))
    (post,) = (await source.fetch(["lumo"], None, NOW)).posts
    return post


async def test_a_feed_tells_links_pictures_and_categories(clients: Clients) -> None:
    post = await only(
        clients,
        b"""<rss version="2.0"><channel><title>News</title><item>
        <title>A test</title><link>https://www.clair.example/test</link>
        <category>Smart home</category><category>Lumo</category>
        <source url="https://clair.example/rss">Clair</source>
        <description>&lt;p&gt;See &lt;a href="/lamps"&gt;all&lt;/a&gt; and &lt;a rel="tag"
        href="/t/x"&gt;lamps&lt;/a&gt;&lt;img src="a" alt="A cracked bulb"&gt;</description>
        </item></channel></rss>""",
    )
    assert post.links == (
        "https://www.clair.example/lamps",
        "https://www.clair.example/test",
        "https://clair.example/rss",
    )
    assert post.media == ("A cracked bulb",)
    assert post.tags == ("lamps", "Smart home", "Lumo")


async def test_a_feeds_own_page_is_no_link(clients: Clients) -> None:
    item = b"<item><title>A test</title><link>https://www.news.example/test</link></item>"
    post = await only(clients, b"<rss version='2.0'><channel>" + item + b"</channel></rss>")
    assert post.links == ()


async def test_a_json_feed_tells_them_as_well(clients: Clients) -> None:
    entry = {
        "id": "1",
        "url": "https://news.example/1",
        "external_url": "https://clair.example/test",
        "content_html": "<p>See <a href='https://lumo.example'>this</a>",
        "tags": ["lamps", 7, {"no": "tag"}],
        "attachments": [{"title": "A cracked bulb"}, {"title": None}, 3],
    }
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [entry]}
    post = await only(clients, json.dumps(document).encode())
    assert post.links == ("https://lumo.example", "https://clair.example/test")
    assert (post.tags, post.media) == (("lamps",), ("A cracked bulb",))


async def test_a_story_links_to_what_it_is_about(clients: Clients) -> None:
    hit = {
        "objectID": "1",
        "created_at_i": int(NOW.timestamp()) - 60,
        "author": "ada",
        "title": "Lumo",
        "url": "https://clair.example/test",
        "story_text": "and <a href='https:&#x2F;&#x2F;lumo.example'>this</a>",
    }
    client = clients(lambda _: httpx.Response(200, json={"hits": [hit]}))
    (post,) = (await HackerNewsSource("hn", client).fetch(["lumo"], None, NOW)).posts
    assert post.links == ("https://clair.example/test", "https://lumo.example")
    assert post.text == "and this"


@pytest.mark.parametrize(
    ("address", "base", "expected"),
    [
        ("https://blog.lumo.com/a", "https://www.lumo.com/feed", False),
        ("https://shop.lumo.co.uk/a", "https://lumo.co.uk/feed", False),
        ("https://lumi.co.uk/a", "https://lumo.co.uk/feed", True),
        ("https://clair.fr/a", "https://lumo.com/feed", True),
        ("", "https://lumo.com/feed", False),
        ("https://[bad", "https://lumo.com/feed", False),
    ],
)
def test_one_place_has_several_hosts(address: str, base: str, expected: bool) -> None:
    assert is_elsewhere(address, base) is expected
