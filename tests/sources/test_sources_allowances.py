"""What a host allows an account is shared by all who ask it."""

from __future__ import annotations

import httpx
import pytest

from bot.errors import SourceResting
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


async def test_on_its_way_through_a_redirect_a_request_is_not_stopped(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "http":
            told = sparing(request).headers
            return httpx.Response(301, headers={**told, "Location": URL})
        return httpx.Response(200)

    assert (await clients(answers).get("http://social.example/search")).status == 200
