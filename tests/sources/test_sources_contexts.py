"""What a status was answered, as a Mastodon server tells it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.contexts import own_id, said_in
from bot.sources.exchanges import exchange
from bot.sources.mastodon import MastodonSource
from bot.sources.statuses import read_context
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients, payload

SERVER = "https://lumen.example"
ELSEWHERE = "https://elsewhere.example"


def status(id: int, parent: int | None = None, **changes: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=100 - id)
    return {
        "id": str(id),
        "uri": f"{SERVER}/users/ada/statuses/{id}",
        "url": f"{SERVER}/@ada/{id}",
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "in_reply_to_id": None if parent is None else str(parent),
        "content": f"<p>Lumo {id}</p>",
        "account": {"acct": "ada", "url": f"{SERVER}/@ada", "followers_count": 120},
        **changes,
    }


def post(number: int, thread: int = 0, **changes: Any) -> Post:
    """What a poll made of a status; `thread` is the status that it is in the thread of."""
    told = a_post(
        source="lumen",
        id=f"{SERVER}/users/ada/statuses/{number}",
        url=f"{SERVER}/@ada/{number}",
        local_id=str(number),
        thread=f"{SERVER}/users/ada/statuses/{thread}" if thread else "",
    )
    return replace(told, **changes)


class Server:
    """A server that tells statuses and what is around them; `shown` is how many it shows below."""

    def __init__(self, *statuses: dict[str, Any], shown: int = 60) -> None:
        self.statuses = {one["id"]: one for one in statuses}
        self.shown = shown
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.removeprefix("/api/v1/statuses/"))
        id, _, kind = self.asked[-1].partition("/")
        if id not in self.statuses:
            return httpx.Response(404, json={"error": "Record not found"})
        if not kind:
            return httpx.Response(200, json=self.statuses[id])
        around = {
            "ancestors": list(self._above(self.statuses[id]))[::-1],
            "descendants": list(self._below(id))[: self.shown],
        }
        return httpx.Response(200, json=around)

    def _above(self, one: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while one := self.statuses.get(one["in_reply_to_id"], {}):
            yield one

    def _below(self, id: str) -> Iterator[dict[str, Any]]:
        for one in self.statuses.values():
            if one["in_reply_to_id"] == id:
                yield one
                yield from self._below(one["id"])


async def read(clients: Clients, server: Server, about: Post) -> list[int]:
    posts = await MastodonSource("lumen", f"{SERVER}/", clients(server)).exchange(about)
    return [int(one.id.rpartition("/")[2]) for one in posts]


async def test_the_first_status_is_asked_for_with_what_is_below_it(clients: Clients) -> None:
    server = Server(status(1), status(2, 1), status(3, 2), status(4, 1))
    assert await read(clients, server, post(1)) == [1, 2, 3, 4]
    assert server.asked == ["1/context", "1"]


async def test_from_an_answer_the_rest_is_asked_for_by_the_top(clients: Clients) -> None:
    server = Server(status(1), status(2, 1), status(3, 2), status(4, 1))
    assert await read(clients, server, post(3, thread=1)) == [1, 2, 3, 4]
    assert server.asked == ["3/context", "1/context"]


async def test_a_status_that_the_thread_does_not_show_is_asked_for_by_itself(
    clients: Clients,
) -> None:
    server = Server(status(1), status(2, 1), status(3, 2), status(4, 3), shown=1)
    assert await read(clients, server, post(3, thread=1)) == [1, 2, 3, 4]
    assert server.asked == ["3/context", "1/context", "3"]


async def test_an_answer_is_a_post_as_a_poll_would_have_it(clients: Clients) -> None:
    reply = status(
        2,
        1,
        content='<p><span class="h-card">@<span>ada</span></span> We <b>look</b>.</p>',
        account={"acct": "maisonlumo", "url": f"{SERVER}/@maisonlumo", "followers_count": 9},
        language="en",
        favourites_count=3,
    )
    source = MastodonSource("lumen", SERVER, clients(Server(status(1), reply)))
    _, answer = await source.exchange(post(1))
    assert answer.thread == post(1).id
    assert (answer.text, answer.author, answer.followers) == ("@ada We look.", "@maisonlumo", 9)
    assert (answer.local_id, answer.engagement, answer.language) == ("2", 3, "en")
    assert (answer.source, answer.at) == ("lumen", NOW - timedelta(minutes=98))


async def test_where_the_post_is_gone_the_rest_of_its_thread_is_told(clients: Clients) -> None:
    server = Server(status(1), status(2, 1))
    assert await read(clients, server, post(3, thread=1)) == [1, 2]
    assert server.asked == ["3/context", "1/context", "1"]


async def test_where_all_is_gone_it_is_refused(clients: Clients) -> None:
    with pytest.raises(SourceRefused):
        await read(clients, Server(), post(3, thread=1))


async def test_a_post_of_another_server_is_asked_for_by_its_local_id(clients: Clients) -> None:
    remote = {"uri": f"{ELSEWHERE}/users/bo/statuses/9", "url": f"{ELSEWHERE}/@bo/9"}
    server = Server({**status(1), **remote}, status(2, 1))
    about = post(1, id=remote["uri"], url=remote["url"])
    assert await read(clients, server, about) == [9, 2]


async def test_a_post_known_before_there_were_local_ids_is_found_by_its_address(
    clients: Clients,
) -> None:
    assert await read(clients, Server(status(1)), post(1, local_id="")) == [1]


async def test_a_post_of_which_no_id_is_known_is_refused_unasked(clients: Clients) -> None:
    server = Server(status(1))
    with pytest.raises(SourceRefused):
        await read(clients, server, post(1, local_id="", id="tag:1", url=f"{ELSEWHERE}/@bo/9"))
    assert server.asked == []


@pytest.mark.parametrize(
    ("address", "id"),
    [
        (f"{SERVER}/@ada/12", "12"),
        (f"{SERVER}/@bo@elsewhere.example/12", "12"),
        (f"{SERVER}/users/ada/statuses/12", "12"),
        (f"{SERVER}/ap/users/7/statuses/12", "12"),
        (f"{SERVER}/statuses/12", "12"),
        (f"{SERVER}/@ada", ""),
        (f"{SERVER}/@ada/12/embed", ""),
        (f"{SERVER}.evil.example/@ada/12", ""),
        (f"{ELSEWHERE}/@ada/12", ""),
        ("", ""),
    ],
)
def test_an_id_is_read_out_of_the_servers_own_addresses(address: str, id: str) -> None:
    assert own_id(address, SERVER) == id


async def test_what_is_private_or_passed_on_is_not_told(clients: Clients) -> None:
    server = Server(
        status(1),
        status(2, 1, visibility="private"),
        status(3, 2),
        status(4, 1, reblog={"id": "9"}),
        status(5, 1, visibility="unlisted"),
    )
    posts = await MastodonSource("lumen", SERVER, clients(server)).exchange(post(1))
    assert [one.local_id for one in posts] == ["1", "3", "5"]
    assert {one.thread for one in posts[1:]} == {posts[0].id}


@pytest.mark.parametrize("garbled", ["text", None, 7, [], {"id": "5"}, {**status(5), "account": 1}])
async def test_a_status_that_is_none_hurts_itself_alone(clients: Clients, garbled: object) -> None:
    around = {"ancestors": [], "descendants": [garbled, status(2, 1)]}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=around if request.url.path[-1] == "t" else status(1))

    posts = await MastodonSource("lumen", SERVER, clients(answer)).exchange(post(1))
    assert [one.local_id for one in posts] == ["1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html>",
        b'{"ancestors": []}',
        b'{"ancestors": {}, "descendants": []}',
        b'{"ancestors": [], "descendants": [1]}',
        b'{"ancestors": [], "descendants": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    ],
)
async def test_an_answer_that_is_no_context_is_garbled(clients: Clients, body: bytes) -> None:
    client = clients(lambda _: httpx.Response(200, content=body))
    with pytest.raises(SourceGarbled):
        await MastodonSource("lumen", SERVER, client).exchange(post(1))


async def test_statuses_that_answer_each_other_in_a_circle_are_told_once(clients: Clients) -> None:
    circle = {"ancestors": [status(2, 1)], "descendants": [status(2, 1), status(1, 2)]}
    client = clients(lambda _: httpx.Response(200, json=circle))
    posts = await MastodonSource("lumen", SERVER, client).exchange(post(1))
    assert [one.local_id for one in posts] == ["1", "2"]


async def test_a_server_that_wants_rest_or_is_down_says_so(clients: Clients) -> None:
    limited = clients(lambda _: httpx.Response(429, headers={"Retry-After": "60"}))
    with pytest.raises(SourceRateLimited):
        await MastodonSource("lumen", SERVER, limited).exchange(post(1))
    down = clients(lambda _: httpx.Response(500))
    with pytest.raises(SourceUnavailable):
        await MastodonSource("lumen", SERVER, down).exchange(post(1))


@given(st.lists(st.integers(0, 1_000), max_size=40), st.randoms(use_true_random=False))
def test_a_context_is_read_each_once_and_parents_first(parents: list[int], chance: Random) -> None:
    statuses = [status(1)]
    statuses += [status(id, 1 + parent % (id - 1)) for id, parent in enumerate(parents, 2)]
    chance.shuffle(statuses)
    half = len(statuses) // 2
    around = {"ancestors": statuses[:half], "descendants": statuses}
    context = read_context(json.dumps(around).encode())
    said = said_in([*context.ancestors, *context.descendants], "lumen", NOW)
    order = [one.local_id for one in exchange(said, post(1))]
    assert sorted(order) == sorted(one["id"] for one in statuses)
    for one in statuses:
        if above := one["in_reply_to_id"]:
            assert order.index(above) < order.index(one["id"])


@pytest.mark.payloads
async def test_recorded_statuses_are_read_as_a_thread(clients: Clients) -> None:
    above = json.loads(payload("mastodon/test_hashtag_tl.02.body.json"))
    below = json.loads(payload("mastodon/test_entity_searchv2.02.body.json"))["statuses"]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/context"):
            return httpx.Response(200, json={"ancestors": above, "descendants": below})
        return httpx.Response(200, json=status(1))

    posts = await MastodonSource("lumen", SERVER, clients(answer)).exchange(post(1))
    assert {one["uri"] for one in [*above, *below, status(1)]} == {one.id for one in posts}
    assert all(one.text and one.author for one in posts)
