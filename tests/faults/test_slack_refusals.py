"""Slack takes what is said to everybody else: what becomes of what was for one channel, one person
or one click that is not there any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from bot.domain.outbox import Delivery, direct_delivery
from bot.services import conversations
from bot.services.base import Services
from bot.standin import Standin
from tests.faults.test_slack_troubles import ANGRY, Desk, Seconds, care
from tests.journeys.conftest import bot_services, places, standin, text_of
from tests.services.conftest import ScriptedSource

__all__ = ["places", "standin"]  # fixtures


@pytest.fixture
async def desk(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Desk]:
    seconds = Seconds()
    async with bot_services(standin, tmp_path / "data", places, seconds) as services:
        yield Desk(services, standin, seconds)


async def word_to(services: Services, person: str, text: str) -> Delivery:
    word = direct_delivery(person, text, services.sequence(), services.now())
    await services.records.commit([services.records.outbox.put(word.id, word, 0)])
    return word


def leave(standin: Standin, name: str) -> str:
    """Somebody's account is deactivated; their id."""
    found = standin.workspace.user(name)
    assert found is not None
    standin.workspace.users[found.id] = msgspec.structs.replace(found, deleted=True)
    return found.id


# what holds for every message


@pytest.mark.parametrize(
    "code",
    ["account_inactive", "missing_scope", "team_access_not_granted", "accesslimited"],
)
async def test_a_token_that_is_good_for_nothing_keeps_everything_waiting(
    desk: Desk, code: str
) -> None:
    await desk.alerts(2)
    desk.standin.faults.error("chat.postMessage", code, times=3)
    await desk.deliver_all()
    assert desk.rests.count(60) == 3
    assert [text_of(one).split(ANGRY)[1].split()[0] for one in desk.said()] == ["0", "1"]


@pytest.mark.parametrize("code", ["org_login_required", "team_added_to_org"])
async def test_a_workspace_that_moves_into_an_organisation_is_waited_for(
    desk: Desk, code: str
) -> None:
    await desk.alerts()
    desk.standin.faults.error("chat.postMessage", code, times=4)
    await desk.deliver_all()
    assert [rest for rest in desk.rests if rest] == [1, 2, 4, 8]
    assert len(desk.said()) == 1


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited", "message_limit_exceeded"])
async def test_a_rate_limit_that_names_no_wait_is_waited_out_for_half_a_minute(
    desk: Desk, code: str
) -> None:
    await desk.alerts()
    desk.standin.faults.status("chat.postMessage", 429)
    desk.standin.faults.error("chat.postMessage", code)
    await desk.deliver_all()
    assert desk.rests == [30, 30]
    assert len(desk.said()) == 1


# a channel, while something goes on in it


async def test_a_card_goes_on_in_a_channel_that_was_given_another_name(desk: Desk) -> None:
    await desk.alerts()
    await desk.deliver_all()
    [conversation] = await conversations.queue(desk.services)
    channel = desk.standin.workspace.channel("#care")
    assert channel is not None
    desk.standin.workspace.channels[channel.id] = msgspec.structs.replace(channel, name="customers")
    await conversations.claim(desk.services, conversation.id, "U0SAMCART1")
    await desk.deliver_all()
    card, note = desk.said("#customers")
    assert "has this since" in text_of(card)
    assert note.thread_ts == card.ts


async def test_an_alert_for_the_name_that_a_channel_had_waits_and_the_admins_are_told(
    desk: Desk,
) -> None:
    await desk.alerts(2)
    desk.standin.faults.error("chat.postMessage", "channel_not_found", channel=care(desk), times=2)
    await desk.deliver_all()
    [notice] = desk.said("#admin")
    assert "does not exist, or Vigie was not invited" in notice.text
    assert len(desk.said()) == 2


async def test_a_card_is_drawn_as_it_is_once_vigie_is_back_where_it_was_put_out(
    desk: Desk,
) -> None:
    await desk.alerts()
    await desk.deliver_all()
    [conversation] = await conversations.queue(desk.services)
    desk.standin.faults.error("chat.update", "not_in_channel", times=2)
    await conversations.claim(desk.services, conversation.id, "U0SAMCART1")
    await desk.deliver_all()
    [card] = [one for one in desk.said() if not one.thread_ts or one.thread_ts == one.ts]
    assert "has this since" in text_of(card)
    assert len(desk.said("#admin")) == 1
    assert desk.rests.count(300) == 2


# a person


async def test_what_was_for_somebody_who_left_is_given_up_and_told_once(desk: Desk) -> None:
    services, gone = desk.services, leave(desk.standin, "Sam")
    words = [await word_to(services, gone, f"word {n}") for n in range(3)]
    await desk.deliver_all()
    [notice] = desk.said("#admin")
    assert "cannot write to Sam Carter: they have left the workspace" in notice.text
    kept = [await services.records.outbox.get(word.id) for word in words]
    assert [one.value.state for one in kept if one] == ["dropped"] * 3
    assert desk.rests == []


async def test_what_slack_refuses_to_somebody_who_is_there_waits_for_them(desk: Desk) -> None:
    desk.standin.faults.error("chat.postMessage", "restricted_action", times=2)
    word = await word_to(desk.services, "U0SAMCART1", "a word")
    await desk.deliver_all()
    assert desk.rests.count(300) == 2
    kept = await desk.services.records.outbox.get(word.id)
    assert kept
    assert kept.value.state == "sent"
    [notice] = desk.said("#admin")
    assert "cannot write to Sam Carter: an administrator" in notice.text


async def test_while_slack_does_not_say_whether_somebody_is_there_their_word_waits(
    desk: Desk,
) -> None:
    gone = leave(desk.standin, "Sam")
    desk.standin.faults.status("users.info", 503)
    word = await word_to(desk.services, gone, "a word")
    await desk.deliver_all()
    assert desk.rests.count(300) == 1
    kept = await desk.services.records.outbox.get(word.id)
    assert kept
    assert kept.value.state == "dropped"
