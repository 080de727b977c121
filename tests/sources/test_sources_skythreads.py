"""Bluesky's threads: what is said in them, and to whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRefused
from bot.sources.appview import AppView
from bot.sources.skythreads import DEEPEST, read_thread
from tests.builders import NOW, a_post
from tests.sources.bluesky import post_uri, record, view
from tests.sources.conftest import Clients, payload, payload_names


def answer(number: int, to: int, root: int = 1) -> dict[str, object]:
    reply = {"root": {"uri": post_uri(root)}, "parent": {"uri": post_uri(to)}}
    return view(number, record={**record(60 - number), "reply": reply})


def node(shown: dict[str, object], *replies: object, parent: object = None) -> dict[str, object]:
    return {"post": shown, "replies": list(replies), **({"parent": parent} if parent else {})}


GONE = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": post_uri(9), "notFound": True}
THREAD = node(view(1), node(answer(2, 1), node(answer(3, 2))), GONE, 7, node(answer(4, 1)))


def said(thread: object) -> list[tuple[str, str]]:
    found = read_thread(json.dumps({"thread": thread}).encode(), "sky", NOW)
    return [(one.post.id[-1], one.parent[-1:]) for one in found]


def test_every_answer_is_to_whom_it_answers() -> None:
    assert sorted(said(THREAD)) == [("1", ""), ("2", "1"), ("3", "2"), ("4", "1")]


def test_what_stands_above_is_read_as_well() -> None:
    above = node(answer(2, 1), parent=node(view(1)))
    assert sorted(said(node(answer(3, 2), parent=above))) == [("1", ""), ("2", "1"), ("3", "2")]


def test_a_thread_without_bottom_ends() -> None:
    thread: object = node(view(1))
    for number in range(2, DEEPEST + 50):
        thread = node(answer(number, number + 1), thread)
    assert len(said(thread)) == DEEPEST


@pytest.mark.parametrize("body", [b"", b"{}", b'{"thread": 1}', b'{"thread":' * 9_000])
def test_what_is_no_thread_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_thread(body, "sky", NOW)


async def test_a_thread_is_asked_for_by_its_beginning(clients: Clients) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["uri"])
        return httpx.Response(200, json={"thread": THREAD})

    about = a_post(id=post_uri(3), thread=post_uri(1))
    found = await AppView(clients(answers)).exchange(about, "sky")
    assert asked == [post_uri(1)]
    assert {post.id[-1]: post.thread[-1:] for post in found} == {
        "1": "", "2": "1", "3": "1", "4": "1",
    }  # fmt: skip


async def test_where_its_beginning_is_gone_the_post_itself_is_asked_for(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.params["uri"] == post_uri(1):
            return httpx.Response(400, json={"error": "NotFound"})
        return httpx.Response(200, json={"thread": node(answer(3, 2))})

    view_of = AppView(clients(answers))
    about = a_post(id=post_uri(3), thread=post_uri(1))
    assert [post.id for post in await view_of.exchange(about, "sky")] == [post_uri(3)]
    with pytest.raises(SourceRefused):
        await view_of.exchange(a_post(id=post_uri(1)), "sky")


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("bluesky", "*hread*"))
def test_recorded_threads_are_read(name: str) -> None:
    body = payload(name)
    assert len(read_thread(body, "sky", datetime(2026, 11, 24, tzinfo=UTC))) >= 1
