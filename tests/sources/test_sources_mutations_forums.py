"""Whatever a forum's search is fed, it returns posts or raises a SourceError, and nothing else."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.sources.base import Rereadable, Source, Threaded
from bot.sources.discourse import DiscourseSource
from bot.sources.github import GitHubSource
from bot.sources.http import PoliteClient
from bot.sources.keys import Key
from bot.sources.lemmy import LemmySource
from bot.sources.stackexchange import StackExchangeSource
from tests.builders import NOW, a_post
from tests.sources.conftest import Clock
from tests.sources.test_sources_mutations import (
    MANY,
    Make,
    assert_posts_or_source_error,
    assert_whole,
    mutated_bytes,
    mutated_json,
)

_PERSON = {"name": "ada", "actor_id": "https://far.example/u/ada"}
_POST = {
    "id": 1,
    "name": "Lumo",
    "body": "It **died** ![a lamp](x.png)",
    "url": "https://maker.example/lumo",
    "ap_id": "https://far.example/post/1",
    "published": "2026-11-24T09:00:00.123456Z",
    "deleted": False,
    "alt_text": "A lamp",
}
_COMMENT = {
    "id": 5,
    "content": "Mine too",
    "ap_id": "https://far.example/comment/5",
    "published": "2026-11-24T09:00:00Z",
    "path": "0.4.5",
}
_VIEW = {
    "post": _POST,
    "creator": _PERSON,
    "community": {"name": "lamps"},
    "counts": {"score": 1, "comments": 2},
}
LEMMY = {
    "posts": [_VIEW],
    "comments": [{**_VIEW, "comment": _COMMENT, "counts": {"score": -1, "child_count": 0}}],
    "search": [{"type_": "post", **_VIEW}],
    "next_page": "P1",
    "post_view": _VIEW,
    "comment_view": {**_VIEW, "comment": _COMMENT},
    "software": {"name": "lemmy", "version": "1.0"},
}

_WRITTEN = {
    "id": 101,
    "topic_id": 7,
    "post_number": 2,
    "topic_slug": "which-lamp",
    "topic_title": "Which lamp?",
    "username": "ada",
    "created_at": "2026-11-24T09:00:00.000Z",
    "cooked": "<p>Lumo<br><a class='mention' href='/u/bob'>@bob</a></p>",
    "post_type": 1,
    "reply_to_post_number": 1,
    "actions_summary": [{"id": 2, "count": 3}],
}
DISCOURSE = {
    "latest_posts": [_WRITTEN, {**_WRITTEN, "id": 100, "post_number": 1}],
    "posts": [{**_WRITTEN, "blurb": "Lumo …", "cooked": None, "like_count": 1}],
    "topics": [{"id": 7, "title": "Which lamp?", "slug": "which-lamp", "tags": ["led"]}],
    "grouped_search_result": {},
    "post_stream": {"posts": [_WRITTEN]},
    "id": 7,
    "title": "Which lamp?",
}

STACK_EXCHANGE = {
    "items": [
        {
            "question_id": 7,
            "answer_id": 8,
            "post_id": 8,
            "title": "Why &quot;Lumo&quot;?",
            "excerpt": "My <b>Lumo</b>",
            "body": "<p>My Lumo</p>",
            "creation_date": 1795510800,
            "score": 3,
            "tags": ["lamp"],
            "link": "https://diy.example/q/7",
            "owner": {"display_name": "Ada", "link": "https://diy.example/users/9"},
        }
    ],
    "has_more": True,
    "quota_remaining": 200,
}

_ISSUE = {
    "node_id": "I_7",
    "number": 7,
    "html_url": "https://github.com/maker/lumo/issues/7",
    "repository_url": "https://api.github.com/repos/maker/lumo",
    "title": "Lumo",
    "body": "It **blinks** ![a lamp](x.png)",
    "user": {"login": "ada", "html_url": "https://github.com/ada"},
    "created_at": "2026-11-24T09:00:00Z",
    "comments": 2,
    "reactions": {"total_count": 5},
    "labels": [{"name": "bug"}, "lamp"],
}
GITHUB = {
    "items": [_ISSUE],
    "incomplete_results": False,
    **_ISSUE,
    "data": {
        "nodes": [{"id": "I_7", "title": "x", "body": "y", "comments": {"totalCount": 1}}, None]
    },
}


def lemmy(client: PoliteClient) -> Source:
    return LemmySource("a", "https://lumen.example", client)


def discourse(client: PoliteClient) -> Source:
    return DiscourseSource("a", "https://lumen.example", client)


def stack_exchange(client: PoliteClient) -> Source:
    return StackExchangeSource("a", "diy", client)


def github(client: PoliteClient) -> Source:
    return GitHubSource("a", client, Key("secret", "VIGIE_GITHUB_TOKEN"))


SAMPLES: dict[Make, object] = {
    lemmy: LEMMY,
    discourse: DISCOURSE,
    stack_exchange: STACK_EXCHANGE,
    github: GITHUB,
}
KNOWN: dict[Make, str] = {
    lemmy: "1/5",
    discourse: "7/2/101",
    stack_exchange: "8",
    github: "maker/lumo/issues/7",
}
"""What each calls a post."""

SOURCES = st.sampled_from(list(SAMPLES))
MADE = SOURCES.flatmap(lambda make: st.tuples(st.just(make), mutated_json(SAMPLES[make])))
TORN = SOURCES.flatmap(
    lambda make: st.tuples(st.just(make), mutated_bytes(json.dumps(SAMPLES[make]).encode()))
)


async def assert_follows_or_source_error(make: Make, body: bytes) -> None:
    """That a post's thread, and the post asked for again, are whole."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with PoliteClient(clock=Clock(), transport=transport) as client:
        source, known = make(client), a_post(id="I_7", local_id=KNOWN[make])
        try:
            thread = await source.exchange(known) if isinstance(source, Threaded) else ()
            for post in thread:
                assert_whole(post)
        except SourceError:
            pass
        try:
            again = await source.reread([known]) if isinstance(source, Rereadable) else None
        except SourceError:
            return
        for post in again.posts if again else ():
            assert_whole(post)


