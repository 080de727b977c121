"""Whatever the sources with a key are fed, they return posts or raise a SourceError, and nothing
else."""

from __future__ import annotations

import contextlib
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.sources.base import Page, Rereadable, Source, Threaded
from bot.sources.exchanges import exchange
from bot.sources.facebook import FacebookSource
from bot.sources.graph import FACEBOOK, THREADS, Graph
from bot.sources.http import PoliteClient
from bot.sources.instagram import InstagramSource
from bot.sources.keys import Key
from bot.sources.ledgers import SpentHere
from bot.sources.metathreads import ThreadsSource
from bot.sources.reddit import RedditSource
from bot.sources.redditthings import read_thread
from bot.sources.x import XSource
from bot.sources.xpaid import PaidX
from bot.sources.youtube import YouTubeSource
from bot.sources.youtubeapi import YouTubeApi
from tests.builders import NOW, a_post
from tests.sources.conftest import Clock
from tests.sources.test_sources_mutations import (
    MANY,
    Make,
    assert_whole,
    mutated_bytes,
    mutated_json,
)

KEY = Key("s3cret", "VIGIE_KEY")
_WHEN = "2026-11-24T09:00:00.000Z"

_SUBMISSION = {
    "name": "t3_1",
    "title": "Lumo",
    "selftext_html": '<p>It <b>died</b>, see <a href="/faq">this</a></p>',
    "author": "ada",
    "subreddit": "lamps",
    "permalink": "/r/lamps/comments/1/lumo/",
    "url": "https://lumo.example/",
    "is_self": False,
    "created_utc": 1795510800.0,
    "score": 3,
    "num_comments": 1,
    "removed_by_category": None,
}
REDDIT = {
    "kind": "Listing",
    "data": {
        "after": "t1_2",
        "children": [
            {"kind": "t3", "data": _SUBMISSION},
            {"kind": "t1", "data": {"name": "t1_2", "body": "x", "link_id": "t3_1", "score": 1}},
            {"kind": "t1", "data": {"name": "t1_3", "author": "[deleted]"}},
        ],
    },
}
_REPLY = {"name": "t1_5", "parent_id": "t1_4", "body": "x", "replies": ""}
REDDIT_THREAD = {
    "data": {
        "children": [
            {
                "kind": "t1",
                "data": {
                    "name": "t1_4",
                    "parent_id": "t3_1",
                    "body": "x",
                    "replies": {"data": {"children": [{"kind": "t1", "data": _REPLY}]}},
                },
            }
        ]
    }
}
X = {
    "data": [
        {
            "id": "1859999999999999999",
            "text": "My lumo &amp; I",
            "created_at": _WHEN,
            "author_id": "7",
            "lang": "en",
            "conversation_id": "5",
            "edit_history_tweet_ids": ["1"],
            "public_metrics": {"like_count": 3, "retweet_count": 1},
            "entities": {"urls": [{"expanded_url": "https://x.example"}], "hashtags": []},
            "note_tweet": {"text": "long"},
            "referenced_tweets": [{"type": "replied_to", "id": "5"}],
        }
    ],
    "includes": {"users": [{"id": "7", "username": "ada", "public_metrics": {}}]},
    "meta": {"newest_id": "1859999999999999999", "next_token": "t"},
    "errors": [{"type": "https://api.x.com/2/problems/resource-not-found", "resource_id": "1"}],
}
_SAID = {"authorDisplayName": "@ada", "textDisplay": "<b>x</b>", "publishedAt": _WHEN}
YOUTUBE = {
    "nextPageToken": "t",
    "items": [
        {
            "kind": "youtube#searchResult",
            "id": {"videoId": "v1"},
            "snippet": {"title": "The lumo &amp; I", "publishedAt": _WHEN, "channelId": "UC1"},
        },
        {
            "kind": "youtube#video",
            "id": "v1",
            "snippet": {"title": "lumo", "tags": ["a"], "description": "x"},
            "statistics": {"likeCount": "3"},
        },
        {
            "kind": "youtube#commentThread",
            "id": "c1",
            "snippet": {
                "videoId": "v1",
                "topLevelComment": {"id": "c1", "snippet": {**_SAID, "likeCount": 2}},
                "totalReplyCount": 1,
            },
            "replies": {"comments": [{"id": "c1.1", "snippet": _SAID}]},
        },
    ],
}
_TOLD = {
    "id": "1_2",
    "message": "Lumo\nand more",
    "created_time": "2026-11-24T09:00:00+0000",
    "permalink_url": "https://www.facebook.com/1/posts/2",
    "from": {"id": "9", "name": "Ada"},
    "shares": {"count": 1},
    "reactions": {"summary": {"total_count": 2}},
    "message_tags": [{"id": "1", "name": "Lumo"}],
    "attachments": {"data": [{"unshimmed_url": "https://x.example"}]},
}
META = {
    "data": [
        {
            **_TOLD,
            "comments": {
                "data": [_TOLD],
                "paging": {"next": "https://graph.example/1_2/comments?after=x&access_token=y"},
            },
        },
        {
            "id": "3",
            "caption": "Lumo",
            "text": "Lumo",
            "timestamp": "2026-11-24T09:00:00+0000",
            "permalink": "https://www.instagram.com/p/3/",
            "username": "ada",
            "like_count": 1,
            "root_post": {"id": "1"},
            "alt_text": "A lamp",
            "link_attachment_url": "https://x.example",
            "topic_tag": "lamps",
        },
    ],
    "paging": {"next": "https://graph.example/x?after=x&access_token=y"},
}


