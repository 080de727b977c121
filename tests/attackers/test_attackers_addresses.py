"""Nothing that stands on this machine, or on its network, is reached by any way of writing it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.sockets import Sockets

HOSTS = (
    "127.0.0.1",
    "localhost",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "0",
    "0.0.0.0",  # noqa: S104 - not bound to
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1%25lo]",
    "１２７.０.０.１",
    "①②⑦.0.0.1",
    "example.org@127.0.0.1",
    "example.org:80@127.0.0.1",
    "user:secret@localhost",
)
SCHEMES = ("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:{port}/x", "data:,x")


@pytest.fixture
async def knocks() -> AsyncIterator[tuple[int, list[str]]]:
    """A port of this machine, and who knocked there."""
    seen: list[str] = []

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readline()).decode(errors="replace"))
        writer.close()

    server = await asyncio.start_server(met, ["127.0.0.1", "::1"], 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


def client() -> PoliteClient:
    """One that tries again at once."""

    async def no_rest(_: float) -> None: ...

    return PoliteClient(clock=lambda: datetime.now(UTC), sleep=no_rest, patience=1)


async def test_no_way_of_writing_this_machine_leads_to_it(
    knocks: tuple[int, list[str]],
) -> None:
    port, seen = knocks
    async with client() as polite:
        for host in HOSTS:
            url = f"http://{host}:{port}/x"
            with pytest.raises(SourceError):
                await polite.get(url)
            with pytest.raises(SourceError):
                await polite.post(url, json={})
    assert seen == []


async def test_only_the_web_is_asked(knocks: tuple[int, list[str]]) -> None:
    port, seen = knocks
    async with client() as polite:
        for url in SCHEMES:
            with pytest.raises(SourceError):
                await polite.get(url.format(port=port))
    assert seen == []


async def test_no_line_is_opened_to_it_either(knocks: tuple[int, list[str]]) -> None:
    port, seen = knocks
    sockets = Sockets("Vigie", breath=0.1)
    for host in HOSTS:
        with suppress(SourceError, ValueError):
            async with sockets.opened(f"ws://{host}:{port}/x"):
                pytest.fail(f"{host} was opened")
    assert seen == []
