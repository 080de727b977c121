"""What Vigie says of conversations by itself: leases, snoozes, deadlines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.conversation import VIGIE, Conversation
from bot.domain.mutes import Scope
from bot.domain.outbox import Delivery
from bot.errors import IllegalTransition
from bot.services import conversations, deadlines, mutes, rounds
from bot.services.base import Services
from bot.store.base import Write
from tests.builders import NOW, a_conversation, a_post
from tests.services.conftest import CONFIG, HandClock

TEAM = """
[hours]
days = ["mon", "tue", "wed", "thu", "fri"]
opens = 09:00:00
closes = 18:00:00
holidays = [2026-11-26]
[duty]
manager = "U0MARGOT"
"""
"""The clock stands at Tuesday, 10:00; the config's zone is UTC."""

CLAIM = timedelta(hours=4)
GRACE = timedelta(minutes=30)


@pytest.fixture
def config(request: pytest.FixtureRequest) -> Config:
    return loads(getattr(request, "param", CONFIG + TEAM))


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
    await opened(services)
    await conversations.claim(services, "c1", "U1")
    told = await later(services, clock, timedelta(hours=24))
    assert [d.text for d in told if "still working" in d.text]
    assert (await now_is(services)).assignee == "U1"
    assert await later(services, clock, timedelta(minutes=29)) == []
    [lapsed] = await later(services, clock, timedelta(minutes=1))
    assert lapsed.broadcast


async def test_where_there_is_no_thread_the_assignee_is_asked_directly(
    services: Services, clock: HandClock
) -> None:
    await opened(services, alert="")
    await conversations.claim(services, "c1", "U1")
    [asked] = await later(services, clock, CLAIM)
    assert (asked.kind, asked.channel) == ("direct", "U1")


async def test_a_snooze_wakes_to_what_it_was_and_tells_its_assignee(
    services: Services, clock: HandClock
) -> None:
    await opened(services)
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


async def test_nothing_sleeps_for_years(services: Services) -> None:
    await opened(services)
    with pytest.raises(IllegalTransition, match="90 days at most"):
        await conversations.snooze(services, "c1", "U1", NOW + timedelta(days=91))
    snoozed = await conversations.snooze(services, "c1", "U1", NOW + timedelta(days=90))
    assert snoozed.state == "snoozed"


async def test_a_deadline_is_in_working_hours_by_severity(services: Services) -> None:
    medium, _ = deadlines.opened(services, a_conversation(), NOW)
    assert medium.due == NOW + timedelta(hours=8)
    low, _ = deadlines.opened(services, a_conversation(severity="low"), NOW)
    assert low.due == datetime(2026, 11, 27, 16, 0, tzinfo=UTC), "Thursday is a holiday"
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


