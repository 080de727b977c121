"""Meta's APIs say in bodies and headers of their own when enough is enough, and why they refuse."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from bot.errors import SourceError, SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.graph import FACEBOOK, Graph, NothingThere, read_edge, used_up
from tests.builders import NOW
from tests.sources.conftest import Clients
from tests.sources.graphs import KEY, edge, refused

MINUTE = timedelta(minutes=1)


def business(**usage: object) -> dict[str, str]:
    return {"x-business-use-case-usage": json.dumps({"178": [{"type": "pages", **usage}]})}


async def answer(clients: Clients, response: httpx.Response) -> None:
    await Graph(clients(lambda _: response), KEY, FACEBOOK).get("me", {})


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
async def test_too_many_requests_rest_as_long_as_meta_says(clients: Clients, code: int) -> None:
    headers = business(call_count=100, estimated_time_to_regain_access=42)
    with pytest.raises(SourceRateLimited) as limited:
        await answer(clients, refused(code, headers=headers))
    assert limited.value.until == NOW + 42 * MINUTE


async def test_too_many_requests_rest_a_while_where_meta_says_nothing(clients: Clients) -> None:
    with pytest.raises(SourceRateLimited) as limited:
        await answer(clients, refused(4))
    assert limited.value.until == NOW + 15 * MINUTE


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (190, SourceRefused, r"VIGIE_META_TOKEN is refused by graph\.facebook\.com"),
        (10, SourceRefused, "what it was approved for"),
        (200, SourceRefused, "what it was approved for"),
        (24, NothingThere, "nothing at this address"),
        (2, SourceUnavailable, "trouble of its own"),
        (100, SourceRefused, "refuses the request"),
    ],
)
async def test_a_refusal_is_told_by_its_code(
    clients: Clients, code: int, error: type[SourceError], words: str
) -> None:
    with pytest.raises(error, match=words):
        await answer(clients, refused(code))


async def test_an_error_that_comes_with_status_200_is_one(clients: Clients) -> None:
    with pytest.raises(SourceRefused, match="is refused"):
        await answer(clients, refused(190, status=200))


@pytest.mark.parametrize("status", [200, 400])
async def test_meta_is_left_alone_by_all_who_show_the_same_token(
    clients: Clients, status: int
) -> None:
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return refused(4, status)

    client = clients(answers)
    for _ in range(2):
        with pytest.raises(SourceRateLimited):
            await Graph(client, KEY, FACEBOOK).get("me", {})
    assert len(asked) == 1


async def test_a_web_page_in_the_place_of_an_error_is_no_word_on_the_token(
    clients: Clients,
) -> None:
    page = httpx.Response(403, content=b"<html>", headers={"Content-Type": "text/html"})
    with pytest.raises(SourceRefused, match="at the door"):
        await answer(clients, page)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, None),
        ({"x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":25}'}, None),
        ({"x-app-usage": '{"call_count":100,"total_time":25,"total_cputime":25}'}, 15),
        (business(call_count=40, total_time=97), 15),
        (business(call_count=99, estimated_time_to_regain_access=120), 120),
        (business(estimated_time_to_regain_access=10**9), 1_440),
        (
            {"x-app-usage": "[" * 9_000, "x-business-use-case-usage": '{"1":[{"call_count":"x"}]}'},
            None,
        ),
    ],
)
def test_headers_tell_how_much_is_used(headers: dict[str, str], minutes: int | None) -> None:
    assert used_up(headers, NOW) == (NOW + minutes * MINUTE if minutes else None)


def test_the_next_page_is_asked_for_without_the_token_that_its_address_holds() -> None:
    assert read_edge(json.dumps(edge(after="QVF")).encode()).more == "after=QVF"


def test_a_list_that_goes_by_time_is_read_on_as_well() -> None:
    address = "https://graph.example/4/posts?access_token=a&until=162&__paging_token=enc_x&since"
    body = json.dumps({"data": [], "paging": {"next": address}}).encode()
    assert read_edge(body).more == "until=162&__paging_token=enc_x"


def test_the_last_page_has_a_cursor_and_no_next_one() -> None:
    assert read_edge(json.dumps(edge()).encode()).more == ""
