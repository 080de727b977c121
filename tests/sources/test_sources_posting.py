"""What is sent, not only asked for: forms and JSON, for sign-ins and searches."""

from __future__ import annotations

import json
from datetime import datetime

import httpx
import pytest

from bot.errors import SourceError, SourceRateLimited, SourceRefused
from bot.sources.complaints import Refusal
from tests.sources.conftest import Clients

URL = "https://social.example/token"


async def test_a_form_is_sent_as_browsers_send_it(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.method == "POST"
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        return httpx.Response(200, content=request.content)

    answer = await clients(answers).post(URL, form={"grant_type": "password", "q": "é & co"})
    assert answer.body == b"grant_type=password&q=%C3%A9+%26+co"


async def test_json_is_sent_with_the_headers_given(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.headers["content-type"] == "application/json"
        assert request.headers["authorization"] == "Bearer k"
        return httpx.Response(200, content=request.content)

    answer = await clients(answers).post(
        URL, json={"identifier": "lumo"}, headers={"Authorization": "Bearer k"}
    )
    assert json.loads(answer.body) == {"identifier": "lumo"}


async def test_what_is_sent_follows_no_redirect(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(SourceRefused, match="may not be sent on"):
        await clients(answers).post(URL, form={"password": "s3cret"})


async def test_a_passing_fault_is_tried_again(clients: Clients) -> None:
    left = [503, 200]

    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(left.pop(0), content=request.content)

    assert (await clients(answers).post(URL, json=[1])).body == b"[1]"


async def test_the_rest_of_one_account_does_not_hold_up_another(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") == "one":
            return httpx.Response(429, headers={"Retry-After": "600"})
        return httpx.Response(200)

    client = clients(answers)
    with pytest.raises(SourceRateLimited):
        await client.get(URL, headers={"Authorization": "one"}, account="one")
    with pytest.raises(SourceRateLimited, match="left alone"):
        await client.get(URL, headers={"Authorization": "one"}, account="one")
    answer = await client.get(URL, headers={"Authorization": "two"}, account="two")
    assert answer.status == 200


async def test_an_api_that_says_why_in_its_body_is_heard(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"reason": "quota"}, headers={"X-Of": "today"})

    def explained(refusal: Refusal, now: datetime) -> SourceError | None:
        assert refusal.status == 403
        assert refusal.headers["x-of"] == "today"
        return SourceRateLimited("{why}", now, why=json.loads(refusal.body)["reason"])

    with pytest.raises(SourceRateLimited, match="quota"):
        await clients(answers).get(URL, explain=explained)


async def test_where_the_body_says_nothing_the_status_counts(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(403, content=b"<html>"))
    with pytest.raises(SourceRefused, match="does not allow"):
        await client.get(URL, explain=lambda refusal, now: None)