async def test_who_wrote_back_after_an_answer_is_to_be_answered_in_time_again(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    await conversations.replied(services, "c1", "U1")
    clock.turn(timedelta(hours=1))
    kept = await conversations.find(services, "c1")
    done = await conversations.wrote_back(services, kept, a_post(id="2"), clock.now)
    await services.records.commit(done.writes)
    again = await now_is(services)
    assert (again.state, again.due) == ("claimed", clock.now + timedelta(hours=2))
    assert again.answered, "the first answer is still when it was"
    told = await later(services, clock, timedelta(hours=2))
    assert "U1" in {delivery.channel for delivery in told}
    assert any("overdue" in delivery.text for delivery in told)


async def test_what_has_no_thread_and_is_taken_over_is_told_to_who_had_it_directly(
    services: Services,
) -> None:
    await opened(services, alert="")
    await conversations.claim(services, "c1", "U1")
    await conversations.assign(services, "c1", "U2", "U3")
    directly = {d.channel: d.text for d in await said(services) if d.kind == "direct"}
    assert set(directly) == {"U1", "U3"}
    assert "<@U2> handed `c1` over to <@U3>." in directly["U1"]


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


FRIDAY = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


async def test_a_claim_of_friday_is_asked_for_on_monday(
    services: Services, clock: HandClock
) -> None:
    clock.now = FRIDAY
    await opened(services, answered=FRIDAY)
    await conversations.claim(services, "c1", "U1")
    for _ in range(16):
        assert await later(services, clock, timedelta(hours=4)) == []  # Monday, 9:00
    [asked] = await later(services, clock, timedelta(hours=3))
    assert "still working" in asked.text


async def test_a_question_of_the_evening_lapses_in_the_morning_after_a_holiday(
    services: Services, clock: HandClock
) -> None:
    clock.now = datetime(2026, 11, 25, 13, 45, tzinfo=UTC)  # Wednesday
    await opened(services, answered=clock.now)
    await conversations.claim(services, "c1", "U1")
    [asked] = await later(services, clock, CLAIM)
    assert "still working" in asked.text
    assert await later(services, clock, timedelta(hours=39)) == []  # Friday, 8:45
    assert await later(services, clock, timedelta(minutes=29)) == []
    [lapsed] = await later(services, clock, timedelta(minutes=1))
    assert "Nobody has this any more" in lapsed.text


async def test_what_falls_due_at_closing_time_on_friday_is_told_on_monday(
    services: Services, clock: HandClock
) -> None:
    clock.now = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    due = await opened(services, severity="high")
    assert due.due == datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    assert await later(services, clock, timedelta(hours=2)) == []
    assert await later(services, clock, timedelta(hours=62)) == []
    in_channel, _ = await later(services, clock, timedelta(hours=1))
    assert "overdue" in in_channel.text


async def test_a_vigie_that_was_away_at_the_deadline_does_not_tell_of_it_at_night(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    await conversations.claim(services, "c1", "U1")
    assert await later(services, clock, timedelta(hours=12)) == []  # 22:00
    told = await later(services, clock, timedelta(hours=11))
    overdue = [one.channel for one in told if "overdue" in one.text]
    assert overdue == ["#care", "U1"]
    assert not any("due in" in one.text for one in told), "no reminder of what is past"


async def test_a_critical_one_is_overdue_at_any_hour(services: Services, clock: HandClock) -> None:
    clock.now = FRIDAY + timedelta(hours=6)
    await opened(services, severity="critical")
    in_channel, directly = await later(services, clock, timedelta(minutes=30))
    assert (in_channel.channel, directly.channel) == ("#care", "U0MARGOT")


async def test_what_sleeps_is_told_of_when_it_wakes(services: Services, clock: HandClock) -> None:
    await opened(services, severity="high")
    await conversations.claim(services, "c1", "U1")
    await conversations.snooze(services, "c1", "U1", NOW + timedelta(hours=3))
    assert await later(services, clock, timedelta(hours=2, minutes=59)) == []
    told = [one.text for one in await later(services, clock, timedelta(minutes=1))]
    assert any("snoozed until now" in text for text in told)
    assert sum("overdue" in text for text in told) == 2, "to the channel and to who has it"


async def test_a_reminder_waits_for_the_end_of_a_snooze_before_the_deadline(
    services: Services, clock: HandClock
) -> None:
    await opened(services, severity="high")
    await conversations.claim(services, "c1", "U1")
    await conversations.snooze(services, "c1", "U1", NOW + timedelta(minutes=115))
    assert await later(services, clock, timedelta(minutes=110)) == []
    told = await later(services, clock, timedelta(minutes=5))
    assert any("due in 5 minutes" in one.text for one in told)


@pytest.mark.parametrize("assignee", ["", "U1"])
async def test_a_muted_watch_is_overdue_for_who_has_it_alone(
    services: Services, clock: HandClock, assignee: str
) -> None:
    await opened(services, severity="high")
    if assignee:
        await conversations.claim(services, "c1", assignee)
    await mutes.hold_back(services, Scope(watch="Lumo"), "U2", timedelta(hours=3))
    told = await later(services, clock, timedelta(hours=2))
    assert [one.channel for one in told] == ([assignee] if assignee else [])
    for _ in range(4):
        told += await later(services, clock, timedelta(minutes=15))
    expected = [assignee] if assignee else ["#care", "U0MARGOT"]
    assert [one.channel for one in told] == expected


PARIS = f"""
timezone = "Europe/Paris"
{CONFIG}
[hours]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
opens = 00:00:00
closes = 06:00:00
"""
"""A team of the night."""


@pytest.mark.parametrize("config", [PARIS], indirect=True)
@pytest.mark.parametrize(
    ("evening", "asked_at"),
    [
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), "05:00"),
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), "03:00"),
    ],
    ids=["a night that is an hour shorter", "a night that is an hour longer"],
)
async def test_a_claim_holds_for_as_many_hours_when_clocks_change(
    services: Services, clock: HandClock, evening: datetime, asked_at: str
) -> None:
    clock.now = evening
    await opened(services, answered=evening)
    await conversations.claim(services, "c1", "U1")
    begins = services.config.hours.opens_next(evening)
    assert await later(services, clock, begins + CLAIM - evening - timedelta(seconds=1)) == []
    [asked] = await later(services, clock, timedelta(seconds=1))
    assert "still working" in asked.text
    assert f"{clock.now.astimezone(services.config.hours.zone):%H:%M}" == asked_at


DEEDS: dict[str, Callable[[Services], Awaitable[Conversation]]] = {
    "claim": lambda services: conversations.claim(services, "c1", "U1"),
    "release": lambda services: conversations.release(services, "c1", "U1"),
    "resolve": lambda services: conversations.resolve(services, "c1", "U1", "refunded"),
    "dismiss": lambda services: conversations.dismiss(services, "c1", "U1"),
    "reopen": lambda services: conversations.reopen(services, "c1", "U1"),
    "take-over": lambda services: conversations.assign(services, "c1", "U1", "U1", "mine"),
    "snooze": lambda services: conversations.snooze(services, "c1", "U1", NOW + timedelta(hours=1)),
    "wake": lambda services: conversations.wake(services, "c1", "U1"),
    "reply": lambda services: conversations.replied(services, "c1", "U1"),
}


@pytest.mark.parametrize(
    "deeds",
    ["claim release", "claim snooze wake", "claim reply resolve reopen", "take-over", "dismiss"],
)
async def test_nobody_is_pinged_for_what_they_did_themselves(
    services: Services, deeds: str
) -> None:
    await opened(services)
    for deed in deeds.split():
        await DEEDS[deed](services)
    for delivery in await said(services):
        assert delivery.channel != "U1"
        assert "<@U1>" not in delivery.text
