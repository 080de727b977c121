"""Whatever a source is fed, it returns posts or raises a SourceError, and nothing else."""

import json
from collections.abc import Callable

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.mention import Post
from bot.errors import SourceError
from bot.sources.appstore import AppStoreSource
from bot.sources.base import Source
from bot.sources.blueskysearch import BlueskySearchSource
from bot.sources.gdelt import GdeltSource
from bot.sources.hackernews import HackerNewsSource
from bot.sources.http import PoliteClient
from bot.sources.keys import Key
from bot.sources.mastodon import MastodonSource
from bot.sources.mastodonsearch import MastodonSearchSource
from bot.sources.rss import FeedSource
from bot.sources.skythreads import read_thread
from bot.sources.tape import Tape
from bot.sources.text import plain
from tests.builders import NOW
from tests.sources.conftest import Clock

RSS = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
 xmlns:thr="http://purl.org/syndication/thread/1.0"><channel><title>Forum</title>
 <item><title>A &lt;b&gt;lamp&lt;/b&gt;</title><link>/1</link><guid>1</guid>
 <pubDate>Tue, 24 Nov 2026 09:00:00 GMT</pubDate><author>ada@lumen.example (Ada)</author>
 <description><![CDATA[<p>It <i>died</i></p>]]></description><thr:in-reply-to ref="0"/></item>
 <item><title>Another</title><link>https://a.example/2</link><guid>1</guid></item>
</channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Clair</title>
 <id>u</id><entry><id>urn:1</id><title type="html">A &amp;amp; B</title>
 <link href="https://www.google.com/url?url=https://x.example/&amp;ct=ga"/>
 <updated>2026-11-24T09:00:00+01:00</updated><author><name>Ada</name><uri>/ada</uri></author>
 <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x<br/>y</p></div></content>
</entry></feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Blog",
    "items": [
        {
            "id": "1",
            "url": "/1",
            "title": "T",
            "content_html": "<p>x</p>",
            "date_published": "2026-11-24T09:00:00Z",
            "authors": [{"name": "Ada", "url": "https://a.example"}],
        },
        {"id": 2, "content_text": "y", "summary": "z", "language": "en"},
    ],
}

STATUSES = [
    {
        "id": "7",
        "uri": "https://lumen.example/users/ada/statuses/7",
        "url": "https://lumen.example/@ada/7",
        "created_at": "2026-11-24T09:00:00.123Z",
        "content": '<p>See <span class="invisible">https://</span>x</p>',
        "spoiler_text": "",
        "language": "en",
        "visibility": "public",
        "in_reply_to_id": "6",
        "favourites_count": 3,
        "reblog": None,
        "account": {"acct": "ada", "url": "https://lumen.example/@ada", "followers_count": 1},
    },
    {"id": 8, "uri": "https://lumen.example/users/bob/statuses/8", "content": "x"},
]

HITS = {
    "hits": [
        {
            "objectID": "1",
            "created_at_i": 1795510800,
            "author": "ada",
            "title": "Lumo",
            "story_text": "x",
            "points": 3,
            "num_comments": 1,
        },
        {
            "objectID": "2",
            "created_at_i": 1795510801,
            "comment_text": "It&#x27;s<p>x",
            "story_id": 1,
            "story_title": "Lumo",
            "points": None,
        },
    ],
    "nbHits": 2,
}


