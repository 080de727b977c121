"""What is too old goes; what still waits to be said stays, however old."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.domain.drafts import Draft
from bot.domain.envelopes import Envelope
from bot.domain.judgements import Judgement, Proposal
from bot.domain.outbox import Delivery, DeliveryState, notice_delivery
from bot.services.base import Services
from bot.services.retention import Daily, keep_within
from tests.builders import NOW, a_mention, kept_for
from tests.services.conftest import HandClock

DAY = timedelta(days=1)


async def keep_mention(services: Services, id: str, at: datetime) -> None:
    mention = a_mention(id=id, at=at)
    await services.records.commit([services.records.mentions.put(id, mention)])


async def keep_delivery(services: Services, days_ago: int, state: DeliveryState) -> Delivery:
    created = NOW - timedelta(days=days_ago)
    notice = notice_delivery("#care", "a word", services.sequence(), created)
    delivery = msgspec.structs.replace(notice, state=state)
    await services.records.commit([services.records.outbox.put(delivery.id, delivery)])
    return delivery


async def is_kept(services: Services, delivery: Delivery) -> bool:
    return await services.records.outbox.get(delivery.id) is not None


def keeping(services: Services, days: int) -> Services:
    config = kept_for(services.config, mentions=timedelta(days=days))
    return dataclasses.replace(services, config=config)


async def test_mentions_are_kept_for_ever_where_nothing_else_is_said(services: Services) -> None:
    await keep_mention(services, "old", NOW - timedelta(days=4_000))
    assert await keep_within(services) == 0
    assert await services.records.mentions.get("old")


async def test_mentions_go_with_the_last_of_their_day(services: Services) -> None:
    midnight = NOW.replace(hour=0) - timedelta(days=400)
    await keep_mention(services, "a day too old", midnight - timedelta(seconds=1))
    await keep_mention(services, "of the last day", midnight)
    assert await keep_within(keeping(services, days=400)) == 1
    assert await services.records.mentions.get("a day too old") is None
    assert await services.records.mentions.get("of the last day")


class Seconds:
    """Seconds that only grow, whatever the clock says."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, by: timedelta) -> None:
        self.now += by.total_seconds()


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(days=20_000)])
async def test_a_clock_that_was_set_wrong_for_less_than_a_day_drops_nothing(
    services: Services, clock: HandClock, ahead: timedelta
) -> None:
    await keep_mention(services, "of today", NOW)
    seconds = Seconds()
    daily = Daily(keeping(services, days=365), seconds)
    clock.turn(ahead)
    await daily()
    assert await services.records.mentions.get("of today")
    clock.turn(-ahead + DAY)
    seconds.pass_(DAY)
    await daily()
    assert await services.records.mentions.get("of today")


async def test_a_clock_that_stays_ahead_for_a_day_is_believed(
    services: Services, clock: HandClock
) -> None:
    """So is a laptop that slept for weeks: its seconds stood still."""
    await keep_mention(services, "of then", NOW)
    seconds = Seconds()
    daily = Daily(keeping(services, days=10), seconds)
    clock.turn(20 * DAY)
    await daily()
    assert await services.records.mentions.get("of then")
    clock.turn(DAY)
    seconds.pass_(DAY)
    await daily()
    assert await services.records.mentions.get("of then") is None


async def test_each_day_that_passes_drops_what_became_too_old(
    services: Services, clock: HandClock
) -> None:
    await keep_mention(services, "of the 28th", datetime(2028, 2, 28, 12, tzinfo=UTC))
    await keep_mention(services, "of the 29th", datetime(2028, 2, 29, 12, tzinfo=UTC))
    clock.now = datetime(2029, 2, 26, 3, tzinfo=UTC)
    seconds, kept = Seconds(), []
    daily = Daily(keeping(services, days=365), seconds)
    for _ in range(4):
        await daily()
        kept.append(await services.records.mentions.count({"watch": "Lumo"}, "at"))
        clock.turn(DAY)
        seconds.pass_(DAY)
    assert kept == [2, 2, 1, 0], "365 days, also over the 29th of February"


@pytest.mark.parametrize("state", ["sent", "dropped"])
async def test_what_was_said_or_given_up_goes_after_30_days(
    services: Services, state: DeliveryState
) -> None:
    old = await keep_delivery(services, 31, state)
    recent = await keep_delivery(services, 30, state)
    assert await keep_within(services) == 1
    assert not await is_kept(services, old)
    assert await is_kept(services, recent)


@pytest.mark.parametrize("state", ["waiting", "trying"])
async def test_what_still_waits_to_be_said_stays_however_old(
    services: Services, state: DeliveryState
) -> None:
    older = await keep_delivery(services, 60, "sent")
    waits = await keep_delivery(services, 50, state)
    beside = await keep_delivery(services, 50, "sent")
    later = await keep_delivery(services, 40, "sent")
    await keep_within(services)
    assert not await is_kept(services, older)
    assert await is_kept(services, waits)
    assert await is_kept(services, beside)
    assert await is_kept(services, later)


async def test_what_waits_is_found_by_its_day_not_by_its_number(services: Services) -> None:
    await keep_delivery(services, 35, "waiting")
    older = await keep_delivery(services, 45, "waiting")
    await keep_within(services)
    assert await is_kept(services, older)


async def test_envelopes_go_after_two_days(services: Services) -> None:
    envelopes = services.records.envelopes
    for days in (0, 3):
        envelope = Envelope(name=f"{days} days", at=NOW - timedelta(days=days), by="one")
        await services.records.commit([envelopes.put(envelope.name, envelope)])
    assert await keep_within(services) == 1
    assert await envelopes.get("0 days")
    assert await envelopes.get("3 days") is None


async def test_what_was_dropped_is_logged(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await keep_within(services)
    assert "too old" not in caplog.text
    await keep_delivery(services, 31, "sent")
    await keep_within(services)
    assert "dropped what is too old" in caplog.text


async def test_what_was_said_of_a_mention_goes_with_it(services: Services) -> None:
    records = services.records
    for id in ("old", "recent"):
        said = Judgement(mention=id, watch="Lumo", verdict="right", by="U1", at=NOW)
        await records.commit([records.judgements.put(id, said)])
    await keep_mention(services, "old", NOW - timedelta(days=402))
    await keep_mention(services, "recent", NOW)
    await keep_within(keeping(services, days=400))
    assert await records.judgements.get("old") is None
    assert await records.judgements.get("recent")


async def test_many_labels_of_forgotten_posts_go_at_once(services: Services) -> None:
    judgements = services.records.judgements
    said = [
        Judgement(mention=f"m{n}", watch="Lumo", verdict="right", by="U1", at=NOW)
        for n in range(1_200)
    ]
    await services.records.commit([judgements.put(one.mention, one) for one in said])
    assert await keep_within(services) == 1_200
    assert await judgements.find({}, "at") == []


async def test_drafts_and_proposals_go_after_90_days(services: Services) -> None:
    records = services.records
    for days in (89, 91):
        at = NOW - timedelta(days=days)
        draft = Draft(id=f"d{days}", conversation="c1", by="U1", at=at, text="Sorry!")
        proposal = Proposal(id=f"p{days}", watch="Lumo", at=at, exclude="lamp", answer="declined")
        await records.commit(
            [records.drafts.put(draft.id, draft), records.proposals.put(proposal.id, proposal)]
        )
    assert await keep_within(services) == 2
    assert await records.drafts.get("d89")
    assert await records.proposals.get("p89")
    assert await records.drafts.get("d91") is None
    assert await records.proposals.get("p91") is None
