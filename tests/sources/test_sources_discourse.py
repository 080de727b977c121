from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused
from bot.sources.base import Page
from bot.sources.discourse import DiscourseSource
from bot.sources.discourseposts import Forum, read_latest, read_results, read_topic
from bot.sources.http import PoliteClient
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients, payload

Json = dict[str, object]
ADDRESS = "https://forum.example"
FORUM = Forum("forum", ADDRESS)


def written(id: int, hours_ago: float = 1, **changes: object) -> Json:
    """A post of the topic 7, which began with the post 100."""
    return {
        "id": id,
        "topic_id": 7,
        "post_number": id - 99,
        "topic_slug": "which-lamp",
        "topic_title": "Which lamp?",
        "username": "ada",
        "created_at": (NOW - timedelta(hours=hours_ago)).isoformat(),
        "cooked": f"<p>Lumo <b>{id}</b>,<br>says <a class='mention' href='/u/bob'>@bob</a></p>",
        "post_type": 1,
        "reply_count": 2,
        "reply_to_post_number": None,
        "actions_summary": [{"id": 2, "count": 3}, {"id": 4, "can_act": True}],
        **changes,
    }


TAGS = ["led", {"id": 3, "name": "lamps", "slug": "lamps"}, {"id": 4}, 7]
"""As forums of before and after 2026 have them, and as none has."""


class Discourse:
    """A forum with some posts; its search finds those that are `found`."""

    def __init__(self, *posts: Json) -> None:
        self.posts = list(posts)
        self.found: list[Json] = []
        self.asked: list[httpx.URL] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        if request.url.path == "/search.json":
            topics = [{"id": 9, "title": "An old lamp", "slug": "an-old-lamp", "tags": TAGS}]
            answer = {"posts": self.found, "topics": topics, "grouped_search_result": {}}
            return httpx.Response(200, json=answer)
        before = int(request.url.params.get("before", 10**9))
        listed = [post for post in self.posts if int(str(post["id"])) <= before]
        listed.sort(key=lambda post: -int(str(post["id"])))
        return httpx.Response(200, json={"latest_posts": listed[:50]})


async def fetch(client: PoliteClient, cursor: str | None = None, terms: str = "lumo") -> Page:
    return await DiscourseSource("forum", ADDRESS, client).fetch(terms.split("|"), cursor, NOW)


async def test_a_topic_and_its_answers_are_one_thread(clients: Clients) -> None:
    first, second = (await fetch(clients(Discourse(written(100, 2), written(101))))).posts
    assert (first.id, first.thread) == ("topic-7", "")
    assert (second.id, second.thread) == ("101", "topic-7")
    assert (second.title, second.text) == ("Which lamp?", "Lumo 101,\nsays @bob")
    assert second.url == "https://forum.example/t/which-lamp/7/2"
    assert (second.author, second.author_url) == ("ada", "https://forum.example/u/ada")
    assert (second.engagement, second.handles, second.local_id) == (5, ("bob",), "7/2/101")


async def test_posts_are_read_back_by_their_ids(clients: Clients) -> None:
    forum = Discourse(*(written(id, (400 - id) / 10) for id in range(200, 401)))
    client = clients(forum)
    page = await fetch(client)
    assert len(page.posts) == 201
    before = [url.params.get("before") for url in forum.asked if url.path == "/posts.json"]
    assert before == [None, "350", "300", "250", "200", "199", "149", "99", "49"]
    forum.asked.clear()
    forum.posts += [written(401, -0.1, cooked="x")]
    page = await fetch(client, page.cursor)
    assert [post.id for post in page.posts] == ["401"]
    assert [url.path for url in forum.asked] == ["/posts.json"]


async def test_the_first_poll_searches_for_what_the_latest_posts_do_not_show(
    clients: Clients,
) -> None:
    forum = Discourse(written(101))
    found = {"id": 50, "topic_id": 9, "post_number": 4, "username": "bob", "like_count": 1}
    forum.found = [
        {**found, "created_at": (NOW - timedelta(days=6)).isoformat(), "blurb": "a Lumo …"},
        written(101),
    ]
    page = await fetch(clients(forum), terms="lumo|wake light")
    assert [(post.id, post.title, post.tags) for post in page.posts] == [
        ("50", "An old lamp", ("led", "lamps")),
        ("101", "Which lamp?", ()),
    ]
    searched = [url.params["q"] for url in forum.asked if url.path == "/search.json"]
    assert searched == [
        '"lumo" order:latest after:2026-11-17',
        '"wake light" order:latest after:2026-11-17',
    ]


async def test_a_search_that_may_not_be_asked_fails_no_poll(clients: Clients) -> None:
    forum = Discourse(written(101))

    def answers(request: httpx.Request) -> httpx.Response:
        busy = request.url.path == "/search.json"
        return httpx.Response(429, headers={"retry-after": "60"}) if busy else forum(request)

    assert len((await fetch(clients(answers))).posts) == 1


