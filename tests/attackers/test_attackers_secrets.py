"""No secret in anything that is said, written or raised, also where a place answers with it."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest

from bot.assembly import sources
from bot.config import Config, loads
from bot.config.sources import KINDS
from bot.errors import VigieError
from bot.sources.http import PoliteClient
from bot.sources.ledgers import SpentHere
from bot.sources.lives import kept_alive

SECRET = "s3cr3t+very/long=and-never-shown"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

PLACES = {
    "stackexchange": 'url = "https://stackoverflow.com"',
    "github": "",
    "bluesky-search": 'account = "vigie.example"',
    "mastodon-search": 'url = "https://lumen.example"',
    "reddit": 'account = "client"',
    "youtube": "",
    "x": "dollars_a_day = 1.0",
    "facebook": 'account = "lumo"',
    "instagram": 'account = "lumo"',
    "threads": "",
}


def shapes() -> Iterator[str]:
    """The secret as it may stand somewhere."""
    yield SECRET
    yield quote(SECRET)
    yield quote(SECRET, safe="")
    yield base64.b64encode(f"client:{SECRET}".encode()).decode()


def is_told(text: str) -> bool:
    return any(shape in text for shape in shapes())


@pytest.fixture
def config() -> Config:
    parts = [
        f'[[sources]]\nname = "{kind}"\nkind = "{kind}"\n{more}' for kind, more in PLACES.items()
    ]
    parts.append('[[watches]]\nname = "Lumo"\nquery = "lumo"\nchannel = "#brand"\n')
    keys = {of.key: SECRET for kind, of in KINDS.items() if kind in PLACES}
    return loads("\n".join(parts), environment=keys)


def test_every_kind_that_has_a_secret_is_tried_here() -> None:
    assert {kind for kind, of in KINDS.items() if of.key} == {*PLACES, "webhook"}


@pytest.mark.parametrize("status", [200, 401, 403])
async def test_a_place_that_answers_with_the_secret_gets_it_nowhere(
    config: Config, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(request: httpx.Request) -> httpx.Response:
        said = f"{request.url} {dict(request.headers)} {request.content!r}"
        bodies = {"error": said, "message": said, "error_message": said, "detail": said}
        return httpx.Response(status, json=bodies | {"errors": [{"message": said}]})

    told: list[str] = [repr(config)]
    asked: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(is_told(f"{request.url} {request.headers.raw} {request.content!r}"))
        return echo(request)

    async def no_sleep(_: float) -> None: ...

    client = PoliteClient(clock=lambda: NOW, sleep=no_sleep, transport=httpx.MockTransport(answer))
    async with client:
        found = sources(config, client, SpentHere())
        async with kept_alive(found.values()):
            for source in found.values():
                told.append(repr(source))
                try:
                    await source.fetch(["lumo"], None, NOW)
                except VigieError as error:
                    told += [str(error), repr(error), *traceback.format_exception(error)]
    assert sum(asked) >= len(PLACES) - 2, "the places are not asked with the secret"
    assert not [text for text in told if is_told(text)]
    assert not is_told(caplog.text)
