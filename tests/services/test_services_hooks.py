"""The webhook, over real connections: what is taken, what is refused, and what a sender is told."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import Config, loads
from bot.config.hooks import Hooks
from bot.errors import ConfigError, StoreReadOnly, StoreUnavailable
from bot.hooks.door import listening
from bot.hooks.receiver import Receiver
from bot.hooks.taking import LARGEST
from bot.services.base import Services
from bot.sources.hooked import WebhookSource
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature
from bot.store.base import Write
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import NOW
from tests.services.conftest import CONFIG

SECRET = "0123456789abcdef"
OTHER = "fedcba9876543210"
TOOL = '[[sources]]\nname = "Listening tool"\nkind = "webhook"\n'
ENVIRONMENT = {"VIGIE_WEBHOOK_SECRET": SECRET, "OTHER_SECRET": OTHER}
POST = {"id": "7", "text": "The lumo app is terrible.", "at": "2026-11-24T09:00:00Z"}
HEAD = (
    "POST /hooks/mentions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    f"{TIMESTAMP}: {NOW.timestamp():.0f}\r\n{SIGNATURE}: v0={'0' * 64}\r\n"
)
HOOKS = Hooks(host="127.0.0.1", port=0, sources={"listening-tool": "Listening tool"})


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + TOOL, environment=ENVIRONMENT)


@pytest.fixture
def scripted() -> dict[str, WebhookSource]:
    return {"Listening tool": WebhookSource("Listening tool")}


class Sender:
    """A tool that signs what it sends."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, trust_env=False, timeout=10)

    async def send(
        self, body: object, path: str = "/hooks/mentions", secret: str = SECRET, **headers: str
    ) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = str(int(NOW.timestamp()))
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {TIMESTAMP: stamp, SIGNATURE: signature(secret, stamp, raw)}
        kind = {"Content-Type": "application/json"}
        return await self._client.post(path, content=raw, headers={**kind, **signed, **given})

    async def close(self) -> None:
        await self._client.aclose()


