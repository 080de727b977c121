"""An alert that nobody takes: to the person on duty, then to the manager, then to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.mutes import Scope
from bot.domain.outbox import Delivery
from bot.domain.severity import Graded, Severity
from bot.services import conversations, escalation, mutes, rounds
from bot.services.base import Services
from tests.builders import a_conversation
from tests.services.conftest import CONFIG, HandClock

TEAM = """
timezone = "Europe/Paris"
[duty]
people = ["UCAMILLE"]
manager = "UMARGOT"
"""
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def config(request: pytest.FixtureRequest) -> Config:
    duty: str = getattr(request, "param", TEAM)
    return loads(duty.partition("[")[0] + CONFIG + "[" + duty.partition("[")[2] if duty else CONFIG)


async def raise_alert(
    services: Services, severity: Severity = "high", id: str = "m1", **changes: Any
) -> None:
    """An alert that was delivered, with a conversation that nobody has."""
    now = services.now()
    alert = Alert(
        id=id,
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=now,
        reason=NegativeReason(score=-0.8, threshold=-0.5, words=()),
        conversation=f"c{id}",
        graded=Graded(severity=severity),
    )
    alert = replace(alert, **changes)
    waiting = a_conversation(id=f"c{id}", alert=id, opened=now, changed=now, severity=severity)
    records = services.records
    await records.commit(
        [
            records.alerts.put(id, alert, 0),
            records.conversations.put(waiting.id, waiting, 0),
            *escalation.raised(services, alert, now),
        ]
    )


async def said(services: Services, kind: str) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if kept.value.kind == kind]


async def go_on(services: Services, clock: HandClock, by: timedelta) -> None:
    clock.turn(by)
    await rounds.make(services)


async def test_nobody_takes_it_the_person_on_duty_hears_and_then_the_manager_once_each(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await go_on(services, clock, QUARTER - timedelta(seconds=1))
    assert await said(services, "direct") == []
    await go_on(services, clock, timedelta(seconds=1))
    [first] = await said(services, "direct")
    assert first.channel == "UCAMILLE"
    assert "15 minutes, and you are on duty" in first.text
    [note] = await said(services, "note")
    assert "<@UCAMILLE>" in note.text
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE", "UMARGOT"]
    assert "<@UMARGOT>" in (await said(services, "note"))[1].text
    for _ in range(8):
        await go_on(services, clock, QUARTER)
    assert len(await said(services, "direct")) == 2
    assert await services.records.timers.find({}, "due") == []


async def test_a_claim_in_between_ends_it_silently(services: Services, clock: HandClock) -> None:
    clock.now = NOON
    await raise_alert(services)
    await conversations.claim(services, "cm1", "USAM")
    await go_on(services, clock, QUARTER)
    assert await said(services, "direct") == []


async def test_a_claim_after_the_first_call_spares_the_manager(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await go_on(services, clock, QUARTER)
    await conversations.claim(services, "cm1", "UCAMILLE")
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


async def test_a_high_alert_of_the_night_waits_for_the_opening(
    services: Services, clock: HandClock
) -> None:
    clock.now = NIGHT
    await raise_alert(services)
    await go_on(services, clock, timedelta(hours=10))  # 9:00 in Paris
    assert await said(services, "direct") == []
    await go_on(services, clock, QUARTER)
    [direct] = await said(services, "direct")
    assert "10 hours 15 minutes" in direct.text


async def test_what_falls_due_at_closing_time_waits_for_the_morning(
    services: Services, clock: HandClock
) -> None:
    clock.now = datetime(2026, 11, 24, 16, 45, tzinfo=UTC)  # a quarter before closing
    await raise_alert(services)
    await go_on(services, clock, QUARTER)
    assert await said(services, "direct") == []
    await go_on(services, clock, timedelta(hours=15))
    assert len(await said(services, "direct")) == 1


async def test_a_critical_alert_rings_at_night(services: Services, clock: HandClock) -> None:
    clock.now = NIGHT
    await raise_alert(services, "critical")
    await go_on(services, clock, QUARTER)
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE", "UMARGOT"]


@pytest.mark.parametrize("severity", ["low", "medium"])
async def test_what_is_less_than_high_is_brought_to_nobody(
    services: Services, severity: Severity
) -> None:
    await raise_alert(services, severity)
    assert await services.records.timers.find({}, "due") == []


async def test_what_is_told_in_anothers_thread_is_that_ones_part(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await raise_alert(services, id="m2", within="m1")
    await conversations.claim(services, "cm2", "USAM")
    await go_on(services, clock, QUARTER)
    assert await said(services, "direct") == [], "somebody is at work in its thread"


async def test_one_that_was_muted_since_is_brought_to_nobody_before_the_mute_ends(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await mutes.hold_back(services, Scope(watch="Lumo"), "USAM", timedelta(hours=2))
    for _ in range(7):
        await go_on(services, clock, QUARTER)
    assert await said(services, "direct") == []
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


async def test_a_mute_that_is_lifted_early_lets_the_call_through(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await mutes.hold_back(services, Scope(watch="Lumo"), "USAM", timedelta(days=2))
    await go_on(services, clock, QUARTER)
    await mutes.lift_scope(services, Scope(watch="Lumo"), "USAM")
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


@pytest.mark.parametrize("called_before", [False, True])
async def test_what_was_claimed_and_released_is_brought_to_who_is_on_duty(
    services: Services, clock: HandClock, called_before: bool
) -> None:
    clock.now = NOON
    await raise_alert(services)
    if called_before:
        await go_on(services, clock, QUARTER)
    await conversations.claim(services, "cm1", "USAM")
    await go_on(services, clock, timedelta(hours=1))
    await conversations.release(services, "cm1", "USAM")
    before = len(await said(services, "direct"))
    await go_on(services, clock, QUARTER)
    called = (await said(services, "direct"))[before:]
    assert [one.channel for one in called] == ["UCAMILLE"]
    assert "for 15 minutes" in called[0].text
    await go_on(services, clock, QUARTER)
    assert (await said(services, "direct"))[-1].channel == "UMARGOT"


async def test_what_was_snoozed_and_woke_is_brought_to_who_is_on_duty(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await conversations.snooze(services, "cm1", "USAM", NOON + timedelta(hours=1))
    await go_on(services, clock, timedelta(hours=1))
    assert await said(services, "direct") == []
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


async def test_what_becomes_critical_is_called_for_no_later_than_before(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    clock.turn(timedelta(minutes=14))
    kept = await services.records.alerts.get("m1")
    assert kept
    worse = replace(kept.value, graded=Graded(severity="critical"))
    writes = await escalation.worsened(services, worse, services.now())
    await services.records.commit([services.records.alerts.put("m1", worse), *writes])
    await go_on(services, clock, timedelta(minutes=1))
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


async def test_a_story_that_became_part_of_a_spike_is_brought_to_nobody_beside_it(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services, part_of="spike")
    clock.turn(timedelta(minutes=5))
    await raise_alert(services, id="spike")
    for _ in range(2):
        await go_on(services, clock, timedelta(minutes=10))
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


async def test_whoever_is_at_work_in_a_story_that_became_part_of_a_spike_has_the_spike(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services, part_of="spike")
    clock.turn(timedelta(minutes=5))
    await raise_alert(services, id="spike")
    await conversations.claim(services, "cm1", "USAM")
    await go_on(services, clock, QUARTER)
    assert await said(services, "direct") == []


async def test_a_story_within_a_mild_spike_is_brought_to_who_is_on_duty_by_itself(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services, part_of="spike")
    await raise_alert(services, "low", id="spike")
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UCAMILLE"]


async def test_one_that_became_critical_calls_again(services: Services, clock: HandClock) -> None:
    clock.now = NOON
    await raise_alert(services)
    await go_on(services, clock, QUARTER)
    kept = await services.records.alerts.get("m1")
    assert kept
    worse = replace(kept.value, graded=Graded(severity="critical"))
    records = services.records
    await records.commit(
        [
            records.alerts.put("m1", worse, kept.version),
            *escalation.raised(services, worse, services.now()),
        ]
    )
    for _ in range(4):
        await go_on(services, clock, QUARTER)
    called = [one.channel for one in await said(services, "direct")]
    assert sorted(called) == ["UCAMILLE", "UCAMILLE", "UMARGOT"]


@pytest.mark.parametrize("config", ['[duty]\nmanager = "UMARGOT"\n'], indirect=True)
async def test_with_nobody_on_duty_it_goes_straight_to_the_manager(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await go_on(services, clock, QUARTER)
    assert [one.channel for one in await said(services, "direct")] == ["UMARGOT"]


@pytest.mark.parametrize("config", [""], indirect=True)
async def test_with_nobody_to_call_the_admins_hear_once(
    services: Services, clock: HandClock
) -> None:
    clock.now = NOON
    await raise_alert(services)
    await raise_alert(services, id="m2")
    await go_on(services, clock, QUARTER)
    [notice] = await said(services, "notice")
    assert notice.channel == "#admin"
    assert "nobody to call" in notice.text


async def test_a_round_that_is_made_twice_calls_once(services: Services, clock: HandClock) -> None:
    clock.now = NOON
    await raise_alert(services)
    clock.turn(QUARTER)
    first = await escalation.look(services, "duty m1", services.now())
    await services.records.commit(first.writes)
    again = await escalation.look(services, "duty m1", services.now())
    assert again.writes == []
