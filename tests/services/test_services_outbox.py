"""Lanes found, handed out and left to others: what the outbox does when it is not alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.outbox import (
    Delivery,
    alert_delivery,
    amend_delivery,
    note_delivery,
    notice_delivery,
    refresh_delivery,
)
from bot.errors import ChannelClosed, MessageGone, SlackUnavailable, StoreUnavailable
from bot.services.base import Services
from bot.services.carrying import STUMBLE_REST, Carrier
from bot.services.outbox import Outbox
from bot.slack.gateway import Posted
from tests.builders import NOW


class Slack:
    """Says what it is told; refuses what a test wants refused."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.refusals: list[Exception] = []
        self.lost: list[str] = []
        self.changed: list[tuple[Posted, str]] = []

    async def post(
        self, channel: str, text: str, *_: object, delivery: str, **__: object
    ) -> Posted:
        await asyncio.sleep(0)
        if self.refusals:
            raise self.refusals.pop(0)
        self.said.append((channel, text))
        self.lost.append(delivery)
        return Posted(channel, f"{len(self.said)}.0")

    async def update(self, at: Posted, text: str, blocks: object) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.changed.append((at, text))

    async def find(self, channel: str, delivery: str, *_: object) -> Posted | None:
        return Posted(channel, "1.0") if delivery in self.lost else None


class Asked:
    """Lanes that were handed out."""

    def __init__(self) -> None:
        self.lanes: list[str] = []
        self.troubles: list[Exception] = []
        self._heard = asyncio.Event()

    async def __call__(self, lane: str) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.lanes.append(lane)
        self._heard.set()

    async def again(self) -> None:
        self._heard.clear()
        async with asyncio.timeout(5):
            await self._heard.wait()


@pytest.fixture
def slack(services: Services) -> Slack:
    slack = Slack()
    object.__setattr__(services, "slack", slack)  # frozen for all but this test
    return slack


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
async def looking(services: Services, asked: Asked) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Outbox(services, asked, look_again=0.02).run())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def keep(services: Services, *deliveries: Delivery) -> None:
    outbox = services.records.outbox
    await services.records.commit([outbox.put(d.id, d, 0) for d in deliveries])


def a_notice(order: int, channel: str = "#brand") -> Delivery:
    return notice_delivery(channel, f"notice {order}", order, NOW)


async def states(services: Services) -> dict[str, int]:
    counted = {
        state: await services.records.outbox.count({"state": state}, "order")
        for state in ("waiting", "trying", "sent", "dropped")
    }
    return {state: number for state, number in counted.items() if number}


async def deliver(services: Services, lane: str = "channel #brand") -> timedelta | None:
    return await Carrier(services).deliver(lane)


async def test_a_lane_is_delivered_in_order_until_it_is_empty(
    services: Services, slack: Slack
) -> None:
    await keep(services, a_notice(2), a_notice(1), a_notice(3), a_notice(4, "#care"))
    assert await deliver(services) is None
    assert [text for _, text in slack.said] == ["notice 1", "notice 2", "notice 3"]
    assert await states(services) == {"sent": 3, "waiting": 1}


async def test_a_lane_that_must_rest_says_for_how_long(services: Services, slack: Slack) -> None:
    await keep(services, a_notice(1), a_notice(2))
    slack.refusals = [SlackUnavailable("503")]
    assert [await deliver(services), len(slack.said)] == [timedelta(seconds=1), 0]
    assert [await deliver(services), len(slack.said)] == [None, 2]


async def test_of_two_workers_at_one_delivery_one_leaves_it_to_the_other(
    services: Services, slack: Slack
) -> None:
    await keep(services, a_notice(1), a_notice(2))
    rests = list(await asyncio.gather(deliver(services), deliver(services)))
    assert rests == [None, None]
    assert [text for _, text in slack.said] == ["notice 1", "notice 2"]


async def test_what_another_worker_was_saying_when_it_died_is_looked_for(
    services: Services, slack: Slack
) -> None:
    tried = a_notice(1)
    await keep(services, replace(tried, state="trying"))
    slack.lost = [tried.id]
    assert await deliver(services) is None
    assert slack.said == []
    assert await states(services) == {"sent": 1}


