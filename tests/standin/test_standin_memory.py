"""What a long demo leaves behind: as much as somebody may still look at, and no more."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import Standin, responses, sockets, triggers, uploads, workspace
from bot.standin.clock import Clock
from bot.standin.errors import ApiError
from bot.standin.responses import Origin, Responses
from bot.standin.triggers import Triggers
from bot.standin.uploads import Uploads
from tests.standin.conftest import channel_id, refused


async def test_a_channel_forgets_its_oldest_messages_and_their_threads(
    standin: Standin, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "KEPT_MESSAGES", 4)
    sam, care = standin.person("Sam"), channel_id(standin, "care")
    first = sam.post("#care", "first")
    reply = sam.post("#care", "a reply", thread_ts=first.ts)
    for words in ("second", "third", "fourth"):
        sam.post("#care", words)

    assert [m.text for m in standin.messages("#care")] == ["a reply", "second", "third", "fourth"]
    assert await refused(client.conversations_replies(channel=care, ts=first.ts)) == (
        "thread_not_found"
    )
    standin.world.delete(reply)
    assert len(standin.messages("#care")) == 3


async def test_triggers_are_forgotten_after_many_others() -> None:
    given_out = Triggers(Clock())
    first, *_, last = [given_out.issue("U1") for _ in range(triggers.REMEMBERED + 1)]

    given_out.spend(last)

    with pytest.raises(ApiError, match="exchanged_trigger_id"):
        given_out.check(last)
    with pytest.raises(ApiError, match="invalid_trigger_id"):
        given_out.check(first)


async def test_a_response_url_is_expired_for_a_while_and_then_forgotten() -> None:
    clock = Clock()
    given_out = Responses(clock)
    key = given_out.issue(Origin(user="U1", channel="C1")).rpartition("/")[2]
    clock.forward(responses.LIFE + 1)
    with pytest.raises(ApiError, match="expired_url"):
        given_out.use(key)

    clock.forward(responses.REMEMBERED)
    given_out.issue(Origin(user="U1", channel="C1"))

    with pytest.raises(ApiError, match="invalid_url"):
        given_out.use(key)


async def test_the_oldest_files_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "KEPT_BYTES", 10)
    held = Uploads()
    key, old = held.announce("old.png", 6)
    held.receive(key, b"123456")

    key, new = held.announce("new.png", 6)

    assert held.get(old.id) is None
    assert held.expects(key)
    assert held.get(new.id) is not None


async def test_a_ticket_to_a_socket_expires(standin: Standin, client: AsyncWebClient) -> None:
    answer = await client.apps_connections_open(app_token=standin.app_token)
    ticket = answer["url"].partition("ticket=")[2].partition("&")[0]
    standin.clock.forward(sockets.TICKET_LIFE + 1)

    async with aiohttp.ClientSession() as session:
        late = await session.get(f"{standin.url}/link/", params={"ticket": ticket})
        assert late.status == 401
        late.close()