SKY = {
    # one body for all that is asked: a session, and what was found
    "accessJwt": "a.e30.c",
    "refreshJwt": "r",
    "cursor": "1",
    "posts": [
        {
            "uri": "at://did:plc:ada/app.bsky.feed.post/1",
            "author": {"did": "did:plc:ada", "handle": "ada.example"},
            "indexedAt": "2026-11-24T09:00:00.000Z",
            "likeCount": 3,
            "record": {
                "text": "Lumo @bob.example",
                "createdAt": "2026-11-24T09:00:00.000Z",
                "langs": ["en"],
                "tags": ["lumo"],
                "reply": {
                    "root": {"uri": "at://did:plc:bob/app.bsky.feed.post/1"},
                    "parent": {"uri": "at://did:plc:bob/app.bsky.feed.post/2"},
                },
                "facets": [
                    {
                        "index": {"byteStart": 5, "byteEnd": 17},
                        "features": [
                            {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:bob"},
                            {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example"},
                        ],
                    }
                ],
                "embed": {
                    "images": [{"alt": "A lamp"}],
                    "external": {"uri": "https://x.example/1", "title": "T", "description": "D"},
                    "media": {"images": [{"alt": "Another"}]},
                },
            },
        }
    ],
}

SAID_ON_BLUESKY = {
    "did": "did:plc:ada",
    "time_us": 1795510800000000,
    "kind": "commit",
    "commit": {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "1",
        "record": SKY["posts"][0]["record"],  # type: ignore[index]
    },
    "account": {"active": True, "status": "deleted"},
}

SKY_THREAD = {
    "thread": {
        "post": SKY["posts"][0],
        "parent": {"post": SKY["posts"][0]},
        "replies": [{"post": SKY["posts"][0], "replies": []}],
    }
}

REVIEWS = {
    "results": [{"trackName": "Lumo"}],
    "feed": {
        "entry": [
            {"im:name": {"label": "Lumo"}, "id": {"label": "7"}},
            {
                "id": {"label": "1001"},
                "im:rating": {"label": "1"},
                "title": {"label": "Died"},
                "content": {"label": "It died"},
                "author": {"name": {"label": "Ada"}, "uri": {"label": "https://a.example"}},
                "updated": {"label": "2026-11-24T02:00:00-07:00"},
            },
        ]
    },
}

ATOM_REVIEWS = b"""<feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom">
 <entry><updated>2026-11-24T02:00:00-07:00</updated><id>1001</id><title>Died</title>
 <content type="text">It died</content><im:rating>1</im:rating>
 <author><name>Ada</name><uri>https://a.example/</uri></author></entry></feed>"""

ARTICLES = {
    "articles": [
        {
            "url": "https://news.example/1",
            "title": "Lumo &amp; we",
            "seendate": "20261124T090000Z",
            "domain": "news.example",
            "language": "French",
        },
        {"url": "https://news.example/2"},
    ]
}


def feed(client: PoliteClient) -> Source:
    return FeedSource("a", "https://lumen.example/feed", client)


def mastodon(client: PoliteClient) -> Source:
    return MastodonSource("a", "https://lumen.example", client)


def hacker_news(client: PoliteClient) -> Source:
    return HackerNewsSource("a", client)


def bluesky_search(client: PoliteClient) -> Source:
    return BlueskySearchSource("a", "ada.example", "secret", client)


def mastodon_search(client: PoliteClient) -> Source:
    return MastodonSearchSource("a", "https://lumen.example", Key("secret", "VIGIE_TOKEN"), client)


def app_store(client: PoliteClient) -> Source:
    return AppStoreSource("a", "7", client)


def gdelt(client: PoliteClient) -> Source:
    return GdeltSource("a", client, pause=0.001)


Make = Callable[[PoliteClient], Source]

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["", "<p>", "&#x0;", "http://[", "javascript:1", "9999-12-31T23:59:59-14:00", "1" * 400]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@st.composite
def mutated_json(draw: st.DrawFn, document: object) -> bytes:
    """A document with one to three of its values removed, repeated, or put in another's place."""
    changed = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        holder = changed
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = holder[key]
            if isinstance(inner, dict | list) and inner and draw(st.booleans()):
                holder = inner
                continue
            match draw(st.sampled_from(["remove", "replace", "repeat"])):
                case "remove":
                    del holder[key]
                case "repeat" if isinstance(holder, list):
                    holder.append(inner)
                case _:
                    holder[key] = draw(VALUES)
            break
    return json.dumps(changed).encode()


@st.composite
def mutated_bytes(draw: st.DrawFn, document: bytes) -> bytes:
    """A document that was cut, or in which bytes were changed, left out, doubled or nested."""
    start = draw(st.integers(0, len(document)))
    end = draw(st.integers(start, len(document)))
    part = document[start:end]
    put = draw(
        st.sampled_from([b"", part * 2, part[::-1], b"\0", b"<a>" * 500, b"[" * 3000, b"{" * 3000])
        | st.binary(max_size=20)
    )
    return document[:start] + put + (document[end:] if draw(st.booleans()) else b"")


async def assert_posts_or_source_error(make: Make, body: bytes) -> None:
    clock = Clock()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with PoliteClient(clock=clock, transport=transport) as client:
        source, cursor = make(client), None
        for _ in range(2):
            try:
                page = await source.fetch(["lumo"], cursor, NOW)
            except SourceError:
                return
            cursor = page.cursor
            for post in page.posts:
                assert_whole(post)


def assert_whole(post: Post) -> None:
    assert post.id
    assert post.at <= NOW
    assert post.at.utcoffset() is not None
    assert post.at.microsecond == 0
    assert plain(post.text) == post.text
    assert not post.url or post.url.startswith(("http://", "https://"))
    assert post.engagement >= 0
    for text in (post.id, post.url, post.title, post.author, post.author_url, post.thread):
        text.encode()  # what cannot be stored would stop more than this source


MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@MANY
@given(body=mutated_json(STATUSES))
async def test_mastodon_withstands_changed_statuses(body: bytes) -> None:
    await assert_posts_or_source_error(mastodon, body)


@MANY
@given(body=mutated_json(HITS))
async def test_hacker_news_withstands_changed_hits(body: bytes) -> None:
    await assert_posts_or_source_error(hacker_news, body)


@MANY
@given(body=mutated_json({"statuses": STATUSES}))
async def test_the_search_of_mastodon_withstands_changed_statuses(body: bytes) -> None:
    await assert_posts_or_source_error(mastodon_search, body)


@MANY
@given(body=mutated_json(SKY))
async def test_the_search_of_bluesky_withstands_changed_posts(body: bytes) -> None:
    await assert_posts_or_source_error(bluesky_search, body)


@MANY
@given(body=mutated_json(SAID_ON_BLUESKY) | mutated_bytes(json.dumps(SAID_ON_BLUESKY).encode()))
def test_what_is_heard_of_bluesky_withstands_changed_lines(body: bytes) -> None:
    tape = Tape("a")
    tape.want(["lumo"], 1, (), NOW)
    tape.begin()
    tape.take(body, NOW)
    for post in tape.told(["lumo"], 0):
        assert_whole(post)


@MANY
@given(body=mutated_json(SKY_THREAD) | mutated_bytes(json.dumps(SKY_THREAD).encode()))
def test_threads_of_bluesky_withstand_changes(body: bytes) -> None:
    try:
        said = read_thread(body, "a", NOW)
    except SourceError:
        return
    for one in said:
        assert_whole(one.post)


@MANY
@given(body=mutated_json(REVIEWS) | mutated_bytes(ATOM_REVIEWS))
async def test_the_app_store_withstands_changed_reviews(body: bytes) -> None:
    await assert_posts_or_source_error(app_store, body)


@MANY
@given(body=mutated_json(ARTICLES))
async def test_gdelt_withstands_changed_articles(body: bytes) -> None:
    await assert_posts_or_source_error(gdelt, body)


@MANY
@given(body=mutated_json(JSON_FEED))
async def test_feeds_withstand_changed_json(body: bytes) -> None:
    await assert_posts_or_source_error(feed, body)


@MANY
@given(body=mutated_bytes(RSS) | mutated_bytes(ATOM))
async def test_feeds_withstand_torn_xml(body: bytes) -> None:
    await assert_posts_or_source_error(feed, body)


@MANY
@given(
    make=st.sampled_from(
        [feed, mastodon, hacker_news, mastodon_search, bluesky_search, app_store, gdelt]
    ),
    body=mutated_bytes(json.dumps(STATUSES).encode())
    | mutated_bytes(json.dumps(HITS).encode())
    | mutated_bytes(json.dumps(JSON_FEED).encode())
    | mutated_bytes(json.dumps(SKY).encode())
    | mutated_bytes(json.dumps(REVIEWS).encode())
    | mutated_bytes(json.dumps(ARTICLES).encode())
    | st.binary(max_size=200),
)
async def test_every_source_withstands_torn_bytes(make: Make, body: bytes) -> None:
    await assert_posts_or_source_error(make, body)


@MANY
@given(
    make=st.sampled_from([feed, mastodon, hacker_news]),
    cursor=st.text(max_size=50)
    | mutated_json({"tags": {"lumo": {"newest": "1"}}, "seen": {"a": "b"}}).map(bytes.decode)
    | mutated_json({"newest": {"lumo": 1}, "seen": {}}).map(bytes.decode)
    | mutated_json({"url": "https://lumen.example/feed", "etag": '"1"', "seen": {}}).map(
        bytes.decode
    ),
)
async def test_every_source_withstands_a_damaged_cursor(make: Make, cursor: str) -> None:
    bodies: dict[Make, bytes] = {feed: RSS, mastodon: b"[]", hacker_news: b'{"hits": []}'}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=bodies[make]))
    async with PoliteClient(clock=Clock(), transport=transport) as client:
        page = await make(client).fetch(["lumo"], cursor, NOW)
        assert page.cursor


@pytest.mark.parametrize("make", [feed, mastodon, hacker_news])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"<a>" * 10_000,
        b"<rss version='2.0'><channel>" + b"<item>" * 5_000,
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss><channel><item><title>&b;</title></item></channel>",
        b"\x1f\x8b" + b"\0" * 100,
        b"\xff\xfe" + "<rss version='2.0'/>".encode("utf-16-le"),
        b'[{"id": "1", "uri": "u", "created_at": "\\ud800"}]',
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_deep_and_poisoned_bodies_are_an_error_or_nothing(make: Make, body: bytes) -> None:
    await assert_posts_or_source_error(make, body)
