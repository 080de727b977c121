"""What Vigie says of conversations by itself: leases, snoozes, deadlines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.conversation import VIGIE, Conversation
from bot.domain.outbox import Delivery
from bot.errors import IllegalTransition
from bot.services import conversations, deadlines, rounds
from bot.services.base import Services
from bot.store.base import Write
from tests.builders import NOW, a_conversation
from tests.services.conftest import CONFIG, HandClock

TEAM = """
[hours]
days = ["mon", "tue", "wed", "thu", "fri"]
opens = 09:00:00
closes = 18:00:00
[duty]
manager = "U0MARGOT"
"""
"""The clock stands at Tuesday, 10:00; the config's zone is UTC."""

CLAIM = timedelta(hours=4)
GRACE = timedelta(minutes=30)


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + TEAM)


async def opened(services: Services, **changes: object) -> Conversation:
    """A conversation with its alert and its deadline."""
    conversation, writes = deadlines.opened(services, a_conversation(**changes), services.now())
    alert = Alert(
        id="m1",
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=services.now(),
        reason=NegativeReason(score=-0.7, threshold=-0.5, words=()),
        conversation=conversation.id,
    )
    records = services.records
    kept: list[Write] = [records.conversations.put(conversation.id, conversation, 0), *writes]
    if conversation.alert:
        kept.append(records.alerts.put(alert.id, alert, 0))
    await records.commit(kept)
    return conversation


async def now_is(services: Services, id: str = "c1") -> Conversation:
    kept = await services.records.conversations.get(id)
    assert kept is not None
    return kept.value


async def said(services: Services) -> list[Delivery]:
    """All that waits to be said, but for cards drawn again."""
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if kept.value.kind != "refresh"]


async def later(services: Services, clock: HandClock, by: timedelta) -> list[Delivery]:
    """What is said when so much time has passed, and a round is made."""
    before = {delivery.id for delivery in await said(services)}
    clock.turn(by)
    await rounds.make(services)
    return [delivery for delivery in await said(services) if delivery.id not in before]


async def test_whoever_claimed_it_is_asked_after_hours_without_an_act(
    services: Services, clock: HandClock
) -> None:
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    assert await later(services, clock, CLAIM - timedelta(minutes=1)) == []
    [asked] = await later(services, clock, timedelta(minutes=1))
    assert asked.kind == "note"
    assert "<@U1>, are you still working on `c1`?" in asked.text
    assert not asked.broadcast


async def test_a_claim_lapses_without_an_answer_and_the_channel_is_told(
    services: Services, clock: HandClock
) -> None:
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    await later(services, clock, CLAIM)
    [told] = await later(services, clock, GRACE)
    assert told.broadcast
    assert "Nobody has this any more" in told.text
    after = await now_is(services)
    assert (after.state, after.assignee) == ("new", "")
    assert [event.deed for event in await conversations.history(services, "c1")] == [
        "claim",
        "lapse",
    ]


async def test_an_answer_begins_the_claim_anew(services: Services, clock: HandClock) -> None:
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    await later(services, clock, CLAIM)
    await conversations.confirm(services, "c1", "U1")
    assert await later(services, clock, GRACE) == []
    assert (await now_is(services)).assignee == "U1"


async def test_nobody_is_asked_at_night_nor_loses_a_claim_there(
    services: Services, clock: HandClock
) -> None:
    clock.now = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    await opened(services, due=None, answered=clock.now)
    await conversations.claim(services, "c1", "U1")
    assert await later(services, clock, timedelta(hours=10)) == []
    [asked] = await later(services, clock, timedelta(hours=9))  # Wednesday, 12:00
    assert "still working" in asked.text


async def test_after_a_day_asleep_a_claim_is_asked_for_before_it_lapses(
    services: Services, clock: HandClock
) -> None:
    await opened(services, answered=NOW)
    await conversations.claim(services, "c1", "U1")
    [asked] = await later(services, clock, timedelta(hours=24))
    assert "still working" in asked.text
    assert (await now_is(services)).assignee == "U1"
    assert await later(services, clock, timedelta(minutes=29)) == []
    [lapsed] = await later(services, clock, timedelta(minutes=1))
    assert lapsed.broadcast


async def test_where_there_is_no_thread_the_assignee_is_asked_directly(
    services: Services, clock: HandClock
) -> None:
    await opened(services, alert="", answered=NOW)
    await conversations.claim(services, "c1", "U1")
    [asked] = await later(services, clock, CLAIM)
    assert (asked.kind, asked.channel) == ("direct", "U1")