async def test_hidden_deleted_and_made_up_posts_are_none(clients: Clients) -> None:
    forum = Discourse(
        written(101, hidden=True),
        written(102, user_deleted=True),
        written(103, deleted_at="2026-11-24"),
        written(104, post_type=3),
        written(105),
    )
    assert [post.id for post in (await fetch(clients(forum))).posts] == ["105"]


async def test_the_exchange_is_the_topic_around_the_post(clients: Clients) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        near = [written(130, 1), written(131, 0.5, reply_to_post_number=31)]
        posts = (
            near if request.url.path.endswith("/32.json") else [written(100, 3), written(101, 2)]
        )
        return httpx.Response(200, json={"post_stream": {"posts": posts}, "id": 7, "title": "T"})

    source = DiscourseSource("forum", ADDRESS, clients(answers))
    about = a_post(id="131", thread="topic-7", local_id="7/32/131")
    thread = await source.exchange(about)
    assert [post.id for post in thread] == ["topic-7", "101", "130", "131"]
    assert [post.thread for post in thread] == ["", "topic-7", "topic-7", "topic-7"]
    assert asked == ["/t/7.json", "/t/7/32.json"]


async def test_known_posts_are_asked_for_again_topic_by_topic(clients: Clients) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.path != "/t/7/posts.json":
            return httpx.Response(404)
        edited = written(101, cooked="<p>edited</p>")
        return httpx.Response(200, json={"post_stream": {"posts": [edited]}, "id": 7})

    known = [
        a_post(id="101", local_id="7/2/101"),
        a_post(id="102", local_id="7/3/102"),
        a_post(id="topic-9", local_id="9/1/80"),
        a_post(id="elsewhere"),
    ]
    again = await DiscourseSource("forum", ADDRESS, clients(answers)).reread(known)
    assert [(post.id, post.text) for post in again.posts] == [("101", "edited")]
    assert again.gone == ("102", "topic-9")
    assert asked[0] == "https://forum.example/t/7/posts.json?post_ids[]=101&post_ids[]=102"


async def test_a_post_that_was_moved_to_another_topic_is_not_gone(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/posts/101.json":
            return httpx.Response(200, json=written(101, topic_id=12))
        return httpx.Response(404)

    known = [a_post(id="101", local_id="7/2/101")]
    again = await DiscourseSource("forum", ADDRESS, clients(answers)).reread(known)
    assert (again.posts, again.gone) == ((), ())


async def test_a_forum_that_wants_to_be_left_alone_says_nothing_is_gone(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(429, headers={"retry-after": "60"}))
    with pytest.raises(SourceRateLimited):
        await DiscourseSource("forum", ADDRESS, client).reread([a_post(local_id="7/2/101")])


@pytest.mark.parametrize("status", [403, 404])
async def test_a_firewall_or_a_forum_for_members_says_nothing_is_gone(
    clients: Clients, status: int
) -> None:
    page = httpx.Response(status, html="<html>Who are you?</html>")
    members = httpx.Response(403, json={"errors": ["Log in"], "error_type": "not_logged_in"})
    for answer in (page, members):
        client = clients(lambda _, answer=answer: answer)
        with pytest.raises(SourceRefused):
            await DiscourseSource("forum", ADDRESS, client).reread([a_post(local_id="7/2/101")])


async def test_a_post_that_is_not_the_forums_own_is_refused(clients: Clients) -> None:
    with pytest.raises(SourceRefused):
        await DiscourseSource("forum", ADDRESS, clients(Discourse())).exchange(a_post())


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"latest_posts": [1]}', b"[" * 9_000])
def test_what_is_no_answer_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_latest(body, FORUM, 0, NOW)
    with pytest.raises(SourceGarbled):
        read_topic(body, FORUM, NOW)
    if b"latest" not in body:
        with pytest.raises(SourceGarbled):
            read_results(body, FORUM, NOW)


@pytest.mark.payloads
def test_the_recorded_latest_posts_are_read() -> None:
    found = read_latest(payload("discourse/posts_latest.json"), FORUM, 0, NOW)
    assert len(found.posts) == 4
    assert all(post.text and post.title and post.url for post in found.posts)


@pytest.mark.payloads
def test_the_recorded_topic_is_one_thread() -> None:
    said = read_topic(payload("discourse/topic.json"), FORUM, NOW)
    assert said[0].post.id == "topic-57"
    assert {one.post.thread for one in said[1:]} == {"topic-57"}


@pytest.mark.payloads
def test_the_recorded_search_gives_topics_their_titles() -> None:
    (post,) = read_results(payload("discourse/docs_search_query_response.json"), FORUM, NOW)
    assert post.id == "topic-13"
    assert post.title.startswith("2a6aa74e")