def reddit(client: PoliteClient) -> Source:
    return RedditSource("a", client, "client", KEY, ["lamps"])


def x(client: PoliteClient) -> Source:
    return XSource("a", PaidX("a", client, KEY, 1_000.0, SpentHere()))


def youtube(client: PoliteClient) -> Source:
    return YouTubeSource("a", YouTubeApi(client, KEY, SpentHere()))


def facebook(client: PoliteClient) -> Source:
    return FacebookSource("a", Graph(client, KEY, FACEBOOK), "1")


def instagram(client: PoliteClient) -> Source:
    return InstagramSource("a", Graph(client, KEY, FACEBOOK), "1", (), SpentHere())


def threads(client: PoliteClient) -> Source:
    return ThreadsSource("a", Graph(client, KEY, THREADS), "1", SpentHere())


SAMPLES: dict[Make, object] = {
    reddit: REDDIT,
    x: X,
    youtube: YOUTUBE,
    facebook: META,
    instagram: META,
    threads: META,
}
SOURCES = st.sampled_from(list(SAMPLES))
MADE = SOURCES.flatmap(lambda make: st.tuples(st.just(make), mutated_json(SAMPLES[make])))
TORN = SOURCES.flatmap(
    lambda make: st.tuples(st.just(make), mutated_bytes(json.dumps(SAMPLES[make]).encode()))
)
CURSORS = {
    "posts": '{"known":{"lumo":[1795510800,1795510900]}}',
    "comments": "{}",
    "videos": "",
    "followed": {"v1": ["lumo", 1795510800]},
    "next_comments": 0,
    "newest": {"lumo": "1859999999999999999"},
    "known": {"lumo": [1795510800, 1795510900]},
    "seen": {"a": "b"},
}


def answering(body: bytes, status: int = 200) -> httpx.MockTransport:
    """A server that lets everybody sign in, and answers with a body to all else."""

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/access_token"):
            return httpx.Response(200, json={"access_token": "a", "expires_in": 3600})
        return httpx.Response(status, content=body)

    return httpx.MockTransport(answers)


async def polled(make: Make, body: bytes, cursor: str | None = None, status: int = 200) -> Page:
    """The second poll's page; both are looked at, and what is asked for again."""
    async with PoliteClient(clock=Clock(), transport=answering(body, status)) as client:
        source = make(client)
        page = await source.fetch(["lumo"], cursor, NOW)
        again = await source.fetch(["lumo"], page.cursor, NOW)
        posts = [*page.posts, *again.posts]
        if isinstance(source, Threaded):
            with contextlib.suppress(SourceError):
                posts += await source.exchange(a_post(id="t3_1"))
        if isinstance(source, Rereadable):
            posts += (await source.reread([a_post(id="1"), *page.posts])).posts
        for post in posts:
            assert_whole(post)
        return page


async def assert_posts_or_source_error(
    make: Make, body: bytes, cursor: str | None = None, status: int = 200
) -> None:
    try:
        await polled(make, body, cursor, status)
    except SourceError:
        return


@MANY
@given(sample=MADE | TORN)
async def test_keyed_sources_withstand_changed_answers(sample: tuple[Make, bytes]) -> None:
    await assert_posts_or_source_error(*sample)


@MANY
@given(
    make=SOURCES,
    status=st.sampled_from([400, 401, 402, 403, 404, 429, 500]),
    body=mutated_json({"error": {"code": 190, "errors": [{"reason": "x"}], "is_transient": True}})
    | st.binary(max_size=200),
)
async def test_keyed_sources_withstand_changed_refusals(
    make: Make, status: int, body: bytes
) -> None:
    await assert_posts_or_source_error(make, body, status=status)


@MANY
@given(
    body=mutated_json([REDDIT, REDDIT_THREAD])
    | mutated_bytes(json.dumps([REDDIT, REDDIT_THREAD]).encode())
)
async def test_reddits_threads_withstand_changes(body: bytes) -> None:
    try:
        told = read_thread(body, "a", NOW, "https://www.reddit.com")
    except SourceError:
        return
    for post in exchange(told, a_post(id="t3_1")):
        assert_whole(post)


@MANY
@given(make=SOURCES, cursor=st.text(max_size=50) | mutated_json(CURSORS).map(bytes.decode))
async def test_keyed_sources_withstand_a_damaged_cursor(make: Make, cursor: str) -> None:
    assert (await polled(make, json.dumps(SAMPLES[make]).encode(), cursor)).cursor


@pytest.mark.parametrize("make", list(SAMPLES), ids=lambda make: make.__name__)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"data":' * 100_000,
        b'{"data": [' + b'{"comments":' * 10_000,
        b'{"items": [{"id": "1", "snippet": '
        + b'{"topLevelComment": {"id": "1", "snippet":' * 9_000,
        b"\xff\xfe{}",
        b'{"data": [{"id": "\\ud800", "text": "\\ud800", "message": "\\ud800"}]}',
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_deep_and_poisoned_answers_are_an_error_or_nothing(make: Make, body: bytes) -> None:
    await assert_posts_or_source_error(make, body)


@pytest.mark.parametrize("make", list(SAMPLES), ids=lambda make: make.__name__)
async def test_the_samples_themselves_are_read(make: Make) -> None:
    """Else the tests above would show nothing."""
    assert (await polled(make, json.dumps(SAMPLES[make]).encode())).posts
