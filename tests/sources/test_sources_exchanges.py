"""Threads put together out of what was told of them, and Hacker News' nested items."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mention import Post
from bot.errors import SourceError, SourceGarbled, SourceRefused
from bot.sources.exchanges import MOST_POSTS, Said, exchange
from bot.sources.hackernews import HackerNewsSource
from bot.sources.hnitems import DEEPEST, read_items
from tests.builders import NOW, a_post
from tests.sources.conftest import Answers, Clients, payload

EPOCH = int(NOW.timestamp())


def said(id: str, parent: str = "", minute: float = 0, **changes: Any) -> Said:
    return Said(a_post(id=id, at=NOW + timedelta(minutes=minute), **changes), parent)


def ids(posts: tuple[Post, ...]) -> list[str]:
    return [post.id for post in posts]


@st.composite
def trees(draw: st.DrawFn, largest: int = 40) -> list[Said]:
    """A thread, told in any order, whose clocks err."""
    size = draw(st.integers(1, largest))
    minutes = st.integers(-5, 5)
    told = [said("0", minute=draw(minutes))]
    for number in range(1, size):
        parent = str(draw(st.integers(0, number - 1)))
        told.append(said(str(number), parent, draw(minutes)))
    return draw(st.permutations(told))


@given(trees(), st.data())
def test_every_post_is_told_once_and_none_before_what_it_answers(
    told: list[Said], data: st.DataObject
) -> None:
    about = data.draw(st.sampled_from(told)).post
    posts = exchange([*told, *reversed(told)], about)
    place = {post.id: number for number, post in enumerate(posts)}
    assert sorted(ids(posts)) == sorted(one.post.id for one in told)
    assert all(place[one.parent] < place[one.post.id] for one in told if one.parent)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=20))
def test_what_answers_one_post_is_told_oldest_first(minutes: list[int]) -> None:
    told = [said("root", minute=-1)]
    told += [said(str(number), "root", minute) for number, minute in enumerate(minutes)]
    posts = exchange(told, told[0].post)
    assert [post.at for post in posts] == sorted(post.at for post in posts)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_posts_that_answer_each_other_in_a_circle_are_told_once(
    pairs: list[tuple[str, str]],
) -> None:
    told = [said(id, parent, minute) for minute, (id, parent) in enumerate(pairs)]
    posts = exchange(told, a_post(id="a"))
    assert sorted(ids(posts)) == sorted({id for id, _ in pairs})


def test_an_exchange_is_in_the_thread_of_the_post_asked_for() -> None:
    about = a_post(id="b", thread="a")
    posts = exchange([said("a"), said("b", "a"), said("c", "b"), said("d", "unseen")], about)
    assert [(post.id, post.thread) for post in posts] == [
        ("a", ""),
        ("b", "a"),
        ("c", "a"),
        ("d", "a"),
    ]


def test_of_too_many_posts_the_line_comes_first_then_answers_then_the_newest() -> None:
    told = [said("root"), said("middle", "root", 1), said("asked", "middle", 2)]
    told += [said(f"under {number}", "asked", 3 + number) for number in range(20)]
    told += [said(f"aside {number}", "root", 100 + number) for number in range(300)]
    kept = ids(exchange(told, told[2].post))
    assert len(kept) == MOST_POSTS
    assert kept[:3] == ["root", "middle", "asked"]
    assert kept[3:23] == [f"under {number}" for number in range(20)]
    assert kept[23:] == [f"aside {number}" for number in range(300 - (MOST_POSTS - 23), 300)]


def test_a_line_of_ten_thousand_answers_is_cut_without_falling_over() -> None:
    told = [said("0"), *(said(str(n), str(n - 1), n) for n in range(1, 10_000))]
    assert len(exchange(told, told[5_000].post)) == MOST_POSTS


# Hacker News


def item(id: int, *children: object, **changes: object) -> dict[str, object]:
    return {
        "id": id,
        "created_at": "2026-11-24T10:00:00.000Z",
        "created_at_i": EPOCH - 1_000 + id,
        "type": "comment",
        "author": f"user{id}",
        "title": None,
        "url": None,
        "text": f"Lumo &#x27;{id}&#x27;<p>is<br>fine",
        "points": None,
        "parent_id": 1,
        "story_id": 1,
        "children": list(children),
        "options": [],
        **changes,
    }


def story(*children: object, **changes: object) -> dict[str, object]:
    told = {"type": "story", "title": "Lumo hums", "points": 7, "parent_id": None, "text": None}
    return item(1, *children, **{**told, **changes})


def answering(body: object, asked: list[str] | None = None) -> Answers:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request.url.raw_path.decode())
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(200, content=content)

    return answer


async def read(clients: Clients, body: object, id: str = "1", thread: str = "") -> tuple[Post, ...]:
    source = HackerNewsSource("hn", clients(answering(body)))
    return await source.exchange(a_post(source="hn", id=id, thread=thread))


async def test_a_comment_is_asked_for_by_its_story(clients: Clients) -> None:
    asked: list[str] = []
    source = HackerNewsSource("hn", clients(answering(story(item(2, item(3))), asked)))
    posts = await source.exchange(a_post(source="hn", id="3", thread="1"))
    assert asked == ["/api/v1/items/1"]
    assert [(post.id, post.thread) for post in posts] == [("1", ""), ("2", "1"), ("3", "1")]
    assert (posts[0].title, posts[0].text, posts[0].engagement) == ("Lumo hums", "", 9)
    assert (posts[2].title, posts[2].text) == ("Lumo hums", "Lumo '3'\nis\nfine")
    assert posts[2].url == "https://news.ycombinator.com/item?id=3"
    assert posts[2].author == "user3"
    assert posts[2].at == NOW - timedelta(seconds=997)


async def test_a_deleted_comment_is_left_out_and_its_answers_stay(clients: Clients) -> None:
    deleted = item(2, item(3), author=None, text=None)
    posts = await read(clients, story(deleted, item(4)))
    assert [(post.id, post.thread) for post in posts] == [("1", ""), ("3", "1"), ("4", "1")]


async def test_a_deleted_story_leaves_its_comments(clients: Clients) -> None:
    posts = await read(clients, story(item(2), author=None), id="2", thread="1")
    assert [(post.id, post.thread) for post in posts] == [("2", "1")]


@pytest.mark.parametrize(
    "garbled",
    [
        "text",
        7,
        None,
        [],
        {"id": "two"},
        item(2, created_at_i="soon"),
        item(2, created_at_i=10**30),
        item(2, author=["ada"]),
        item(2, children={"id": 3}),
        item(2, text={"html": "x"}),
    ],
)
async def test_a_comment_that_is_none_hurts_itself_alone(clients: Clients, garbled: object) -> None:
    assert ids(await read(clients, story(item(8, item(9)), garbled))) == ["1", "8", "9"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b'{"id": 1}', b"\xff\xfe", b"{"])
async def test_an_answer_that_is_no_item_is_garbled(clients: Clients, body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        await read(clients, body)


async def test_a_thread_ten_thousand_deep_is_refused_in_no_time(clients: Clients) -> None:
    opened = "".join(
        f'{{"id":{n},"created_at_i":1,"author":"a","children":[' for n in range(10_000)
    )
    with pytest.raises(SourceGarbled):
        await read(clients, (opened + "]}" * 10_000).encode())


def test_a_deep_thread_is_read_down_to_a_level() -> None:
    opened = "".join(f'{{"id":{n},"created_at_i":1,"author":"a","children":[' for n in range(300))
    assert len(read_items((opened + "]}" * 300).encode())) == 1 + DEEPEST


async def test_an_item_that_contains_itself_is_told_once(clients: Clients) -> None:
    posts = await read(clients, story(item(2, story(item(2))), item(2)))
    assert sorted(ids(posts)) == ["1", "2"]


@st.composite
def nested(draw: st.DrawFn) -> tuple[dict[str, object], dict[str, str], set[str]]:
    """A story with random comments below it, the parent of each, and those that are deleted."""
    size = draw(st.integers(1, 30))
    parents = {str(id): str(draw(st.integers(1, id - 1))) for id in range(2, size + 2)}
    deleted = draw(st.sets(st.sampled_from(sorted(parents)), max_size=5))
    made: dict[str, dict[str, Any]] = {"1": story()}
    for id, parent in parents.items():
        gone = {"author": None, "text": None} if id in deleted else {}
        made[id] = item(int(id), created_at_i=EPOCH - draw(st.integers(0, 50)), **gone)
        made[parent]["children"].append(made[id])
    return made["1"], parents, deleted


@given(nested())
def test_nested_items_are_read_each_once_and_parents_first(
    tree: tuple[dict[str, object], dict[str, str], set[str]],
) -> None:
    root, parents, deleted = tree
    placed = read_items(json.dumps(root).encode())
    met: set[str] = set()
    for one in placed:
        assert one.parent in met or one.item.id == 1
        met.add(str(one.item.id))
    assert len(placed) == len(met)
    assert met == {"1", *parents} - deleted


async def test_a_story_that_is_gone_is_refused(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(404, json={"error": "Not Found"}))
    with pytest.raises(SourceRefused):
        await HackerNewsSource("hn", client).exchange(a_post(id="1"))


async def test_an_id_stays_within_its_address(clients: Clients) -> None:
    asked: list[str] = []
    source = HackerNewsSource("hn", clients(answering(story(), asked)))
    await source.exchange(a_post(id="1/../../users/pg?x#y"))
    assert asked == ["/api/v1/items/1%2F..%2F..%2Fusers%2Fpg%3Fx%23y"]


@pytest.mark.payloads
async def test_a_search_is_no_item(clients: Clients) -> None:
    body = payload("hackernews/17_search_by_date_hitsPerPage_1_tags_comment_query_apple.json")
    with pytest.raises(SourceError):
        await read(clients, body)