async def test_a_store_that_is_gone_lets_a_lane_rest(
    services: Services, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keep(services, a_notice(1))

    async def gone(writes: Sequence[object]) -> None:
        raise StoreUnavailable("the database cannot be reached")

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(services.records, "commit", gone)
        assert await deliver(services) == STUMBLE_REST
    assert [entry["log_level"] for entry in logs] == ["warning"]
    assert await deliver(services) is None
    assert len(slack.said) == 1


async def test_a_fault_of_ours_lets_a_lane_rest_and_is_logged(
    services: Services, slack: Slack
) -> None:
    await keep(services, a_notice(1))
    slack.refusals = [ZeroDivisionError()]
    with capture_logs() as logs:
        assert await deliver(services) == STUMBLE_REST
    assert "fell over" in logs[-1]["event"]


async def test_lanes_are_found_though_nobody_told_of_them(
    services: Services, asked: Asked, looking: asyncio.Task[None]
) -> None:
    await keep(services, a_notice(1))
    await asked.again()
    assert asked.lanes[0] == "channel #brand"


async def test_what_follows_on_a_card_waits_until_it_is_posted(
    services: Services, asked: Asked
) -> None:
    follow_up = note_delivery("a1", "#care", "claimed", 2, NOW)
    await keep(services, alert_delivery("a1", "#care", 1, NOW), follow_up)
    outbox = Outbox(services, asked)
    assert await outbox._ready_lanes() == ["channel #care"]
    reason = NegativeReason(score=-0.8, threshold=-0.5, words=())
    alert = Alert(
        id="a1", kind="negative", watch="Lumo", channel="#care", raised=NOW, reason=reason, ts="1.0"
    )
    await services.records.commit([services.records.alerts.put("a1", alert, 0)])
    assert await outbox._ready_lanes() == ["channel #care", "alert a1"]


async def test_a_store_that_is_gone_is_told_once_and_the_outbox_goes_on(
    services: Services, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.outbox.STORE_REST", 0.005)
    await keep(services, a_notice(1))
    asked.troubles = [StoreUnavailable("gone")] * 3
    with capture_logs() as logs:
        task = asyncio.create_task(Outbox(services, asked, look_again=0.02).run())
        await asked.again()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [entry["event"] for entry in logs] == ["the outbox waits for the store"]


async def test_a_closed_channel_is_told_once_over_all_workers_until_it_was_open(
    services: Services, slack: Slack
) -> None:
    await keep(services, a_notice(1), a_notice(2))
    closed = [ChannelClosed("no", "not_in_channel") for _ in range(3)]
    slack.refusals = list(closed)
    for _ in closed:
        await deliver(services)  # each time as another worker, which remembers nothing
    assert await deliver(services) is None
    assert await told_to_the_admins(services) == 1
    await keep(services, a_notice(3))
    slack.refusals = [ChannelClosed("no", "not_in_channel")]
    await deliver(services)
    assert await told_to_the_admins(services) == 2


async def told_to_the_admins(services: Services) -> int:
    lane = {"lane": "channel #admin", "state": "waiting"}
    return await services.records.outbox.count(lane, "order")


async def test_a_card_that_links_to_another_waits_until_that_is_posted(
    services: Services, asked: Asked
) -> None:
    reason = NegativeReason(score=-0.8, threshold=-0.5, words=())
    part = Alert(
        id="a1", kind="negative", watch="Lumo", channel="#care", raised=NOW, reason=reason, ts="1.0"
    )
    await services.records.commit([services.records.alerts.put("a1", part, 0)])
    linked = replace(refresh_delivery("a1", "#care", 2, NOW), within="spike")
    await keep(services, alert_delivery("spike", "#brand", 1, NOW), linked)
    outbox = Outbox(services, asked)
    assert await outbox._ready_lanes() == ["channel #brand"]
    spike = replace(part, id="spike", ts="2.0")
    await services.records.commit([services.records.alerts.put("spike", spike, 0)])
    assert "alert a1" in await outbox._ready_lanes()


async def test_what_was_said_is_amended_where_it_stands(services: Services, slack: Slack) -> None:
    said = a_notice(1)
    amend = amend_delivery(said, "struck out", (), 2, NOW)
    await keep(services, said)
    await deliver(services)
    await keep(services, amend)
    slack.refusals = [SlackUnavailable("503")]
    assert await deliver(services, amend.lane) == timedelta(seconds=1)
    assert await deliver(services, amend.lane) is None
    assert slack.changed == [(Posted("#brand", "1.0"), "struck out")]
    assert await states(services) == {"sent": 2}


async def test_a_message_whose_place_was_not_kept_is_looked_for(
    services: Services, slack: Slack
) -> None:
    said = replace(a_notice(1), state="sent")
    slack.lost = [said.id]
    amend = amend_delivery(said, "struck out", (), 2, NOW)
    await keep(services, said, amend)
    await deliver(services, amend.lane)
    assert [text for _, text in slack.changed] == ["struck out"]


async def test_what_is_gone_from_slack_needs_no_amending_and_holds_nothing_up(
    services: Services, slack: Slack
) -> None:
    said = replace(a_notice(1), state="sent", posted_to="C1", ts="1.0")
    amend = amend_delivery(said, "struck out", (), 2, NOW)
    unknown = amend_delivery(a_notice(7), "struck out", (), 3, NOW)
    await keep(services, said, amend, unknown)
    slack.refusals = [MessageGone("gone")]
    assert await deliver(services, amend.lane) is None
    assert await states(services) == {"sent": 3}
