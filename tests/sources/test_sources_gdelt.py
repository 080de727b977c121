"""GDELT: news articles by their headlines, asked for no oftener than it allows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiolimiter import AsyncLimiter

from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.base import Page
from bot.sources.gdelt import PAGE, GdeltSource, read_found
from tests.builders import NOW
from tests.sources.conftest import Answers, Clients


def article(number: int = 1, **changes: object) -> dict[str, object]:
    seen = NOW - timedelta(minutes=number)
    return {
        "url": f"https://www.news.example/lumo-{number}?utm_source=x",
        "url_mobile": "",
        "title": "Lumo recalls its lamp &amp; says why",
        "seendate": f"{seen:%Y%m%dT%H%M%SZ}",
        "socialimage": "",
        "domain": "news.example",
        "language": "English",
        "sourcecountry": "United States",
        **changes,
    }


async def fetch(clients: Clients, answers: Answers, *terms: str) -> Page:
    source = GdeltSource("gdelt", clients(answers), pause=0.001)
    return await source.fetch(terms or ["lumo"], None, NOW)


async def test_an_article_is_a_post_without_text(clients: Clients) -> None:
    (post,) = (
        await fetch(clients, lambda _: httpx.Response(200, json={"articles": [article(30)]}))
    ).posts
    assert post.id == "https://news.example/lumo-30"
    assert post.url == "https://www.news.example/lumo-30?utm_source=x"
    assert (post.title, post.text) == ("Lumo recalls its lamp & says why", "")
    assert (post.author, post.language) == ("news.example", "en")
    assert post.at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


async def test_several_terms_are_one_search_in_parentheses(clients: Clients) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["query"])
        return httpx.Response(200, json={})

    await fetch(clients, answers, "lumo", "wake-up lamp")
    await fetch(clients, answers, "lumo")
    assert asked == ['(lumo OR "wake-up lamp")', "lumo"]


async def test_a_full_page_is_followed_by_what_is_older(clients: Clients) -> None:
    ends: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        ends.append(request.url.params["enddatetime"])
        numbers = range(1, PAGE + 1) if len(ends) == 1 else range(PAGE, PAGE + 9)
        return httpx.Response(200, json={"articles": [article(number) for number in numbers]})

    page = await fetch(clients, answers)
    assert len(page.posts) == PAGE + 8
    assert ends == ["20261124100000", f"{NOW - timedelta(minutes=PAGE):%Y%m%d%H%M%S}"]


async def test_the_same_article_under_another_address_is_one_post(clients: Clients) -> None:
    twins = [article(1, url="http://news.example/a/"), article(2, url="https://news.example/a")]
    page = await fetch(clients, lambda _: httpx.Response(200, json={"articles": twins}))
    assert [post.id for post in page.posts] == ["https://news.example/a"]


async def test_requests_keep_their_distance(clients: Clients) -> None:
    source = GdeltSource("gdelt", clients(lambda _: httpx.Response(200, json={})))
    assert isinstance(source._pace, AsyncLimiter)
    assert (source._pace.max_rate, source._pace.time_period) == (1, 5.5)


@pytest.mark.parametrize("status", [429, 200])
async def test_too_many_requests_are_told_in_plain_text(clients: Clients, status: int) -> None:
    words = "Please limit requests to one every 5 seconds or contact us."
    with pytest.raises(SourceRateLimited):
        await fetch(clients, lambda _: httpx.Response(status, text=words))


async def test_a_complaint_about_the_words_is_no_answer(clients: Clients) -> None:
    words = "The specified phrase is too short."
    with pytest.raises(SourceRefused, match="too short"):
        await fetch(clients, lambda _: httpx.Response(200, text=words))


async def test_a_web_page_is_no_answer(clients: Clients) -> None:
    with pytest.raises(SourceGarbled):
        await fetch(clients, lambda _: httpx.Response(200, html="<html>Sorry</html>"))


def test_an_empty_answer_is_none_found() -> None:
    assert read_found(b"\n", "gdelt", NOW).posts == ()


def test_a_headline_that_breaks_the_json_hurts_nothing() -> None:
    body = json.dumps({"articles": [article(1, title="A")]}).replace('"A"', '"A \\& B\x01\t"')
    (post,) = read_found(body.encode(), "gdelt", NOW).posts
    assert post.title == "A & B"


def test_a_date_that_cannot_be_read_is_now() -> None:
    body = json.dumps({"articles": [article(1, seendate="soon"), article(2, seendate=None)]})
    assert [post.at for post in read_found(body.encode(), "gdelt", NOW).posts] == [NOW]


def test_a_headline_with_a_backslash_of_its_own_is_read() -> None:
    body = json.dumps({"articles": [article(1, title="C:\\\\Lumo\\x is a path")]}).encode()
    assert read_found(body, "gdelt", NOW).posts[0].title == "C:\\\\Lumo\\x is a path"


async def test_what_breaks_off_is_not_asked_again_within_five_seconds(clients: Clients) -> None:
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(502)

    with pytest.raises(SourceUnavailable):
        await fetch(clients, answers)
    assert len(asked) == 1
