"""Slack refuses, drops, slows down or lies: alerts wait in order, none is lost or said twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.domain.outbox import Delivery, notice_delivery
from bot.services import conversations
from bot.services.base import Services
from bot.standin import Message, Standin
from tests.journeys.conftest import bot_services, places, standin, text_of
from tests.raised import raise_alerts
from tests.services.conftest import ScriptedSource
from tests.services.lanes import Lanes

__all__ = ["places", "standin"]  # fixtures

ANGRY = "lumo is terrible, hated, worst"


class Seconds:
    """A monotonic clock that moves by what is slept."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """Services and an outbox whose rests are noted down, and over at once."""

    def __init__(self, services: Services, standin: Standin, seconds: Seconds) -> None:
        self.seconds = seconds
        self.services = services
        self.standin = standin
        self.rests: list[float] = []
        self.lanes = Lanes(services, self._rest)

    async def _rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.seconds.now += seconds
        await asyncio.sleep(0)

    async def alerts(self, number: int = 1) -> None:
        """Negative posts were found, each an alert; nothing is said yet."""
        await raise_alerts(self.services, number, ANGRY)

    async def deliver(self, until: Callable[[], object]) -> None:
        """Let the outbox work until something is true."""
        async with self.lanes.at_work(), asyncio.timeout(10):
            while not until():  # noqa: ASYNC110  # what is awaited may be on either side
                await asyncio.sleep(0.005)

    async def deliver_all(self) -> None:
        left: list[Delivery] = [await self.head()] if await self.waiting() else []

        async def watch() -> None:
            while await self.waiting():  # noqa: ASYNC110  # the store tells nobody of its commits
                await asyncio.sleep(0.005)
            left.clear()

        watching = asyncio.create_task(watch())
        await self.deliver(lambda: not left)
        await watching

    async def waiting(self) -> int:
        outbox = self.services.records.outbox
        return sum(
            [await outbox.count({"state": state}, "order") for state in ("waiting", "trying")]
        )

    async def tried(self) -> int:
        """How many deliveries wait that were tried."""
        found = await self.services.records.outbox.find({"state": "waiting"}, "order")
        return sum(bool(kept.value.attempts) for kept in found)

    async def head(self) -> Delivery:
        for state in ("trying", "waiting"):
            found = await self.services.records.outbox.find({"state": state}, "order", limit=1)
            if found:
                return found[0].value
        raise AssertionError("nothing waits")

    def said(self, channel: str = "#care") -> list[Message]:
        return [message for message in self.standin.messages(channel) if message.by_bot]


@pytest.fixture
async def desk(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Desk]:
    seconds = Seconds()
    async with bot_services(standin, tmp_path / "data", places, seconds) as services:
        yield Desk(services, standin, seconds)


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.lost("chat.postMessage")
    await desk.deliver_all()
    assert len(desk.said()) == 1
    assert "possible repeat" not in desk.said()[0].text
    assert len(desk.standin.calls_of("chat.postMessage")) == 1


async def test_a_post_that_never_arrived_is_said_once(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.drop("chat.postMessage")
    await desk.deliver_all()
    assert len(desk.said()) == 1


async def test_where_slack_cannot_be_asked_a_repeat_is_marked(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.lost("chat.postMessage")
    desk.standin.faults.error("conversations.history", "missing_scope", times=None)
    await desk.deliver_all()
    assert len(desk.said()) == 2
    assert "possible repeat" in desk.said()[1].text
    assert "possible repeat" in text_of(desk.said()[1])


async def test_a_message_of_blocks_shows_that_it_may_be_a_repeat(desk: Desk) -> None:
    services = desk.services
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "A digest"}}
    notice = notice_delivery("#care", "d", services.sequence(), services.now(), blocks=[block])
    await services.records.commit([services.records.outbox.put(notice.id, notice, 0)])
    desk.standin.faults.lost("chat.postMessage")
    desk.standin.faults.error("conversations.history", "missing_scope", times=None)
    await desk.deliver_all()
    first, second = map(text_of, desk.said())
    assert "possible repeat" not in first
    assert "possible repeat" in second
    assert "A digest" in second


@pytest.mark.parametrize("trouble", ["status", "html", "drop"])
async def test_what_fails_for_a_while_waits_longer_each_time_and_is_said_once(
    desk: Desk, trouble: str
) -> None:
    await desk.alerts()
    getattr(desk.standin.faults, trouble)("chat.postMessage", times=4)
    await desk.deliver_all()
    assert len(desk.said()) == 1
    assert [rest for rest in desk.rests if rest] == [1, 2, 4, 8]


async def test_a_rate_limit_is_obeyed_to_the_second(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.ratelimited("chat.postMessage", 17)
    await desk.deliver_all()
    assert desk.rests == [17]
    assert len(desk.said()) == 1


async def test_alerts_of_a_channel_come_in_order_through_any_trouble(desk: Desk) -> None:
    await desk.alerts(12)
    faults = desk.standin.faults
    for _ in range(3):
        faults.status("chat.postMessage")
        faults.lost("chat.postMessage")
        faults.ratelimited("chat.postMessage", 1)
        faults.error("chat.postMessage", "internal_error")
    await desk.deliver_all()
    numbers = [text_of(message).split(ANGRY)[1].split()[0] for message in desk.said()]
    assert numbers == [str(n) for n in range(12)]


async def test_a_channel_that_is_closed_is_told_to_the_admins_once_and_tried_again(
    desk: Desk,
) -> None:
    await desk.alerts(2)
    desk.standin.faults.error("chat.postMessage", "not_in_channel", channel=care(desk), times=3)
    await desk.deliver_all()
    [notice] = desk.said("#admin")
    assert "cannot write in #care" in notice.text
    assert "/invite" in notice.text
    assert len(desk.said()) == 2
    assert 300 in desk.rests


async def test_blocks_that_slack_refuses_are_replaced_by_their_text(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.error("chat.postMessage", "invalid_blocks")
    await desk.deliver_all()
    [message] = desk.said()
    assert "Negative post about Lumo" in message.text
    assert not message.blocks


@pytest.mark.parametrize("code", ["invalid_blocks", "invalid_arguments"])
async def test_a_digest_whose_blocks_are_refused_is_told_in_its_text(desk: Desk, code: str) -> None:
    services = desk.services
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "A digest"}}
    for notice in (
        notice_delivery("#care", "in words", services.sequence(), services.now(), blocks=[block]),
        notice_delivery("#care", "the next", services.sequence(), services.now()),
    ):
        await services.records.commit([services.records.outbox.put(notice.id, notice, 0)])
    desk.standin.faults.error("chat.postMessage", code)
    await desk.deliver_all()
    assert [one.text for one in desk.said()] == ["in words", "the next"]
    assert not desk.said()[0].blocks
    assert desk.said("#admin") == []


async def test_a_revoked_token_keeps_everything_waiting(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.error("chat.postMessage", "token_revoked", times=3)
    await desk.deliver_all()
    assert desk.rests.count(60) == 3
    assert len(desk.said()) == 1


async def test_a_refusal_that_nobody_foresaw_is_told_and_nothing_is_dropped(desk: Desk) -> None:
    await desk.alerts(2)
    desk.standin.faults.error("chat.postMessage", "ekm_access_denied", channel=care(desk), times=12)
    await desk.deliver_all()
    assert len(desk.said()) == 2
    [notice] = desk.said("#admin")
    assert "ekm_access_denied" in notice.text
    assert await desk.services.records.outbox.count({"state": "dropped"}, "order") == 0


async def test_a_long_outage_drops_nothing_whatever_comes_after_it(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.status("chat.postMessage", 503, times=9)
    desk.standin.faults.error("chat.postMessage", "ekm_access_denied", times=2)
    await desk.deliver_all()
    assert len(desk.said()) == 1


async def test_a_card_that_slack_can_never_take_takes_its_follow_ups_along(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.error("chat.postMessage", "invalid_blocks")
    desk.standin.faults.error("chat.postMessage", "msg_too_long")
    [conversation] = await conversations.queue(desk.services)
    await conversations.claim(desk.services, conversation.id, "U1")
    await desk.deliver_all()
    assert desk.said() == []
    assert "given up" in desk.said("#admin")[0].text


@pytest.mark.parametrize("trouble", ["ratelimited", "status"])
async def test_a_lost_post_is_not_forgotten_while_slack_cannot_be_asked_for_it(
    desk: Desk, trouble: str
) -> None:
    await desk.alerts()
    desk.standin.faults.lost("chat.postMessage")
    getattr(desk.standin.faults, trouble)("conversations.history", times=3)
    await desk.deliver_all()
    assert len(desk.said()) == 1


async def test_a_repeat_that_is_put_off_is_still_marked(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.lost("chat.postMessage")
    desk.standin.faults.error("conversations.history", "missing_scope", times=None)
    desk.standin.faults.ratelimited("chat.postMessage", 3)
    await desk.deliver_all()
    assert "possible repeat" in text_of(desk.said()[1])


async def test_a_card_whose_message_is_gone_is_posted_once_anew(desk: Desk) -> None:
    await desk.alerts()
    await desk.deliver_all()
    [conversation] = await conversations.queue(desk.services)
    desk.standin.faults.error("chat.update", "message_not_found", times=2)
    desk.standin.faults.lost("chat.postMessage")
    await conversations.claim(desk.services, conversation.id, "U1")
    await desk.deliver_all()
    cards = [message for message in desk.said() if not message.thread_ts]
    assert len(cards) == 2
    assert "has this since" in text_of(cards[1])


async def test_a_rest_that_slack_asked_for_holds_for_every_card(desk: Desk) -> None:
    await desk.alerts(8)
    await desk.deliver_all()
    first, *others = await conversations.queue(desk.services)
    desk.standin.faults.ratelimited("chat.update", 30)
    async with Lanes(desk.services, rest=never).at_work():
        await conversations.claim(desk.services, first.id, "U1")
        await desk.standin.wait_for(lambda: desk.standin.calls_of("chat.update") or None, 5)
        for conversation in others:
            await conversations.claim(desk.services, conversation.id, "U1")
        async with asyncio.timeout(5):
            while await desk.waiting() < 16 or await desk.tried() < 8:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    assert len(desk.standin.calls_of("chat.update")) == 1


async def never(seconds: float) -> None:
    await asyncio.Event().wait()


def care(desk: Desk) -> str:
    channel = desk.standin.workspace.channel("#care")
    assert channel is not None
    return channel.id


async def test_another_channel_does_not_wait_for_one_in_trouble(desk: Desk) -> None:
    await desk.alerts()
    desk.standin.faults.error("chat.postMessage", "is_archived", channel=care(desk), times=None)
    services = desk.services
    notice = notice_delivery("#brand", "hello", services.sequence(), services.now())
    await services.records.commit([services.records.outbox.put(notice.id, notice, 0)])
    await desk.deliver(lambda: desk.said("#brand"))
    assert await desk.waiting() >= 1
