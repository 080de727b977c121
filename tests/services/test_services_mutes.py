"""Mutes in the store: set, counted, lifted, listed, and forgotten after a week."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.alerts import Alert, Mute, NegativeReason
from bot.domain.mutes import Scope
from bot.errors import Conflict, UnknownWatch
from bot.services import mutes, retention
from bot.services.base import Services
from tests.builders import a_mention
from tests.services.conftest import HandClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LUMO = Scope(watch="Lumo")


async def count(services: Services, n: int = 1) -> Mute:
    """A negative post is held back `n` times; the mute that held it."""
    watch = services.watches.named("Lumo")
    kept = await mutes.holding(services, watch, "negative", a_mention(), services.now())
    assert kept
    await services.records.commit([mutes.held(services, kept, n)])
    return kept.value


async def an_alert(services: Services) -> None:
    alert = Alert(
        id="m1",
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=services.now(),
        reason=NegativeReason(score=-0.8, threshold=-0.5, words=()),
    )
    await services.records.commit([services.records.alerts.put("m1", alert, 0)])


async def test_what_is_held_is_counted_by_the_mute_that_holds_longest(services: Services) -> None:
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    await mutes.hold_back(services, Scope(author="ADA"), "U1", DAY)
    assert (await count(services, 2)).author == "ADA"
    assert [(mute.author, mute.held) for mute in await mutes.listed(services)] == [
        ("", 0),
        ("ADA", 2),
    ]


async def test_a_spike_passes_a_mute_of_an_author(services: Services) -> None:
    await mutes.hold_back(services, Scope(author="@ada"), "U1", HOUR)
    watch = services.watches.named("Lumo")
    assert await mutes.holding(services, watch, "spike", None, services.now()) is None


async def test_a_mute_ends_by_itself_and_stays_listed_for_a_day(
    services: Services, clock: HandClock
) -> None:
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    await count(services, 3)
    clock.turn(HOUR)
    watch = services.watches.named("Lumo")
    assert await mutes.holding(services, watch, "negative", a_mention(), services.now()) is None
    assert [mute.held for mute in await mutes.listed(services)] == [3]
    clock.turn(DAY + timedelta(seconds=1))
    assert await mutes.listed(services) == []


async def test_a_mute_that_is_set_again_goes_on_counting(
    services: Services, clock: HandClock
) -> None:
    first = await mutes.hold_back(services, LUMO, "U1", HOUR)
    await count(services)
    clock.turn(HOUR / 2)
    again = await mutes.hold_back(services, LUMO, "U2", HOUR)
    assert (again.held, again.number, again.by) == (1, first.number, "U2")
    assert again.until == services.now() + HOUR
    assert len(await mutes.listed(services)) == 1


async def test_what_an_ended_one_held_is_kept_beside_the_new_one(
    services: Services, clock: HandClock
) -> None:
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    await count(services, 5)
    clock.turn(2 * HOUR)
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    assert [mute.held for mute in await mutes.listed(services)] == [0, 5]


async def test_numbers_are_given_again_only_once_their_mute_is_over(
    services: Services, clock: HandClock
) -> None:
    short = await mutes.hold_back(services, LUMO, "U1", HOUR)
    other = await mutes.hold_back(services, Scope(kind="spike"), "U1", DAY)
    assert (short.number, other.number) == (1, 2)
    clock.turn(HOUR)
    third = await mutes.hold_back(services, Scope(word="fire"), "U1", HOUR)
    assert third.number == 1
    assert await mutes.lift_number(services, 2, "U2") == other
    assert await mutes.lift_number(services, 2, "U2") is None


async def test_a_mute_is_lifted_by_words_that_mean_the_same(services: Services) -> None:
    await mutes.hold_back(services, Scope(author="@Ada"), "U1", HOUR)
    lifted = await mutes.lift_scope(services, Scope(author="ada"), "U2")
    assert lifted is not None
    [listed] = await mutes.listed(services)
    assert (listed.by, listed.lifted, listed.until) == ("U1", "U2", services.now())


async def test_a_wider_mute_is_not_lifted_by_a_narrower_one(services: Services) -> None:
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    assert await mutes.lift_scope(services, Scope(watch="Lumo", kind="spike"), "U2") is None
    assert "Lumo" in await mutes.running(services)


async def test_from_a_card_everything_is_lifted_that_holds_such_alerts(services: Services) -> None:
    await an_alert(services)
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    await mutes.hold_back(services, Scope(kind="negative"), "U1", DAY)
    await mutes.hold_back(services, Scope(kind="spike"), "U1", DAY)
    lifted = await mutes.lift_from(services, "m1", "U2")
    assert lifted is not None
    assert lifted.kind == "negative"
    now = services.now()
    assert [mute.kind for mute in await mutes.listed(services) if mute.holds(now)] == ["spike"]


async def test_a_card_on_which_it_was_muted_is_drawn_again_and_its_thread_told(
    services: Services,
) -> None:
    await an_alert(services)
    await mutes.hold_back(services, Scope(word="fire"), "U1", HOUR, "m1")
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    assert [kept.value.kind for kept in found] == ["refresh", "note"]
    assert "@{U1} muted posts that say “fire” until" in found[1].value.text


async def test_an_unknown_watch_is_not_muted(services: Services) -> None:
    with pytest.raises(UnknownWatch):
        await mutes.hold_back(services, Scope(watch="Limo"), "U1", HOUR)


async def test_a_count_that_lost_the_race_is_refused_and_nothing_is_lost(
    services: Services,
) -> None:
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    watch = services.watches.named("Lumo")
    kept = await mutes.holding(services, watch, "spike", None, services.now())
    assert kept
    await mutes.hold_back(services, LUMO, "U2", DAY)
    with pytest.raises(Conflict):
        await services.records.commit([mutes.held(services, kept, 1)])
    assert (await count(services)).by == "U2"


async def test_many_who_mute_at_once_leave_one_mute(services: Services) -> None:
    await asyncio.gather(*(mutes.hold_back(services, LUMO, f"U{n}", n * HOUR) for n in range(1, 7)))
    assert len(await mutes.listed(services)) == 1


async def test_mutes_are_forgotten_a_week_after_their_end(
    services: Services, clock: HandClock
) -> None:
    await mutes.hold_back(services, LUMO, "U1", HOUR)
    await mutes.hold_back(services, Scope(word="fire"), "U1", 30 * DAY)
    clock.turn(HOUR + 7 * DAY)
    assert await retention.keep_within(services) == 0
    clock.turn(timedelta(seconds=1))
    assert await retention.keep_within(services) == 1
    assert [kept.value.word for kept in await services.records.mutes.find({}, "until")] == ["fire"]
