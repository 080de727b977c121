"""Known posts asked for again at Mastodon and Hacker News: as they stand now, or gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceRateLimited, SourceRefused
from bot.sources.again import MOST, one_by_one
from bot.sources.base import Reread, Rereadable
from bot.sources.hackernews import HackerNewsSource
from bot.sources.mastodon import MastodonSource
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients
from tests.sources.test_sources_contexts import SERVER, Server, post, status

EPOCH = int(NOW.timestamp())


async def reread(clients: Clients, server: Server, *posts: Post) -> Reread:
    source = MastodonSource("lumen", SERVER, clients(server))
    assert isinstance(source, Rereadable)
    return await source.reread(posts)


async def test_an_edited_status_is_told_as_a_poll_would_tell_it(clients: Clients) -> None:
    server = Server(status(1), status(2, 1, content="<p>Lumo, corrected</p>"))
    found = await reread(clients, server, post(2, thread=1))
    [now_is] = found.posts
    assert (now_is.id, now_is.text) == (post(2).id, "Lumo, corrected")
    assert now_is.thread == post(1).id
    assert found.gone == ()


async def test_a_status_that_the_server_has_no_more_is_gone(clients: Clients) -> None:
    found = await reread(clients, Server(status(1)), post(1), post(2))
    assert [one.id for one in found.posts] == [post(1).id]
    assert found.gone == (post(2).id,)


async def test_a_status_that_is_for_few_now_is_gone_for_us(clients: Clients) -> None:
    found = await reread(clients, Server(status(1, visibility="private")), post(1))
    assert found == Reread(gone=(post(1).id,))


async def test_a_post_of_which_the_server_has_no_id_is_not_asked_for(clients: Clients) -> None:
    server = Server(status(1))
    elsewhere = replace(post(1), local_id="", url="https://a.example/1", id="https://a.example/1")
    assert await reread(clients, server, elsewhere) == Reread()
    assert server.asked == []


async def test_so_many_are_asked_for_and_no_more(clients: Clients) -> None:
    server = Server(*(status(n) for n in range(1, 40)))
    found = await reread(clients, server, *(post(n) for n in range(1, 40)))
    assert len(found.posts) == len(server.asked) == MOST


async def test_what_was_learnt_before_the_server_wanted_a_rest_is_told() -> None:
    found = await one_by_one([a_post(id="1"), a_post(id="2")], _tired(after=1))
    assert [one.id for one in found.posts] == ["1"]
    with pytest.raises(SourceRateLimited):
        await one_by_one([a_post(id="1")], _tired(after=0))


async def test_a_server_that_wants_somebody_signed_in_says_nothing_of_what_is_gone(
    clients: Clients,
) -> None:
    source = MastodonSource("lumen", SERVER, clients(lambda _: httpx.Response(401)))
    with pytest.raises(SourceRefused):
        await source.reread([post(1)])


async def test_a_web_page_says_nothing_of_what_is_gone(clients: Clients) -> None:
    page = httpx.Response(404, html="<html>This name is for sale</html>")
    with pytest.raises(SourceRefused):
        await MastodonSource("lumen", SERVER, clients(lambda _: page)).reread([post(1)])


def _tired(after: int) -> Any:
    asked: list[Post] = []

    async def again(known: Post) -> Post | None:
        if len(asked) >= after:
            raise SourceRateLimited("{host} wants a rest.", until=NOW, host="a.example")
        asked.append(known)
        return known

    return again


class Items:
    """Hacker News' items, by their ids."""

    def __init__(self, **items: dict[str, Any]) -> None:
        self.items = items

    def __call__(self, request: httpx.Request) -> httpx.Response:
        id = request.url.path.rpartition("/")[2]
        if f"i{id}" not in self.items:
            return httpx.Response(404)
        return httpx.Response(200, json={"id": int(id), "created_at_i": EPOCH, "children": []}
                              | self.items[f"i{id}"])  # fmt: skip


async def hacker_news(clients: Clients, items: Items, posts: Sequence[Post]) -> Reread:
    return await HackerNewsSource("hn", clients(items)).reread(posts)


async def test_a_comment_keeps_the_title_and_the_thread_of_its_story(clients: Clients) -> None:
    comment = a_post(source="hn", id="2", title="Lumo recalls", text="Lumo?", thread="1")
    items = Items(i2={"author": "ada", "text": "<p>Lumo!", "parent_id": 1, "type": "comment"})
    [now_is] = (await hacker_news(clients, items, [comment])).posts
    assert (now_is.title, now_is.text, now_is.thread) == ("Lumo recalls", "Lumo!", "1")


async def test_an_item_without_author_and_text_was_deleted(clients: Clients) -> None:
    posts = [a_post(source="hn", id="2"), a_post(source="hn", id="3")]
    items = Items(i2={"author": None, "text": None, "parent_id": 1, "type": "comment"})
    assert await hacker_news(clients, items, posts) == Reread(gone=("2", "3"))