class Door:
    """Opens receivers on loopback."""

    def __init__(self) -> None:
        self._runners: list[web.AppRunner] = []
        self._senders: list[Sender] = []

    async def open(self, receiver: Receiver) -> Sender:
        runner = web.AppRunner(receiver.app(), auto_decompress=False, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self._senders.append(sender := Sender(f"http://{host}:{port}"))
        return sender

    async def close(self) -> None:
        for sender in self._senders:
            await sender.close()
        for runner in self._runners:
            await runner.cleanup()


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.close()


@pytest.fixture
async def tool(services: Services, door: Door) -> Sender:
    return await door.open(Receiver(services, HOOKS))


async def mentions(services: Services) -> int:
    return await services.records.mentions.count({"watch": "Lumo"}, "at")


async def test_a_post_is_kept_before_its_sender_is_told_so(
    services: Services, tool: Sender
) -> None:
    answer = await tool.send(POST)
    assert answer.status_code == 200
    assert answer.json() == {"accepted": 1, "new": 1, "known": 0, "deleted": 0, "bad": []}
    assert await mentions(services) == 1


async def test_the_same_body_again_is_harmless(services: Services, tool: Sender) -> None:
    await tool.send([POST])
    answer = await tool.send([POST])
    assert (answer.status_code, answer.json()["known"]) == (200, 1)
    assert await mentions(services) == 1


async def test_bad_items_are_told_by_place_and_field_and_the_others_are_kept(
    services: Services, tool: Sender
) -> None:
    naive = {**POST, "id": "8", "at": "2026-11-24T09:00:00"}
    answer = await tool.send([naive, POST])
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    [bad] = answer.json()["bad"]
    assert bad["index"] == 0
    assert bad["error"].startswith("at: has no time zone")
    assert (await tool.send([naive])).status_code == 422


async def test_a_post_a_line_is_taken_too(services: Services, tool: Sender) -> None:
    body = "\n".join(json.dumps({**POST, "id": str(n)}) for n in range(3)).encode()
    answer = await tool.send(body, Content_Type="application/x-ndjson; charset=utf-8")
    assert answer.json()["new"] == 3


async def test_what_is_not_signed_as_it_should_be_is_not_read(
    services: Services, tool: Sender
) -> None:
    old = str(int(NOW.timestamp()) - 301)
    answers = [
        await tool.send(POST, secret=OTHER),
        await tool.send(POST, **{SIGNATURE: ""}),
        await tool.send(POST, **{TIMESTAMP: "yesterday"}),
        await tool.send(
            POST, **{TIMESTAMP: old, SIGNATURE: signature(SECRET, old, json.dumps(POST).encode())}
        ),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert all(SECRET not in answer.text for answer in answers)
    assert await mentions(services) == 0


async def test_what_is_too_large_or_of_another_kind_is_refused(
    services: Services, tool: Sender
) -> None:
    large = json.dumps([{**POST, "text": "lumo " * (LARGEST // 5)}]).encode()
    assert (await tool.send(large)).status_code == 413
    assert (await tool.send(POST, Content_Type="text/html")).status_code == 415
    assert (await tool.send(POST, Content_Encoding="gzip")).status_code == 415
    assert (await tool.send(b"{")).status_code == 400
    assert (await tool.send(POST, "/hooks/mentions/another")).status_code == 404
    assert (await tool.send(POST, "/hooks/mentions/Listening%20tool")).status_code == 200
    assert await mentions(services) == 1


async def test_a_body_that_does_not_say_how_long_it_is_ends_at_the_limit(tool: Sender) -> None:
    host, port = tool.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    for _ in range(LARGEST // 0x10000 + 2):
        writer.write(chunk)
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_a_body_that_comes_too_slowly_is_given_up(services: Services, door: Door) -> None:
    tool = await door.open(Receiver(services, HOOKS, patience=0.05))
    host, port = tool.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode())
    assert b" 408 " in await reader.readline()
    writer.close()


async def test_bodies_that_come_slowly_on_purpose_keep_nobody_out(
    services: Services, door: Door
) -> None:
    tool = await door.open(Receiver(services, HOOKS, most_inside=2, slow=0.0))
    host, port = tool.url.removeprefix("http://").split(":")
    slow = [await asyncio.open_connection(host, int(port)) for _ in range(3)]
    for _, writer in slow:
        writer.write(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode())
    answers = [asyncio.create_task(reader.readline()) for reader, _ in slow]
    while not any(answer.done() for answer in answers):
        assert (await tool.send(POST)).status_code == 200
    done, _ = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
    assert all(b" 408 " in answer.result() for answer in done)
    for _, writer in slow:
        writer.close()
    await asyncio.wait(answers)


async def test_whoever_shows_no_signature_waits_nowhere_and_holds_nobody_up(
    services: Services, door: Door
) -> None:
    tool = await door.open(Receiver(services, HOOKS, most_inside=1))
    host, port = tool.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    unsigned = "\r\n".join(HEAD.split("\r\n")[:3])
    writer.write(f"{unsigned}\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert b" 401 " in await reader.readline()
    assert (await tool.send(POST)).status_code == 200
    writer.close()


async def test_a_tool_that_hangs_up_does_no_harm(services: Services, tool: Sender) -> None:
    host, port = tool.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()
    assert (await tool.send(POST)).status_code == 200


async def test_where_too_many_wait_the_next_is_asked_to_come_again(
    services: Services, door: Door
) -> None:
    tool = await door.open(Receiver(services, HOOKS, most_inside=1))
    host, port = tool.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{HEAD}Content-Length: 100\r\n\r\n{{".encode())
    await writer.drain()
    statuses = [(answer := await tool.send(POST)).status_code]
    while statuses[-1] != 429:  # the first connection may not be inside yet
        statuses.append((answer := await tool.send(POST)).status_code)
    assert answer.headers["Retry-After"] == "5"
    writer.close()


class Failing(Records):
    """A store that takes nothing."""

    def __init__(self, store: TinyStore, error: Exception) -> None:
        super().__init__(store)
        self._error = error

    async def commit(self, writes: Sequence[Write]) -> None:
        raise self._error


@pytest.mark.parametrize("error", [StoreReadOnly("full"), StoreUnavailable("away")])
async def test_what_cannot_be_kept_is_to_be_sent_again(
    services: Services, door: Door, tmp_path: Path, error: Exception
) -> None:
    store = await TinyStore.open(tmp_path / "other", TABLES)
    tool = await door.open(Receiver(replace(services, records=Failing(store, error)), HOOKS))
    answer = await tool.send(POST)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    await store.close()


async def test_a_crash_between_keeping_and_answering_loses_and_doubles_nothing(
    services: Services, door: Door, tmp_path: Path
) -> None:
    class Dying(Records):
        async def commit(self, writes: Sequence[Write]) -> None:
            await super().commit(writes)
            if any(write.table == "mentions" for write in writes):
                raise RuntimeError("the process ends here")

    store = await TinyStore.open(tmp_path / "other", TABLES)
    dying = await door.open(Receiver(replace(services, records=Dying(store)), HOOKS))
    assert (await dying.send(POST)).status_code == 500
    again = replace(services, records=Records(store))
    answer = await (await door.open(Receiver(again, HOOKS))).send(POST)
    assert (answer.status_code, answer.json()["known"]) == (200, 1)
    assert await mentions(again) == 1
    await store.close()


async def test_several_tools_have_addresses_and_secrets_of_their_own(
    services: Services, door: Door
) -> None:
    more = '[[sources]]\nname = "B"\nkind = "webhook"\nkey = "OTHER_SECRET"\n'
    config = loads(CONFIG + TOOL + more, environment=ENVIRONMENT)
    assert config.hooks
    two = replace(services, config=config, sources={"B": WebhookSource("B")})
    tool = await door.open(Receiver(two, config.hooks))
    assert (await tool.send(POST)).status_code == 404
    assert (await tool.send(POST, "/hooks/mentions/b")).status_code == 401
    assert (await tool.send(POST, "/hooks/mentions/b", OTHER)).json()["new"] == 1
    assert (await tool.send(POST, "/hooks/mentions/listening-tool")).json()["new"] == 1


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def at_port(services: Services, port: int) -> Services:
    written = f'[hooks]\nlisten = "127.0.0.1:{port}"\n'
    return replace(services, config=loads(CONFIG + TOOL + written, environment=ENVIRONMENT))


async def test_it_listens_while_vigie_runs_and_no_longer(services: Services) -> None:
    port = _free_port()
    sender = Sender(f"http://127.0.0.1:{port}")
    async with listening(at_port(services, port)):
        assert (await sender.send(POST)).status_code == 200
    with pytest.raises(httpx.TransportError):
        await sender.send(POST)
    await sender.close()


async def test_a_port_that_is_taken_is_a_fault_of_the_configuration(services: Services) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigError, match=rf"hooks.listen: 127.0.0.1:{port} cannot be listened"
        ):
            async with listening(at_port(services, port)):
                pass


async def test_without_a_source_that_sends_nothing_listens(services: Services) -> None:
    async with listening(replace(services, config=loads(CONFIG))):
        pass


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60), path=st.text("/abc%é .", max_size=12))
async def test_whatever_is_sent_is_answered(tool: Sender, body: bytes, path: str) -> None:
    answer = await tool.send(body, f"/hooks/mentions/{quote(path)}")
    assert 400 <= answer.status_code < 500
