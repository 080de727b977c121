"""What a host allows an account is shared by all who ask it."""

from __future__ import annotations

import asyncio
from datetime import datetime

import httpx
import pytest

from bot.errors import SourceResting
from bot.sources.stackposts import read_rest
from tests.sources.conftest import Clients, Clock

URL = "https://social.example/search"


def sparing(request: httpx.Request) -> httpx.Response:
    """Two of three hundred requests are left, until six minutes from now."""
    headers = {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": "2",
        "X-RateLimit-Reset": "360",
    }
    return httpx.Response(200, headers=headers)


async def test_the_last_few_requests_are_spread_until_there_are_more(
    clients: Clients, clock: Clock
) -> None:
    client = clients(sparing)
    await client.get(URL)
    with pytest.raises(SourceResting) as resting:
        await client.get(f"{URL}/other")
    assert (resting.value.until - clock()).total_seconds() == 120
    clock.forward(seconds=121)
    assert (await client.get(URL)).status == 200


async def test_another_account_and_another_host_are_not_held_up(clients: Clients) -> None:
    client = clients(sparing)
    await client.get(URL)
    assert (await client.get(URL, account="other")).status == 200
    assert (await client.get("https://elsewhere.example/")).status == 200


async def test_a_short_rest_is_kept_to_by_those_who_wait_for_their_turn(
    clients: Clients, clock: Clock
) -> None:
    asked: list[datetime] = []

    async def answers(request: httpx.Request) -> httpx.Response:
        asked.append(clock())
        await asyncio.sleep(0)  # so that the others come to wait
        return httpx.Response(429 if len(asked) == 1 else 200, headers={"Retry-After": "3"})

    client = clients(answers)
    await asyncio.gather(*(client.get(URL) for _ in range(3)))
    first, *others = asked
    assert len(others) == 3
    assert all((at - first).total_seconds() >= 3 for at in others)


async def test_a_rest_that_a_body_asks_for_begins_before_the_next_one_asks(
    clients: Clients, clock: Clock
) -> None:
    asked: list[datetime] = []

    async def answers(request: httpx.Request) -> httpx.Response:
        asked.append(clock())
        await asyncio.sleep(0)
        return httpx.Response(200, json={"backoff": 4 if len(asked) == 1 else 0})

    client = clients(answers)
    await asyncio.gather(*(client.get(URL, heed=read_rest) for _ in range(2)))
    assert (asked[1] - asked[0]).total_seconds() >= 4


async def test_a_clock_set_back_makes_no_rest_longer(clients: Clients, clock: Clock) -> None:
    client = clients(sparing)
    await client.get(URL)
    clock.forward(days=-30)
    assert (await client.get(URL)).status == 200


async def test_on_its_way_through_a_redirect_a_request_is_not_stopped(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "http":
            told = sparing(request).headers
            return httpx.Response(301, headers={**told, "Location": URL})
        return httpx.Response(200)

    assert (await clients(answers).get("http://social.example/search")).status == 200
