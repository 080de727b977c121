"""Websockets: what is said on them, how they end, and where they lead to."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import WSMsgType, web

from bot.errors import SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.sockets import MAX_BYTES, Sockets
from tests.loopback import Handler, Serve

OPEN = Sockets("Vigie/test", allow_private=True, breath=0.02)
CLOSED = Sockets("Vigie/test")


def saying(*messages: str | bytes, stays: bool = False) -> Handler:
    """A server that says something and closes the line, or keeps it open."""

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        for message in messages:
            if isinstance(message, bytes):
                await line.send_bytes(message)
            else:
                await line.send_str(message)
        if stays:
            await line.receive()
        return line

    return handler


async def read(url: str, sockets: Sockets = OPEN) -> list[bytes | None]:
    """What is said until the line ends, or falls quiet."""
    found: list[bytes | None] = []
    async with sockets.opened(url) as lines:
        try:
            async for line in lines:
                found.append(line)
                if line is None:
                    break
        except SourceUnavailable:
            pass
    return found


async def test_messages_come_as_bytes_until_the_line_is_closed(serve: Serve) -> None:
    assert await read(await serve(saying("é", b"\x00"))) == ["é".encode(), b"\x00"]


async def test_a_quiet_line_lets_its_listener_look_up(serve: Serve) -> None:
    assert await read(await serve(saying("a", stays=True))) == [b"a", None]


async def test_a_message_without_end_ends_the_line(serve: Serve) -> None:
    assert await read(await serve(saying("a", "x" * (MAX_BYTES + 1), "b"))) == [b"a"]


async def test_it_says_who_it_is_and_keeps_no_cookie(serve: Serve) -> None:
    asked: list[dict[str, str]] = []

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(dict(request.headers))
        line = web.WebSocketResponse()
        line.set_cookie("a", "b")
        await line.prepare(request)
        return line

    url = await serve(handler)
    for _ in range(2):
        await read(url)
    assert [one["User-Agent"] for one in asked] == ["Vigie/test"] * 2
    assert not any("Cookie" in one for one in asked)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"])
async def test_private_addresses_are_refused(host: str) -> None:
    with pytest.raises(SourceRefused, match="public internet"):
        await read(f"http://{host}:9/subscribe", CLOSED)


async def test_a_name_that_leads_elsewhere_the_next_time_is_looked_at_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = iter(["127.0.0.1", "127.0.0.2"])

    class Resolver:
        """Answers something else each time, as a name does that rebinds."""

        async def resolve(self, host: str, port: int, family: int) -> list[dict[str, object]]:
            address = {"host": next(addresses), "port": port, "family": socket.AF_INET}
            return [{"hostname": host, "proto": 0, "flags": 0, **address}]

        async def close(self) -> None:
            return

    monkeypatch.setattr("aiohttp.connector.DefaultResolver", lambda **_: Resolver())
    monkeypatch.setattr("bot.sources.sockets.is_public", lambda address: address == "127.0.0.1")
    url = (await serve(saying("a"))).replace("127.0.0.1", "rebinding.example")
    assert await read(url, CLOSED) == [b"a"]
    with pytest.raises(SourceRefused, match="public internet"):
        await read(url, CLOSED)


async def test_a_redirect_to_a_private_address_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://127.0.0.2:9/"})

    url = await serve(handler)
    monkeypatch.setattr("bot.sources.sockets.is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(SourceRefused, match="public internet"):
        await read(url, CLOSED)


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (404, {}, SourceRefused),
        (403, {"Content-Type": "text/html"}, SourceRefused),
        (429, {"Retry-After": "60"}, SourceRateLimited),
        (502, {}, SourceUnavailable),
        (200, {}, SourceUnavailable),
    ],
)
async def test_an_answer_that_opens_nothing_says_why(
    serve: Serve, status: int, headers: dict[str, str], error: type[Exception]
) -> None:
    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    with pytest.raises(error):
        await read(await serve(handler))


@pytest.mark.parametrize("url", ["", "http://", "ftp://a.example", "http://a.example:99999/x"])
async def test_what_is_no_address_is_refused_or_out_of_reach(url: str) -> None:
    with pytest.raises((SourceRefused, SourceUnavailable)):
        await read(url)


async def test_a_port_where_nobody_listens_is_out_of_reach() -> None:
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await read("http://127.0.0.1:1/")


async def test_a_line_is_closed_with_its_block(serve: Serve) -> None:
    closed = asyncio.Event()

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        if (await line.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
            closed.set()
        return line

    async with OPEN.opened(await serve(handler)):
        pass
    await closed.wait()
