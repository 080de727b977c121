"""Connections on which nobody says what they want: ended, and never in the way of those who do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.callers import listen

HELLO = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD, MOST = 0.2, 3

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Callers:
    """Those who call at a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.writers: list[asyncio.StreamWriter] = []

    async def call(self, said: bytes = b"") -> Line:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(said)
        self.writers.append(writer)
        return reader, writer


@pytest.fixture
async def callers() -> AsyncIterator[Callers]:
    async with answered(HEAD) as made:
        yield made


@asynccontextmanager
async def answered(head: float) -> AsyncIterator[Callers]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"got {len(await request.read())}")

    app = web.Application()
    app.router.add_route("*", "/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    server = await listen(runner, "127.0.0.1", 0, head=head, most=MOST)
    made = Callers(server.sockets[0].getsockname()[1])
    yield made
    for writer in made.writers:
        writer.close()
    server.close()
    await runner.cleanup()


async def ended(line: Line) -> bytes:
    """What came until the other side hung up."""
    try:
        return await asyncio.wait_for(line[0].read(), 5)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_who_says_nothing_or_half_of_it_is_left(callers: Callers, said: bytes) -> None:
    assert await ended(await callers.call(said)) == b""


async def test_who_trickles_a_head_is_left_all_the_same(callers: Callers) -> None:
    reader, writer = await callers.call()
    for letter in b"GET / HTTP/1.1\r\nX: " + b"x" * 100:
        if reader.at_eof() or writer.is_closing():
            break
        writer.write(bytes([letter]))
        await asyncio.sleep(HEAD / 20)
    else:
        pytest.fail("it may go on for ever")


async def test_who_says_what_they_want_is_answered_however_it_is_cut(callers: Callers) -> None:
    reader, writer = await callers.call()
    for part in (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r", b"\n\r", b"\nab"):
        writer.write(part)
        await asyncio.sleep(0.01)
    await asyncio.sleep(HEAD * 1.5)  # a body has a time of its own
    writer.write(b"cd")
    assert b"got 4" in await asyncio.wait_for(reader.readuntil(b"got 4"), 5)
    writer.write(HELLO)
    assert await asyncio.wait_for(reader.readuntil(b"got 0"), 5)


async def test_of_too_many_those_go_who_waited_longest() -> None:
    async with answered(head=60) as callers:
        silent = [await callers.call() for _ in range(MOST)]
        reader, _ = await callers.call(HELLO)
        assert await asyncio.wait_for(reader.readuntil(b"got 0"), 5)
        assert await ended(silent[0]) == b""
