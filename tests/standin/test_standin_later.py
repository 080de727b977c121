"""A person has it be later: the page is told, and what hangs on time is where it would be then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from bot.standin import Standin
from tests.standin.browsing import Browser
from tests.standin.conftest import Connect, refused

HOUR = 3600


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(trust_env=False) as made:
        yield made


@pytest.fixture
def sam(standin: Standin, session: aiohttp.ClientSession) -> Iterator[Browser]:
    browser = Browser(standin, session, standin.person("Sam").id)
    yield browser
    browser.close()


def form(title: str = "A form") -> dict[str, Any]:
    words = {"type": "plain_text", "text": title}
    button = {"type": "button", "action_id": "more", "text": words}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": words,
        "submit": words,
        "blocks": [{"type": "actions", "elements": [button]}],
    }


async def test_the_page_knows_the_workspaces_time_from_the_start(
    standin: Standin, sam: Browser
) -> None:
    standin.clock.forward(HOUR)
    assert (await sam.get("state"))["now"] == pytest.approx(standin.clock.now(), abs=5)


async def test_every_page_hears_of_a_jump(standin: Standin, sam: Browser) -> None:
    stream = await sam.listen()
    before = standin.clock.now()
    answer = await sam.post("later", seconds=HOUR)
    assert answer["ok"] is True
    told = await stream.next("clock")
    assert before + HOUR <= min(told["now"], answer["now"])
    assert max(told["now"], answer["now"]) <= standin.clock.now()


@pytest.mark.parametrize("seconds", [0, -1, 86_401, "3600", None])
async def test_time_goes_forward_and_not_too_far(
    standin: Standin, sam: Browser, seconds: object
) -> None:
    answer = await sam.post("later", seconds=seconds)
    assert answer == {"ok": False, "error": "time goes forward only, by a day at most"}
    assert standin.clock.ahead == 0


async def test_a_message_after_a_jump_is_that_much_later(
    standin: Standin, sam: Browser, bolt: AsyncApp
) -> None:
    earlier = await bolt.client.chat_postMessage(channel="#care", text="before")
    await sam.post("later", seconds=HOUR)
    later = await bolt.client.chat_postMessage(channel="#care", text="after")
    assert HOUR <= float(later["ts"]) - float(earlier["ts"]) < HOUR + 30


async def test_a_window_left_open_for_a_day_can_still_be_submitted(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    submitted = asyncio.Event()

    @bolt.shortcut("look")
    async def look(ack: Any, client: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form())

    @bolt.view("form")
    async def take(ack: Any) -> None:
        await ack()
        submitted.set()

    await connect()
    sam = standin.person("Sam")
    await sam.shortcut("look")
    await standin.wait_for(lambda: sam.modal)
    standin.clock.forward(24 * HOUR)
    assert (await sam.submit()).result == "closed"
    assert submitted.is_set()


async def test_an_open_window_does_not_lengthen_the_life_of_a_trigger(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    triggers = asyncio.Queue[str]()

    @bolt.shortcut("look")
    async def look(ack: Any, client: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form())

    @bolt.action("more")
    async def keep(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        triggers.put_nowait(body["trigger_id"])

    await connect()
    sam = standin.person("Sam")
    await sam.shortcut("look")
    await sam.click(await standin.wait_for(lambda: sam.modal), "more")
    standin.clock.forward(HOUR)
    trigger = await asyncio.wait_for(triggers.get(), 5)
    pushed = bolt.client.views_push(trigger_id=trigger, view=form("Another"))
    assert await refused(pushed) == "expired_trigger_id"
    assert len(standin.world.views.stack(sam.id)) == 1


async def test_a_response_url_has_expired_half_an_hour_later(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    answers = asyncio.Queue[Any]()

    @bolt.command("/vigie")
    async def keep(ack: Any, respond: Any) -> None:
        await ack()
        answers.put_nowait(respond)

    await connect()
    await standin.person("Sam").command("/vigie", "#care")
    respond = await asyncio.wait_for(answers.get(), 5)
    assert (await respond("in time")).status_code == 200
    standin.clock.forward(HOUR)
    assert (await respond("too late")).status_code == 404
    (said,) = standin.person("Sam").messages("#care")
    assert said.text == "in time"


async def test_the_app_stays_connected_however_often_it_is_later(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/vigie")
    async def answer(ack: Any) -> None:
        await ack("here")

    await connect()
    (link,) = standin.sockets.links
    for _ in range(3):
        standin.clock.forward(24 * HOUR)
        said = await standin.person("Sam").command("/vigie", "#care")
        assert said is not None
        assert said.text == "here"
    assert standin.sockets.links == [link]
    assert not link.leaving