@MANY
@given(sample=MADE | TORN)
async def test_forums_withstand_changed_answers(sample: tuple[Make, bytes]) -> None:
    await assert_posts_or_source_error(*sample)


@MANY
@given(sample=MADE | TORN)
async def test_forums_withstand_changed_threads_and_posts(sample: tuple[Make, bytes]) -> None:
    await assert_follows_or_source_error(*sample)


@MANY
@given(
    make=SOURCES,
    cursor=st.text(max_size=50)
    | mutated_json(
        {"known": {"lumo": [1795510800, 1795510900]}, "left": ["lumo"], "seen": {"a": "b"}}
    ).map(bytes.decode),
)
async def test_forums_withstand_a_damaged_cursor(make: Make, cursor: str) -> None:
    body = json.dumps(SAMPLES[make]).encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with PoliteClient(clock=Clock(), transport=transport) as client:
        assert (await make(client).fetch(["lumo"], cursor, NOW)).cursor


@pytest.mark.parametrize("make", list(SAMPLES), ids=lambda make: make.__name__)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"items":' * 100_000,
        b'{"posts": [' + b'{"post":' * 10_000,
        b"\xff\xfe{}",
        b'{"items": [{"node_id": "\\ud800", "html_url": "u"}]}',
    ],
    ids=lambda body: repr(body[:12]),
)
async def test_deep_and_poisoned_answers_are_an_error_or_nothing(make: Make, body: bytes) -> None:
    await assert_posts_or_source_error(make, body)
    await assert_follows_or_source_error(make, body)


@pytest.mark.parametrize("make", list(SAMPLES), ids=lambda make: make.__name__)
async def test_the_samples_themselves_are_read(make: Make) -> None:
    """Else the tests above would show nothing."""
    body = json.dumps(SAMPLES[make]).encode()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
    async with PoliteClient(clock=Clock(), transport=transport) as client:
        assert (await make(client).fetch(["lumo"], None, NOW)).posts
