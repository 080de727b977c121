"""The listening tool: it shows what it hears, and sends it, signed, until it is taken."""

from __future__ import annotations

import asyncio
import csv
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice

import httpx
import pytest
from aiohttp import web

from bot.standin.social import TOOL, TOOL_SECRET, SocialWeb, courier, scenes, shop
from tests.loopback import Serve

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)


@pytest.fixture
async def social() -> AsyncIterator[SocialWeb]:
    social = await SocialWeb.start(seed=7, now=NOW, pace=0)
    yield social
    await social.close()


async def test_what_it_hears_is_sent_signed_and_in_order_until_it_is_taken(
    social: SocialWeb, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "PAUSE", 0.01)
    taken: list[str] = []
    all_taken = asyncio.Event()
    answers = iter([503, 429, 200, 200])

    async def answer(request: web.BaseRequest) -> web.Response:
        body = await request.read()
        stamp = request.headers["X-Vigie-Timestamp"]
        told = hmac.new(TOOL_SECRET.encode(), f"v0:{stamp}:".encode() + body, sha256)
        assert request.headers["X-Vigie-Signature"] == f"v0={told.hexdigest()}"
        assert request.path == "/hooks/mentions"
        status = next(answers)
        if status == 200:
            taken.extend(post["text"] for post in json.loads(body))
        if len(taken) == 2:
            all_taken.set()
        return web.Response(status=status)

    social.tool.courier.address = (await serve(answer)).removeprefix("http://")
    for text in ("One lumo", "Two lumos"):
        social.publish(TOOL, text)
    async with asyncio.timeout(10):
        await all_taken.wait()
    assert taken == ["One lumo", "Two lumos"]


async def test_its_posts_can_be_opened(social: SocialWeb) -> None:
    post = social.publish(TOOL, "A lumo, heard <elsewhere>")
    async with httpx.AsyncClient(trust_env=False) as http:
        assert "A lumo, heard &lt;elsewhere&gt;" in (await http.get(post.url)).text
        assert TOOL in (await http.get(social.tool.url)).text


def test_its_export_is_a_table_with_one_spoilt_row(social: SocialWeb) -> None:
    names, *rows = csv.reader(social.exported().splitlines(), delimiter=";")
    assert names[:3] == ["Date", "Auteur", "Texte"]
    assert len(rows) == 120
    assert [row[0] for row in rows if "/" not in row[0]] == ["date inconnue"]


def test_the_shop_counts_what_came_through_the_campaigns_link_and_through_another() -> None:
    told = list(shop.counted(7, NOW))
    assert told == list(shop.counted(7, NOW))
    assert len({one["id"] for one in told}) == len(told)
    assert {one["kind"] for one in told} == {"click", "engagement", "sign-up", "sale"}
    assert all("value" in one for one in told if one["kind"] == "sale")
    assert [one["count"] for one in told if "tag" in one] == [23]


def test_it_hears_two_posts_a_minute_and_complaints_in_the_crisis() -> None:
    acts = list(islice(scenes.heard(7), 20))
    assert acts == list(islice(scenes.heard(7), 20))
    assert [round(act.offset) for act in acts[:3]] == [20, 50, 80]
    start, end = scenes.CRISIS
    assert {act.draft.mood for act in acts if start <= act.offset < end} == {"complaint"}
    assert all("lumo" in act.draft.text.lower() for act in acts)