async def test_a_snooze_wakes_to_what_it_was_and_tells_its_assignee(
    services: Services, clock: HandClock
) -> None:
    await opened(services, answered=NOW)
    await conversations.claim(services, "c1", "U1")
    await conversations.snooze(services, "c1", "U1", NOW + timedelta(hours=2))
    assert await later(services, clock, timedelta(hours=1)) == []
    [woken] = await later(services, clock, timedelta(hours=1))
    assert "<@U1>, this was snoozed until now" in woken.text
    assert (await now_is(services)).state == "claimed"


async def test_a_snooze_into_the_past_is_refused(services: Services) -> None:
    await opened(services)
    with pytest.raises(IllegalTransition, match="passed"):
        await conversations.snooze(services, "c1", "U1", NOW)


async def test_a_deadline_is_in_working_hours_by_severity(services: Services) -> None:
    medium, _ = deadlines.opened(services, a_conversation(), NOW)
    assert medium.due == NOW + timedelta(hours=8)
    low, _ = deadlines.opened(services, a_conversation(severity="low"), NOW)
    assert low.due == datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    night = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    critical, _ = deadlines.opened(services, a_conversation(severity="critical"), night)
    assert critical.due == night + timedelta(minutes=30)
    high, _ = deadlines.opened(services, a_conversation(severity="high"), night)
    assert high.due == datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


async def test_a_deadline_only_comes_nearer(services: Services) -> None:
    set_, _ = deadlines.opened(services, a_conversation(severity="high"), NOW)
    again, writes = deadlines.opened(services, set_, NOW + timedelta(minutes=5))
    assert (again, writes) == (set_, [])


async def test_the_assignee_is_reminded_before_and_told_after(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    await conversations.claim(services, "c1", "U1")
    [reminder] = await later(services, clock, timedelta(minutes=105))
    assert (reminder.kind, reminder.channel) == ("direct", "U1")
    assert "due in 15 minutes" in reminder.text
    in_channel, directly = await later(services, clock, timedelta(minutes=15))
    assert in_channel.broadcast
    assert "overdue" in in_channel.text
    assert directly.channel == "U1"
    assert await later(services, clock, timedelta(minutes=30)) == [], "once"


async def test_what_nobody_has_is_told_to_the_manager_when_it_is_overdue(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    assert await later(services, clock, timedelta(minutes=105)) == []
    _, directly = await later(services, clock, timedelta(minutes=15))
    assert directly.channel == "U0MARGOT"
    assert "nobody has it" in directly.text


async def test_an_answer_in_time_ends_a_deadline_silently(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    await conversations.replied(services, "c1", "U1")
    assert await later(services, clock, timedelta(hours=3)) == []


async def test_a_conversation_closed_in_time_is_silent_and_opened_again_has_a_new_deadline(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    await conversations.resolve(services, "c1", "U1")
    assert await later(services, clock, timedelta(hours=3)) == []
    reopened = await conversations.reopen(services, "c1", "U1")
    assert reopened.due == clock.now + timedelta(hours=2)


async def test_a_handover_with_a_note_is_told_directly(services: Services) -> None:
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    await conversations.assign(services, "c1", "U1", "U2", "she *called* twice <!channel>")
    direct = [delivery for delivery in await said(services) if delivery.kind == "direct"]
    assert [delivery.channel for delivery in direct] == ["U2"]
    assert "she *called* twice &lt;!channel&gt;" in str(direct[0].blocks)
    thread = [delivery.text for delivery in await said(services) if delivery.kind == "note"]
    assert "<@U2>" not in thread[-1], "the direct message is their ping"


async def test_what_is_taken_over_is_told_to_who_had_it(services: Services) -> None:
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    await conversations.assign(services, "c1", "U2", "U2")
    assert (await said(services))[-1].text == "@{U2} took this over from <@U1>."


async def test_only_who_has_it_hands_it_over(services: Services) -> None:
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    with pytest.raises(IllegalTransition, match="do not have"):
        await conversations.hand_over(services, "c1", "U2", "U3")


async def test_vigie_is_the_author_of_what_nobody_did(services: Services, clock: HandClock) -> None:
    await opened(services)
    await conversations.snooze(services, "c1", "U1", NOW + timedelta(hours=2))
    await later(services, clock, timedelta(hours=2))
    assert (await conversations.history(services, "c1"))[-1].by == VIGIE
