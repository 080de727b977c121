"""The address to which conversions are sent, over real connections."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web

from bot.config.hooks import Hooks, Secret
from bot.errors import StoreReadOnly
from bot.hooks.receiver import Receiver
from bot.services.base import Services
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature
from bot.store.base import Write
from tests.builders import NOW

SECRET = "0123456789abcdef"
CLICK = {"id": "1", "at": "2026-11-24T09:00:00Z", "kind": "click", "tag": "autumn"}


async def sent(url: str, body: object, secret: str = SECRET) -> httpx.Response:
    raw, stamp = json.dumps(body).encode(), str(int(NOW.timestamp()))
    headers = {
        "Content-Type": "application/json",
        TIMESTAMP: stamp,
        SIGNATURE: signature(secret, stamp, raw),
    }
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        return await client.post(f"{url}/hooks/conversions", content=raw, headers=headers)


async def opened(services: Services, secret: Secret | None) -> tuple[web.AppRunner, str]:
    hooks = Hooks(host="127.0.0.1", port=0, sources={}, conversions=secret)
    runner = web.AppRunner(Receiver(services, hooks).app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


@pytest.fixture
async def url(services: Services) -> AsyncIterator[str]:
    runner, url = await opened(services, Secret(SECRET))
    yield url
    await runner.cleanup()


async def test_conversions_are_kept_once_and_bad_ones_are_named(
    services: Services, url: str
) -> None:
    first = await sent(url, [CLICK, {**CLICK, "id": "2", "kind": "stroll"}])
    again = await sent(url, CLICK)

    assert first.status_code == 200
    assert first.json() | {"bad": 1} == {
        "accepted": 1, "new": 1, "known": 0, "unmatched": 1, "bad": 1,
    }  # fmt: skip
    assert first.json()["bad"][0] == {
        "index": 1,
        "error": "kind: is one of click, sign-up, sale, engagement",
    }
    assert (again.json()["new"], again.json()["known"]) == (0, 1)
    assert await services.records.conversions.count({}, "at") == 1


async def test_what_is_signed_with_another_secret_or_cannot_be_read_is_refused(
    services: Services, url: str
) -> None:
    assert (await sent(url, CLICK, "fedcba9876543210")).status_code == 401
    assert (await sent(url, [])).status_code == 400
    assert (await sent(url, [{}])).status_code == 422
    assert await services.records.conversions.count({}, "at") == 0


async def test_without_a_secret_no_conversions_are_taken(services: Services) -> None:
    runner, url = await opened(services, None)
    answer = await sent(url, CLICK)
    await runner.cleanup()

    assert answer.status_code == 404
    assert "VIGIE_CONVERSIONS_SECRET" in answer.json()["error"]


async def test_where_nothing_can_be_kept_the_sender_comes_again(
    services: Services, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(writes: list[Write]) -> None:
        raise StoreReadOnly("full")

    monkeypatch.setattr(services.records, "commit", full)
    answer = await sent(url, CLICK)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_secret_is_not_shown() -> None:
    assert SECRET not in repr(Hooks(host="x", port=1, sources={}, conversions=Secret(SECRET)))
