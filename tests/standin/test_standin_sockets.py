"""Socket Mode at its edges: lost sockets, late acknowledgements, retries, refreshes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from bot.standin import Standin, Unanswered
from tests.standin.conftest import Connect, client_of


class Wire:
    """Websockets held by hand, to see the frames themselves."""

    def __init__(self, standin: Standin, session: aiohttp.ClientSession) -> None:
        self._client = client_of(standin, standin.app_token)
        self._session = session
        self._held: list[aiohttp.ClientWebSocketResponse] = []
        self.standin = standin

    async def open(self) -> aiohttp.ClientWebSocketResponse:
        """A socket whose first message is still to be read."""
        answer = await self._client.apps_connections_open(app_token=self.standin.app_token)
        ws = await self._session.ws_connect(answer["url"], autoping=False)
        self._held.append(ws)
        return ws

    async def close(self) -> None:
        """Close what the test left open, frozen sockets without waiting for their answer."""
        self.standin.sockets.drop()
        for ws in self._held:
            await ws.close()

    async def greeted(self) -> aiohttp.ClientWebSocketResponse:
        """A socket that was said hello to."""
        ws = await self.open()
        assert (await ws.receive_json())["type"] == "hello"
        return ws


@pytest.fixture
async def wire(standin: Standin) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession(trust_env=False) as session:
        held = Wire(standin, session)
        yield held
        await held.close()


async def acknowledge(ws: aiohttp.ClientWebSocketResponse, envelope: Any, **payload: Any) -> None:
    said = {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload else {})
    await ws.send_str(json.dumps(said))


async def test_hello_counts_the_connections_and_pings_are_answered(wire: Wire) -> None:
    first = await wire.greeted()
    second = await wire.open()
    hello = await second.receive_json()

    assert hello["num_connections"] == 2
    assert hello["connection_info"]["app_id"] == wire.standin.world.spec.id
    assert {"host", "approximate_connection_time"} <= set(hello["debug_info"])
    await first.ping(b"sdk-ping-pong:1")
    pong = await first.receive()
    assert (pong.type, bytes(pong.data)) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_an_envelope_may_be_acknowledged_on_another_socket(wire: Wire) -> None:
    first, second = await wire.greeted(), await wire.greeted()
    typed = asyncio.create_task(wire.standin.person("Sam").command("/vigie"))
    reads = [asyncio.create_task(ws.receive_json()) for ws in (first, second)]
    (done,), (idle,) = await asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED)
    other = second if done is reads[0] else first
    idle.cancel()

    await acknowledge(other, done.result(), text="from elsewhere")

    said = await typed
    assert said is not None
    assert said.text == "from elsewhere"


async def test_envelopes_take_turns_over_the_sockets(wire: Wire) -> None:
    sockets = [await wire.greeted(), await wire.greeted()]
    sam = wire.standin.person("Sam")
    typed = [asyncio.create_task(sam.command(f"/vigie {n}")) for n in range(2)]
    for ws in sockets:
        await acknowledge(ws, await ws.receive_json())
    await asyncio.gather(*typed)


async def test_an_unacknowledged_envelope_goes_over_the_next_socket(wire: Wire) -> None:
    first = await wire.greeted()
    typed = asyncio.create_task(wire.standin.person("Sam").command("/vigie"))
    lost = await first.receive_json()
    await first.close()
    second = await wire.greeted()
    again = await second.receive_json()

    assert again == lost
    await acknowledge(second, again)
    assert await typed is None


async def test_a_socket_that_is_cut_hands_its_envelopes_to_a_living_one(wire: Wire) -> None:
    first = await wire.greeted()
    typed = asyncio.create_task(wire.standin.person("Sam").command("/vigie"))
    lost = await first.receive_json()
    second = await wire.greeted()
    wire.standin.sockets.links[0].cut()

    again = await second.receive_json()
    assert again["envelope_id"] == lost["envelope_id"]
    await acknowledge(second, again)
    await typed


async def test_a_late_acknowledgement_changes_nothing(wire: Wire) -> None:
    ws = await wire.greeted()
    sam = wire.standin.person("Sam")
    typed = asyncio.create_task(sam.command("/vigie"))
    envelope = await ws.receive_json()
    wire.standin.clock.forward(3)
    with pytest.raises(Unanswered):
        await typed

    await acknowledge(ws, envelope, text="too late")
    await ws.ping(b"and now")
    assert (await ws.receive()).type is aiohttp.WSMsgType.PONG
    assert sam.ephemerals("#general") == ()


async def test_what_is_not_json_is_ignored(wire: Wire) -> None:
    ws = await wire.greeted()
    for nonsense in ("", "not json", "[]", '{"envelope_id": 7}'):
        await ws.send_str(nonsense)
    await ws.ping(b"still there?")
    assert (await ws.receive()).type is aiohttp.WSMsgType.PONG


async def test_an_event_is_sent_again_at_once_after_a_minute_and_after_five(wire: Wire) -> None:
    ws = await wire.greeted()
    wire.standin.person("Sam").post("#care", "anybody?")
    envelopes = [await ws.receive_json()]
    for pause in (0.0, 60.0, 300.0):
        wire.standin.clock.forward(3)
        if pause:
            await wire.standin.wait_for(lambda: not wire.standin.sockets.unacknowledged)
            wire.standin.clock.forward(pause)
        envelopes.append(await ws.receive_json())

    assert [e["retry_attempt"] for e in envelopes] == [0, 1, 2, 3]
    assert [e["retry_reason"] for e in envelopes] == ["", "timeout", "timeout", "timeout"]
    assert len({e["payload"]["event_id"] for e in envelopes}) == 1
    assert len({e["envelope_id"] for e in envelopes}) == 4


async def test_an_acknowledged_event_is_not_sent_again(wire: Wire) -> None:
    ws = await wire.greeted()
    sam = wire.standin.person("Sam")
    sam.post("#care", "first")
    await acknowledge(ws, await ws.receive_json())
    await ws.ping(b"seen")
    assert (await ws.receive()).type is aiohttp.WSMsgType.PONG
    wire.standin.clock.forward(400)
    sam.post("#care", "second")

    assert (await ws.receive_json())["payload"]["event"]["text"] == "second"


async def test_an_event_can_be_delivered_twice(wire: Wire) -> None:
    ws = await wire.greeted()
    wire.standin.faults.duplicate_events()
    wire.standin.person("Sam").post("#care", "echo")
    first, second = await ws.receive_json(), await ws.receive_json()

    assert first["envelope_id"] != second["envelope_id"]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


async def test_an_eleventh_connection_is_sent_away(wire: Wire) -> None:
    for _ in range(10):
        await wire.greeted()
    eleventh = await wire.open()

    said = await eleventh.receive_json()
    assert (said["type"], said["reason"]) == ("disconnect", "too_many_websockets")
    assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_a_ticket_opens_one_socket(wire: Wire, standin: Standin) -> None:
    answer = await client_of(standin).apps_connections_open(app_token=standin.app_token)
    async with aiohttp.ClientSession(trust_env=False) as session:
        first = await session.ws_connect(answer["url"])
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(answer["url"])
        await first.close()
    assert refused.value.status == 401


async def test_a_refresh_warns_then_closes(wire: Wire) -> None:
    ws = await wire.greeted()
    refreshed = asyncio.create_task(wire.standin.sockets.refresh(warning=10))
    assert (await ws.receive_json())["reason"] == "warning"
    wire.standin.clock.forward(10)
    assert (await ws.receive_json())["reason"] == "refresh_requested"
    assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
    await refreshed


async def test_a_bolt_app_reconnects_after_a_refresh(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/vigie")
    async def answer(ack: Any) -> None:
        await ack("still here")

    await connect(ping_interval=0.2)
    (old,) = standin.sockets.links
    await standin.sockets.refresh()
    await standin.wait_for(lambda: standin.connected and old not in standin.sockets.links)

    said = await standin.person("Sam").command("/vigie")
    assert said is not None
    assert said.text == "still here"


async def test_a_frozen_socket_is_left_for_a_new_one(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/vigie")
    async def answer(ack: Any) -> None:
        await ack("awake")

    await connect(ping_interval=0.1)
    (old,) = standin.sockets.links
    standin.sockets.freeze()
    typed = asyncio.create_task(standin.person("Sam").command("/vigie"))

    await standin.wait_for(lambda: any(link is not old for link in standin.sockets.links))
    said = await typed
    assert said is not None
    assert said.text == "awake"


async def test_the_workspace_closes_within_a_second_whatever_is_open(wire: Wire) -> None:
    for _ in range(3):
        await wire.greeted()
    wire.standin.sockets.freeze()
    wire.standin.faults.hang("auth.test")
    stuck = asyncio.create_task(client_of(wire.standin).auth_test())
    await wire.standin.wait_for(lambda: not wire.standin.faults.any)

    async with asyncio.timeout(1):
        await wire.standin.close()
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await stuck


@pytest.mark.parametrize("said", ["{", "[]", '{"envelope_id": ["x"]}', "[" * 50_000, '"x"'])
async def test_a_frame_that_acknowledges_nothing_is_passed_over(wire: Wire, said: str) -> None:
    ws = await wire.greeted()
    await ws.send_str(said)
    typed = asyncio.create_task(wire.standin.person("Sam").command("/vigie"))
    await acknowledge(ws, await ws.receive_json(), text="still here")

    answer = await typed
    assert answer is not None
    assert answer.text == "still here"


async def test_a_refreshed_socket_gets_nothing_new_and_another_gets_it_all(wire: Wire) -> None:
    old, other = await wire.greeted(), await wire.greeted()
    retired = wire.standin.sockets.links[0]
    retired.leaving = True
    sam = wire.standin.person("Sam")
    for number in range(3):
        typed = asyncio.create_task(sam.command(f"/vigie {number}"))
        await acknowledge(other, await other.receive_json())
        await typed

    await old.ping(b"nothing before this")
    assert (await old.receive()).type is aiohttp.WSMsgType.PONG


async def test_a_refresh_reaches_every_connection_and_no_envelope_is_lost(wire: Wire) -> None:
    both = [await wire.greeted(), await wire.greeted()]
    typed = asyncio.create_task(wire.standin.person("Sam").command("/vigie"))
    await wire.standin.wait_for(lambda: wire.standin.sockets.unacknowledged)
    refreshed = asyncio.create_task(wire.standin.sockets.refresh())
    for ws in both:
        while (said := await ws.receive_json())["type"] != "disconnect":
            assert said["type"] == "slash_commands"
        assert said["reason"] == "refresh_requested"
        assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
    fresh = await wire.greeted()
    await acknowledge(fresh, await fresh.receive_json(), text="kept")

    answer = await typed
    assert answer is not None
    assert answer.text == "kept"
    await refreshed


async def test_an_event_can_be_delivered_three_times(wire: Wire) -> None:
    ws = await wire.greeted()
    wire.standin.faults.duplicate_events(copies=2)
    wire.standin.person("Sam").post("#care", "echo")
    envelopes = [await ws.receive_json() for _ in range(3)]

    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
