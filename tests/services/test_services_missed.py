"""Deadlines missed at once, because the machine slept or a flood went unanswered: few words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.mutes import Scope
from bot.domain.outbox import Delivery
from bot.services import conversations, deadlines, mutes, prompting, rounds
from bot.services.base import Services
from tests.builders import NOW, a_conversation
from tests.services.conftest import CONFIG, HandClock

MANAGER = "U0MARGOT"
DAY = timedelta(days=1)


@pytest.fixture
def config() -> Config:
    return loads(f'{CONFIG}\n[duty]\nmanager = "{MANAGER}"\n')


async def opened(services: Services, number: int, channel: str = "#care", who: str = "") -> None:
    """So many conversations, each with an alert of its own in a channel, two hours to answer."""
    records = services.records
    for n in range(number):
        id = f"{channel[1:]}{who}{n}"
        fresh = a_conversation(
            id=id,
            alert=f"a {id}",
            severity="high",
            assignee=who,
            state="claimed" if who else "new",
            opened=services.now(),
        )
        conversation, writes = deadlines.opened(services, fresh, services.now())
        alert = Alert(
            id=f"a {id}",
            kind="negative",
            watch="Lumo",
            channel=channel,
            raised=services.now(),
            reason=NegativeReason(score=-0.7, threshold=-0.5, words=()),
            conversation=id,
        )
        await records.commit(
            [
                records.conversations.put(id, conversation, 0),
                records.alerts.put(alert.id, alert, 0),
                *writes,
            ]
        )


async def told_after(services: Services, clock: HandClock, by: timedelta = DAY) -> list[Delivery]:
    """What is said of deadlines once so much time has passed, in four rounds."""
    clock.turn(by)
    for _ in range(4):
        await rounds.make(services)
        clock.turn(timedelta(seconds=15))
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if "overdue" in kept.value.text]


def seen(told: list[Delivery], channel: str) -> list[str]:
    """What a channel (or a person) sees, without what stands in threads alone."""
    return [
        one.text for one in told if one.channel == channel and (one.broadcast or one.kind != "note")
    ]


async def test_a_few_are_told_one_by_one(services: Services, clock: HandClock) -> None:
    await opened(services, prompting.MOST)
    told = await told_after(services, clock)
    assert len(seen(told, "#care")) == prompting.MOST
    assert len(seen(told, MANAGER)) == prompting.MOST


async def test_many_are_one_word_to_the_channel_and_one_to_the_manager(
    services: Services, clock: HandClock
) -> None:
    await opened(services, 40)
    told = await told_after(services, clock)
    [in_channel] = seen(told, "#care")
    assert in_channel.startswith("⏰ 40 conversations are overdue, and nobody has them: `care0`, ")
    assert "…" in in_channel
    assert "`/vigie queue overdue` shows them all." in in_channel
    assert seen(told, MANAGER) == [in_channel]
    in_threads = [one for one in told if one.kind == "note"]
    assert len(in_threads) == 40
    assert not any(one.broadcast for one in in_threads)
    assert await told_after(services, clock) == told, "once"


async def test_each_who_has_some_hears_of_theirs(services: Services, clock: HandClock) -> None:
    await opened(services, 3, who="U1")
    await opened(services, 1, who="U2")
    await opened(services, 2)
    told = await told_after(services, clock)
    [in_channel] = seen(told, "#care")
    assert "6 conversations are overdue, 2 of them still to be taken" in in_channel
    [first], [second], [manager] = (seen(told, who) for who in ("U1", "U2", MANAGER))
    assert first.startswith("⏰ 3 conversations are overdue: `careU10`")
    assert second.startswith("⏰ `careU20` is overdue since")
    assert manager.startswith("⏰ 2 conversations are overdue, and nobody has them")


async def test_each_channel_hears_of_its_own(services: Services, clock: HandClock) -> None:
    await opened(services, 5)
    await opened(services, 2, channel="#brand")
    told = await told_after(services, clock)
    assert [text[:4] for text in seen(told, "#care")] == ["⏰ 5 "]
    assert len(seen(told, "#brand")) == 2


async def test_what_is_not_due_or_muted_is_not_told_with_the_others(
    services: Services, clock: HandClock
) -> None:
    await opened(services, 4)
    clock.turn(timedelta(hours=1))
    await opened(services, 2, who="U1")
    told = await told_after(services, clock, timedelta(hours=1))
    assert seen(told, "#care")[0].startswith("⏰ 4 ")
    assert not seen(told, "U1")


async def test_a_mute_holds_all_of_them_back_until_it_ends(
    services: Services, clock: HandClock
) -> None:
    await opened(services, 5)
    await mutes.hold_back(services, Scope(watch="Lumo"), "U2", timedelta(hours=3))
    assert await told_after(services, clock, timedelta(hours=2)) == []
    told = await told_after(services, clock, timedelta(hours=1, minutes=15))
    assert len(seen(told, "#care")) == 1
    assert services.now() > NOW


@pytest.mark.parametrize(("number", "seen_there"), [(3, 3), (20, 1)])
async def test_many_claims_that_lapse_at_once_are_one_word_to_the_channel(
    services: Services, clock: HandClock, number: int, seen_there: int
) -> None:
    await opened(services, number)
    for n in range(number):
        await conversations.claim(services, f"care{n}", "U1")
    clock.turn(DAY)
    await rounds.make(services)  # they are asked, each in its thread
    clock.turn(timedelta(minutes=31))
    for _ in range(3):
        await rounds.make(services)
        clock.turn(timedelta(seconds=15))
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    told = [kept.value for kept in found if "🔴" in kept.value.text]
    assert len(seen(told, "#care")) == seen_there
    assert sum(one.kind == "note" for one in told) == number
    if seen_there == 1:
        [word] = seen(told, "#care")
        assert word.startswith("🔴 20 conversations have nobody any more")
