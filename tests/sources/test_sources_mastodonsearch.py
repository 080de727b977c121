"""Mastodon's search: by date or by relevance, every status that is found is told once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRefused
from bot.sources.base import Page, Threaded
from bot.sources.keys import Key
from bot.sources.mastodonsearch import MastodonSearchSource, read_found
from tests.builders import NOW
from tests.sources.conftest import Answers, Clients, payload, payload_names

SERVER = "https://lumen.example"


def status(number: int, **changes: object) -> dict[str, object]:
    at = NOW - timedelta(minutes=number)
    return {
        "id": str(number),
        "uri": f"{SERVER}/users/ada/statuses/{number}",
        "url": f"{SERVER}/@ada/{number}",
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S.000Z}",
        "content": "<p>Lumo</p>",
        "visibility": "public",
        "account": {"acct": "ada", "url": f"{SERVER}/@ada"},
        **changes,
    }


class Server:
    """A server that finds what it has, in its order, for whoever shows a token."""

    def __init__(self, statuses: Sequence[dict[str, object]], most: int = 40) -> None:
        self.statuses = statuses
        self.most = most
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != "Bearer secret":
            return httpx.Response(401, json={"error": "This method requires a user"})
        self.asked.append(dict(request.url.params))
        start = int(request.url.params.get("offset", "0"))
        found = self.statuses[start : start + min(self.most, int(request.url.params["limit"]))]
        return httpx.Response(200, json={"accounts": [], "statuses": found, "hashtags": []})


async def fetch(
    clients: Clients, answers: Answers, cursor: str | None = None, key: str = "secret"
) -> Page:
    source = MastodonSearchSource("search", SERVER, Key(key, "VIGIE_TOKEN"), clients(answers))
    return await source.fetch(["lumo"], cursor, NOW)


async def test_a_phrase_is_searched_for_since_the_day_before(clients: Clients) -> None:
    server = Server([status(1)])
    (post,) = (await fetch(clients, server)).posts
    assert (post.id, post.text) == (f"{SERVER}/users/ada/statuses/1", "Lumo")
    assert server.asked[0]["q"] == '"lumo" after:2026-11-16'
    assert server.asked[0]["type"] == "statuses"


@pytest.mark.parametrize("most", [7, 20, 40])
async def test_pages_are_read_to_the_end_whatever_their_order(clients: Clients, most: int) -> None:
    by_relevance = [status(number) for number in (90, 3, 41, *range(100, 150), 1)]
    page = await fetch(clients, Server(by_relevance, most))
    assert len(page.posts) == 54
    assert page.complete


async def test_what_was_found_before_is_not_told_again(clients: Clients) -> None:
    first = await fetch(clients, Server([status(10)]))
    page = await fetch(clients, Server([status(5), status(10)]), first.cursor)
    assert [post.id[-2:] for post in page.posts] == ["/5"]


async def test_more_than_its_pages_show_is_a_gap(clients: Clients) -> None:
    first = await fetch(clients, Server([status(60)]))
    second = await fetch(clients, Server([status(30), status(60)]), first.cursor)
    flood = Server([status(n % 29 + 1, uri=f"{SERVER}/{n}") for n in range(500)])
    page = await fetch(clients, flood, second.cursor)
    assert (len(page.posts), page.complete) == (400, False)


async def test_boosts_and_what_is_not_for_everybody_are_left_out(clients: Clients) -> None:
    found = [status(1, visibility="direct"), status(2, reblog=status(9)), status(3)]
    page = await fetch(clients, Server(found))
    assert [post.id[-2:] for post in page.posts] == ["/3"]


async def test_answers_belong_to_the_root_of_their_thread(clients: Clients) -> None:
    found = [status(1, in_reply_to_id="5"), status(5)]
    page = await fetch(clients, Server(found))
    threads = {post.id[-2:]: post.thread[-2:] for post in page.posts}
    assert threads == {"/1": "/5", "/5": ""}


async def test_a_token_that_is_not_taken_is_told(clients: Clients) -> None:
    with pytest.raises(SourceRefused, match=r"VIGIE_TOKEN is refused by lumen\.example"):
        await fetch(clients, Server([]), key="wrong")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(403, json={"error": "outside the authorized scopes"}), "VIGIE_TOKEN"),
        (httpx.Response(403, html="<h1>Blocked</h1>"), "turns programs away"),
    ],
)
async def test_a_token_without_the_scope_is_told_from_a_firewall(
    clients: Clients, answer: httpx.Response, words: str
) -> None:
    with pytest.raises(SourceRefused, match=words):
        await fetch(clients, lambda _: answer)


def test_threads_can_be_asked_for(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(404))
    assert isinstance(
        MastodonSearchSource("search", SERVER, Key("secret", "VIGIE_TOKEN"), client), Threaded
    )


@pytest.mark.parametrize("body", [b"", b"[]", b'{"statuses": 1}', b'{"statuses": [1]}'])
def test_what_is_no_answer_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_found(body)


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("mastodon", "*search*.body.json"))
def test_recorded_answers_are_statuses(name: str) -> None:
    body = payload(name)
    recorded = json.loads(body)
    assert {one.uri for one in read_found(body)} == {
        one["uri"] for one in recorded.get("statuses", [])
    }
