"""Stories over a real store: what is one message, what rings again, what is part of a spike, and
when it is over."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert, SpikeReason
from bot.domain.conversation import VIGIE
from bot.domain.mention import Post
from bot.domain.mutes import Scope
from bot.domain.outbox import Delivery
from bot.errors import IllegalTransition, SourceUnavailable
from bot.services import cards, conversations, ingest, mutes, rounds
from bot.services.base import Services
from bot.slack.gateway import Posted
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

COMPLAINT = "The lumo app: terrible, worst, hated."

TEAM = """
[alerts]
here_from = "critical"
[hours]
opens = "00:00"
closes = "00:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
[[accounts]]
source = "forum"
author = "Lumo Care"
"""


@pytest.fixture
def config() -> Config:
    return loads(f'{CONFIG}alarm = ["fire"]\n{TEAM}')


def a_complaint(number: int, clock: HandClock, **changes: Any) -> Post:
    post = {
        "id": f"p{number}",
        "source": "forum",
        "text": f"{COMPLAINT} {number}",
        "author": f"@a{number}",
    }
    return a_post(**{**post, "at": clock.now, **changes})


def praise(number: int, clock: HandClock) -> Post:
    text = f"lumo dawn is lovely, I love it {number}"
    return a_post(id=f"g{number}", source="forum", text=text, author=f"@g{number}", at=clock.now)


def quiet_days() -> list[Post]:
    """A mention an hour."""
    hours = range(1, 160)
    return [a_post(id=f"q{n}", text="a lumo lamp", at=NOW - timedelta(hours=n)) for n in hours]


@pytest.fixture
async def forum(services: Services, scripted: Scripted) -> ScriptedSource:
    """The forum, read before: what it shows from now on is news."""
    scripted["forum"].will_show(*quiet_days())
    for source in services.sources:
        await ingest.poll(services, services.config.watches[0], source)
    return scripted["forum"]


async def poll(services: Services, *posts: Post) -> None:
    cast(ScriptedSource, services.sources["forum"]).will_show(*posts)
    await ingest.poll(services, services.config.watches[0], "forum")


async def without_spikes(services: Services) -> None:
    await mutes.hold_back(services, Scope(watch="Lumo", kind="spike"), "U1", timedelta(days=1))


async def alerts(services: Services, kind: str = "negative") -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == kind]


async def waiting(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def rung(services: Services) -> list[str]:
    """What the channels would see: cards of their own, and lines that are broadcast."""
    return [
        f"{one.channel} {one.text.splitlines()[0] if one.text else one.alert}"
        for one in await waiting(services)
        if (one.kind == "alert" and not one.within) or one.broadcast
    ]


async def test_posts_that_follow_each_other_are_one_message(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await without_spikes(services)
    for number in range(8):
        clock.turn(timedelta(minutes=4))
        await poll(services, a_complaint(number, clock))
    [story] = await alerts(services)
    assert (story.count, len(story.posts)) == (8, 8)
    assert await rung(services) == [f"#care {story.id}"]
    assert {c.alert for c in await conversations.queue(services)} == {story.id}


async def test_after_a_gap_another_story_begins(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=6))
    await poll(services, a_complaint(2, clock))
    first, second = await alerts(services)
    assert (first.count, second.count) == (1, 1)
    assert len(await rung(services)) == 2


async def test_two_polls_at_once_make_one_story(
    services: Services, forum: ScriptedSource, scripted: Scripted, clock: HandClock
) -> None:
    forum.will_show(a_complaint(1, clock))
    scripted["lumen.social"].will_show(a_complaint(2, clock, source="lumen.social"))
    watch = services.config.watches[0]
    await asyncio.gather(*(ingest.poll(services, watch, source) for source in services.sources))
    [story] = await alerts(services)
    assert story.count == 2


async def test_twice_as_many_are_told_again_in_the_thread_where_the_channel_sees_it(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    def many(start: int, number: int) -> list[Post]:
        return [a_complaint(start + n, clock, author="@one") for n in range(number)]

    await without_spikes(services)
    await poll(services, *many(0, 6))
    clock.turn(timedelta(minutes=5))
    await poll(services, *many(10, 3))
    assert len(await rung(services)) == 1
    clock.turn(timedelta(minutes=5))
    await poll(services, *many(20, 12))
    assert len(await rung(services)) == 2
    [note] = [one for one in await waiting(services) if one.broadcast]
    assert "21 negative posts now, 6 when last told" in note.text


async def test_what_got_more_severe_is_told_with_its_reasons_and_rings(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=1))
    heard = a_complaint(2, clock, text=f"{COMPLAINT} It caught fire.", followers=90_000)
    await poll(services, heard)
    [story] = await alerts(services)
    assert story.severity == "critical"
    [note] = [one for one in await waiting(services) if one.broadcast]
    assert note.text.startswith("<!here> ")
    assert "“fire” is a word of alarm" in note.text
    assert "reach 9,001 (@a2)" in note.text


async def test_what_is_critical_from_the_first_rings_with_its_first_message(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    heard = a_complaint(1, clock, text=f"{COMPLAINT} It caught fire.", followers=90_000)
    await poll(services, heard, a_complaint(2, clock))
    [story] = await alerts(services)
    assert story.here
    [critical] = [c for c in await conversations.queue(services) if c.severity == "critical"]
    assert (critical.source, critical.language) == ("forum", "en")
    assert critical.due == clock.now + timedelta(minutes=30)


async def test_what_goes_on_for_hours_rings_when_it_doubled_and_after_hours_again(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await without_spikes(services)
    rang: list[tuple[int, str]] = []
    for number in range(150):
        await poll(services, a_complaint(number, clock, author="@one", thread="p0"))
        broadcasts = [one for one in await waiting(services) if one.broadcast]
        if len(broadcasts) > len(rang):
            rang.append((number + 1, broadcasts[-1].text.splitlines()[0]))
        clock.turn(timedelta(minutes=4))
    assert [count for count, _ in rang] == [11, 22, 44, 88, 148]
    assert "it goes on since" in rang[-1][1]


async def test_a_flood_is_drawn_every_few_seconds(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(0, clock))
    outbox = services.records.outbox
    for number in range(1, 20):
        clock.turn(timedelta(seconds=1))
        await poll(services, a_complaint(number, clock, thread="p0"))
        for kept in await outbox.find({"state": "waiting"}, "order"):
            held = kept.value.after and kept.value.after > clock.now
            if kept.value.kind == "refresh" and not held:
                sent = Delivery(**{**_fields(kept.value), "state": "sent"})
                await services.records.commit([outbox.put(sent.id, sent, kept.version)])
    drawn = await outbox.find({"state": "sent"}, "order")
    assert 2 <= len({kept.value.after or kept.value.created for kept in drawn}) <= 19


def _fields(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in delivery.__struct_fields__}


async def test_what_the_brands_own_account_writes_is_no_complaint(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock, author="LUMO care"))
    assert await alerts(services) == []


async def test_a_post_in_a_resolved_conversation_brings_it_back(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    [story] = await alerts(services)
    await conversations.resolve(services, story.conversation, "U1", "refunded")
    clock.turn(timedelta(hours=1))
    await poll(services, a_complaint(2, clock, thread="p1"))
    _, second = await alerts(services)
    [conversation] = await conversations.queue(services)
    assert (conversation.state, conversation.alert) == ("new", second.id)
    deeds = [event.deed for event in await conversations.history(services, conversation.id)]
    assert deeds == ["resolve", "reopen"]


async def test_the_negative_posts_of_a_spike_are_one_card_in_its_thread(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    [spike] = await alerts(services, "spike")
    clock.turn(timedelta(minutes=1))
    await poll(services, a_complaint(1, clock), a_complaint(2, clock))
    clock.turn(timedelta(minutes=20))
    await poll(services, a_complaint(3, clock))
    [story] = await alerts(services)
    assert (story.within, story.count, story.channel) == (spike.id, 3, "#brand")
    assert await rung(services) == [f"#brand {spike.id}"]
    [card] = [one for one in await waiting(services) if one.alert == story.id][:1]
    assert (card.kind, card.within) == ("alert", spike.id)


async def test_a_spike_and_the_posts_that_come_with_it_are_one_message(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(a_complaint(n, clock) for n in range(30)))
    [spike] = await alerts(services, "spike")
    [story] = await alerts(services)
    assert (story.within, story.count) == (spike.id, 30)
    assert len(await rung(services)) == 1
    assert spike.severity in ("high", "critical")


async def test_a_story_that_runs_when_a_spike_begins_says_where_the_rest_is_told(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=1))
    await poll(services, *(praise(n, clock) for n in range(25)))
    clock.turn(timedelta(minutes=1))
    await poll(services, a_complaint(2, clock))
    [spike] = await alerts(services, "spike")
    first, second = await alerts(services)
    assert (first.part_of, first.count) == (spike.id, 1)
    assert (second.within, second.count) == (spike.id, 1)
    assert len(await rung(services)) == 2


async def test_a_launch_that_turns_into_a_crisis_is_told_again_as_turned(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    [launch] = await alerts(services, "spike")
    clock.turn(timedelta(minutes=10))
    await poll(services, *(a_complaint(n, clock) for n in range(14)))
    [spike] = await alerts(services, "spike")
    assert (launch.severity, launch.turned) == ("low", None)
    assert spike.turned == clock.now
    assert spike.severity in ("high", "critical")
    [note] = [one for one in await waiting(services) if one.broadcast]
    assert "turned negative: 14 of the 14 posts" in note.text
    assert isinstance(spike.reason, SpikeReason)
    drivers = [await services.records.mentions.get(id) for id in spike.reason.posts]
    assert all(kept and kept.value.post.text.startswith(COMPLAINT) for kept in drivers)


async def test_a_muted_spike_is_drawn_and_rings_no_more(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    await mutes.hold_back(services, Scope(watch="Lumo"), "U1", timedelta(hours=1))
    clock.turn(timedelta(minutes=10))
    await poll(services, *(praise(100 + n, clock) for n in range(60)))
    assert len(await rung(services)) == 1


async def test_a_spike_is_over_once_its_volume_was_as_usual_for_an_hour(
    services: Services, forum: ScriptedSource, scripted: Scripted, clock: HandClock
) -> None:
    watch = services.config.watches[0]
    await poll(services, *(praise(n, clock) for n in range(25)))
    await poll(services, *(a_complaint(n, clock) for n in range(3)))
    [story] = await alerts(services)
    await conversations.claim(services, story.conversation, "U1")
    for _ in range(9):
        clock.turn(timedelta(minutes=10))
        for source in services.sources:
            await ingest.poll(services, watch, source)
        await rounds.make(services)
    [spike] = await alerts(services, "spike")
    assert spike.ended
    assert spike.over
    assert spike.ended - NOW <= timedelta(minutes=80)
    assert (spike.over.began, spike.over.peak) == (NOW, 28)
    assert await services.records.episodes.get("Lumo") is None
    notes = [one for one in await waiting(services) if one.alert == spike.id and one.text]
    assert "All clear" in notes[-2].text
    assert not any(note.broadcast for note in notes)


async def test_a_night_that_nobody_looked_at_is_not_calm(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    clock.turn(timedelta(hours=12))
    await rounds.make(services)
    [spike] = await alerts(services, "spike")
    assert spike.ended is None
    for source in services.sources:
        await ingest.poll(services, services.config.watches[0], source)
    clock.turn(timedelta(minutes=1))
    await rounds.make(services)
    [spike] = await alerts(services, "spike")
    assert spike.ended, "all sources were read to the end, and there was nothing"


async def test_another_spike_after_the_all_clear_is_a_message_of_its_own(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    clock.turn(timedelta(hours=12))
    await poll(services, *(praise(100 + n, clock) for n in range(40)))
    first, second = await alerts(services, "spike")
    assert first.ended
    assert second.ended is None
    assert len(await rung(services)) == 2


async def pass_calmly(services: Services, clock: HandClock, minutes: int = 90) -> None:
    """Every source is read and nothing is new, and rounds are made."""
    for _ in range(minutes // 10):
        clock.turn(timedelta(minutes=10))
        for source in services.sources:
            await ingest.poll(services, services.config.watches[0], source)
        await rounds.make(services)


async def test_at_the_all_clear_a_spike_that_nobody_has_is_resolved_by_vigie(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    [spike] = await alerts(services, "spike")
    await pass_calmly(services, clock)
    kept = await services.records.conversations.get(spike.conversation)
    assert kept
    assert (kept.value.state, kept.value.closed_by) == ("resolved", VIGIE)
    assert "Nobody had this, and it is over" in [one.text for one in await waiting(services)][-1]
    card = str((await cards.alert_card(services, spike.id)).blocks)
    assert "Nobody took it in hand" in card
    assert "First claimed" not in card
    assert "resolved by Vigie" in card
    said = await waiting(services)
    await pass_calmly(services, clock, minutes=24 * 60)
    assert [one for one in await waiting(services) if one not in said and one.text] == []


async def test_at_the_all_clear_a_spike_stays_with_who_has_it_and_is_due_no_more(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    [spike] = await alerts(services, "spike")
    await conversations.claim(services, spike.conversation, "U1")
    await pass_calmly(services, clock)
    kept = await services.records.conversations.get(spike.conversation)
    assert kept
    assert (kept.value.state, kept.value.assignee, kept.value.due) == ("claimed", "U1", None)
    assert "Handled by <@U1>" in str((await cards.alert_card(services, spike.id)).blocks)
    await pass_calmly(services, clock, minutes=24 * 60)
    assert not any("overdue" in one.text for one in await waiting(services))
    kept = await services.records.conversations.get(spike.conversation)
    assert kept
    assert kept.value.state == "resolved", "a claim that lapses has nobody to go back to"


async def test_the_spike_of_a_watch_that_is_no_more_is_resolved(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    [spike] = await alerts(services, "spike")
    gone = msgspec.structs.replace(services.config, watches=())
    without = dataclasses.replace(services, config=gone)
    clock.turn(timedelta(hours=2))
    await rounds.make(without)
    kept = await services.records.conversations.get(spike.conversation)
    assert kept
    assert kept.value.state == "resolved"
    assert await services.records.timers.get("all_clear Lumo") is None


async def test_what_vigie_resolved_is_refused_in_words_and_reopened(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    [spike] = await alerts(services, "spike")
    await pass_calmly(services, clock)
    with pytest.raises(IllegalTransition, match="Vigie resolved it"):
        await conversations.claim(services, spike.conversation, "U1")
    assert (await conversations.reopen(services, spike.conversation, "U1")).state == "new"


async def test_what_is_said_long_after_a_spike_is_a_story_though_a_source_does_not_answer(
    services: Services, forum: ScriptedSource, scripted: Scripted, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    watch = services.config.watches[0]
    for _ in range(10):
        clock.turn(timedelta(hours=1))
        scripted["lumen.social"].will_fail(SourceUnavailable("it does not answer"))
        await ingest.poll(services, watch, "lumen.social")
        await ingest.poll(services, watch, "forum")
        await rounds.make(services)
    await poll(services, a_complaint(1, clock))
    [spike] = await alerts(services, "spike")
    [story] = await alerts(services)
    assert spike.ended is None, "nobody knows whether it is calm"
    assert (story.within, story.channel) == ("", "#care")
    assert f"#care {story.id}" in await rung(services)


ALARM = f"{COMPLAINT} It caught fire."


async def test_a_post_that_makes_an_old_conversation_severe_is_told_again_and_called_for(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await without_spikes(services)
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(hours=2))
    await poll(services, a_complaint(2, clock))
    clock.turn(timedelta(hours=2))
    heard = a_complaint(3, clock, text=ALARM, followers=90_000, thread="p1")
    await poll(services, heard, a_complaint(4, clock))
    old, _, new = await alerts(services)
    assert (old.severity, old.count, new.count) == ("critical", 2, 1)
    [note] = [one for one in await waiting(services) if one.broadcast]
    assert (note.alert, note.text[:7]) == (old.id, "<!here>")
    assert await services.records.timers.get(f"escalate duty {old.id}")
    clock.turn(timedelta(minutes=1))
    await poll(services, a_complaint(5, clock))
    assert [alert.count for alert in await alerts(services)] == [2, 1, 2], "the new one runs"


async def test_a_mild_post_in_an_old_conversation_is_a_line_in_its_thread(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(hours=2))
    await poll(services, a_complaint(2, clock, thread="p1"))
    assert len(await rung(services)) == 1
    assert "Another negative post" in (await waiting(services))[-1].text


async def test_a_severe_post_in_a_conversation_of_a_spike_that_is_over_is_a_story_of_its_own(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, *(praise(n, clock) for n in range(25)))
    await poll(services, a_complaint(1, clock))
    await pass_calmly(services, clock)
    await poll(services, a_complaint(2, clock, text=ALARM, followers=90_000, thread="p1"))
    within, story = await alerts(services)
    assert (within.within != "", story.within, story.severity) == (True, "", "critical")
    [conversation] = await conversations.queue(services)
    assert conversation.alert == story.id


async def test_a_severe_post_in_an_older_conversation_makes_the_running_spike_severe(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=1))
    await poll(services, *(praise(n, clock) for n in range(25)))
    clock.turn(timedelta(minutes=1))
    await poll(services, a_complaint(2, clock, text=ALARM, followers=90_000, thread="p1"))
    [spike] = await alerts(services, "spike")
    assert spike.severity == "critical"
    assert any(one.broadcast and one.alert == spike.id for one in await waiting(services))


async def test_a_post_that_makes_the_story_of_the_moment_severe_is_in_it_once(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=8))
    heard = a_complaint(2, clock, text=ALARM, followers=90_000, thread="p1")
    late = a_complaint(3, clock, at=clock.now - timedelta(minutes=7))
    await poll(services, heard, late)
    [story] = await alerts(services)
    assert (story.count, story.severity) == (3, "critical")


async def test_a_post_that_is_found_hours_late_is_told_by_itself(
    services: Services, forum: ScriptedSource, clock: HandClock
) -> None:
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(hours=3))
    await poll(services, a_complaint(2, clock, at=NOW + timedelta(minutes=1)))
    assert [alert.count for alert in await alerts(services)] == [1, 1]


async def test_a_part_of_a_spike_links_to_the_spikes_message(
    services: Services, forum: ScriptedSource, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def permalink(at: Posted) -> str:
        return f"https://lumo.slack.example/archives/{at.channel}/p{at.ts}"

    monkeypatch.setattr(services.slack, "permalink", permalink)
    await poll(services, a_complaint(1, clock))
    clock.turn(timedelta(minutes=1))
    await poll(services, *(praise(n, clock) for n in range(25)))
    [part], [spike] = await alerts(services), await alerts(services, "spike")
    drawn = [one for one in await waiting(services) if one.kind == "refresh"]
    assert [(one.alert, one.within) for one in drawn] == [(part.id, spike.id)]
    posted = msgspec.structs.replace(spike, posted_to="C1", ts="17")
    await services.records.commit([services.records.alerts.put(spike.id, posted)])
    card = str((await cards.alert_card(services, part.id)).blocks)
    assert "Part of the spike → <#C1>" in card
    assert "<https://lumo.slack.example/archives/C1/p17|Show the spike>" in card
