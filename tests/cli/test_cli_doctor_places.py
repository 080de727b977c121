"""What the doctor says of the places at which Vigie is to listen."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pytest
from aiohttp import web

from bot.cli.doctor_places import examine_places
from bot.config import loads
from bot.health import Finding
from tests.loopback import Serve, free_port
from tests.services.conftest import CONFIG

HOOKED = (
    CONFIG
    + """
[[sources]]
name = "tool"
kind = "webhook"
[hooks]
listen = "127.0.0.1:{port}"
"""
)
SECRET = {"VIGIE_WEBHOOK_SECRET": "0123456789abcdef"}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which another program listens, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        yield port


async def found(
    lines: str, environment: Mapping[str, str] = MappingProxyType({}), *, runs: bool = False
) -> list[Finding]:
    config = loads(lines, environment=environment)
    return [finding async for finding in examine_places(config, runs=runs)]


def operated(port: int) -> str:
    return f'{CONFIG}\n[operate]\nlisten = "127.0.0.1:{port}"\n'


async def test_a_port_that_is_free_is_well() -> None:
    [finding] = await found(operated(free_port()))
    assert finding.well
    assert "is free" in finding.words


async def test_a_port_of_another_program_is_advised_to_be_another(serve: Serve) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="I am a wiki")

    url = await serve(answer)
    [finding] = await found(operated(int(url.rsplit(":", 1)[1])))
    assert "Name another under [operate]" in finding.advice


async def test_a_port_of_a_vigie_that_runs_is_well(serve: Serve) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response({"alive": True})

    url = await serve(answer)
    [finding] = await found(operated(int(url.rsplit(":", 1)[1])))
    assert finding.well
    assert "a Vigie that runs" in finding.words


async def test_where_posts_are_sent_must_be_free_unless_a_vigie_runs(taken: int) -> None:
    lines = HOOKED.replace("{port}", str(taken)) + '[operate]\nlisten = ""\n'
    [finding] = await found(lines, SECRET)
    assert "does not start without it" in finding.advice
    [finding] = await found(lines, SECRET, runs=True)
    assert finding.well


async def test_a_heartbeat_is_told_of_without_its_address() -> None:
    lines = f'{CONFIG}\n[operate]\nlisten = ""\n'
    [finding] = await found(lines, {"VIGIE_HEARTBEAT_URL": "https://beat.example/s3cret"})
    assert finding.subject == "VIGIE_HEARTBEAT_URL"
    assert finding.well
    assert "s3cret" not in str(finding)
