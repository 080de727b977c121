import asyncio
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder

import httpcore
import pytest
from aiohttp import web

from bot.errors import SourceRefused
from bot.sources import connecting
from bot.sources.connecting import PublicBackend
from bot.sources.http import PoliteClient
from tests.builders import NOW
from tests.loopback import Serve


class Network(httpcore.AsyncNetworkBackend):
    """Remembers who was connected to; `down` addresses cannot be."""

    def __init__(self, down: Sequence[str] = ()) -> None:
        self.connected: list[str] = []
        self._down = down

    async def connect_tcp(self, host: str, *_: object) -> httpcore.AsyncNetworkStream:
        self.connected.append(host)
        if host in self._down:
            raise httpcore.ConnectError
        return httpcore.AsyncMockStream([])


def backend(network: Network, *addresses: str) -> PublicBackend:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    made = PublicBackend(resolve)
    made._network = network  # type: ignore[assignment]
    return made


async def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    network = Network()
    await backend(network, "93.184.216.34").connect_tcp("lumen.example", 443)
    assert network.connected == ["93.184.216.34"]


async def test_the_next_address_is_tried_where_one_is_down() -> None:
    network = Network(down=["2606:4700::1111"])
    await backend(network, "2606:4700::1111", "1.1.1.1").connect_tcp("lumen.example", 443)
    assert network.connected == ["2606:4700::1111", "1.1.1.1"]


async def test_a_host_with_one_private_address_is_refused_whole() -> None:
    network = Network()
    with pytest.raises(SourceRefused, match=r"lumen\.example"):
        await backend(network, "1.1.1.1", "169.254.169.254").connect_tcp("lumen.example", 80)
    assert network.connected == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0x7f.1", "2130706433"])
async def test_this_machine_is_refused_however_it_is_written(host: str) -> None:
    made = PublicBackend()
    made._network = network = Network()  # type: ignore[assignment]
    with pytest.raises((SourceRefused, httpcore.ConnectError)):
        await made.connect_tcp(host, 80)
    assert network.connected == []


async def test_a_host_without_an_address_cannot_be_connected_to() -> None:
    with pytest.raises(httpcore.ConnectError):
        await backend(Network()).connect_tcp("lumen.example", 80)


async def test_a_name_that_dns_cannot_hold_has_no_address() -> None:
    with pytest.raises(OSError, match="no such host"):
        await connecting.resolve("a" * 70 + ".example", 80)


async def test_a_lookup_that_hangs_times_out() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    with pytest.raises(httpcore.ConnectTimeout):
        await PublicBackend(resolve).connect_tcp("lumen.example", 80, timeout=0.01)


async def test_thirty_servers_asked_in_turn_keep_their_connections(serve: Serve) -> None:
    connected = list[asyncio.BaseTransport | None]()

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.transport not in connected:
            connected.append(request.transport)
        return web.Response(text="ok")

    servers = [await serve(answer) for _ in range(30)]
    async with PoliteClient(clock=lambda: NOW, allow_private=True) as client:
        for server in servers * 3:
            await client.get(server)
    assert len(connected) == len(servers)


async def test_a_connection_is_no_longer_open_once_the_client_is_closed(serve: Serve) -> None:
    connected = list[asyncio.BaseTransport]()

    async def answer(request: web.BaseRequest) -> web.Response:
        assert request.transport
        connected.append(request.transport)
        return web.Response(text="ok")

    async with PoliteClient(clock=lambda: NOW, allow_private=True) as client:
        await client.get(await serve(answer))
    async with asyncio.timeout(5):
        while not connected[0].is_closing():  # noqa: ASYNC110  # the other end hears of it
            await asyncio.sleep(0.002)


async def test_a_request_looks_for_no_module(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for = list[str]()

    class Looking(MetaPathFinder):
        def find_spec(self, fullname: str, *_: object) -> None:
            looked_for.append(fullname)

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(text="ok")

    server = await serve(answer)
    async with PoliteClient(clock=lambda: NOW, allow_private=True) as client:
        await client.get(server)
        monkeypatch.setattr(sys, "meta_path", [Looking(), *sys.meta_path])
        await client.get(server)
    assert looked_for == []
