"""From a poll to alerts: what is kept, what is told, and what is not."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

import pytest

from bot.domain.alerts import Alert, NegativeReason, SpikeReason
from bot.domain.analysis.reading import Reading
from bot.domain.matching import Matcher
from bot.domain.mention import Post
from bot.domain.mutes import Scope
from bot.domain.outbox import Delivery
from bot.domain.pairs import Pair, pair_id
from bot.domain.query import parse
from bot.domain.watch import Watch
from bot.errors import SourceRateLimited, SourceUnavailable
from bot.services import conversations, ingest, mentioning, mutes
from bot.services.base import Services
from bot.services.mentioning import read_aside, read_posts
from tests.builders import NOW, a_post
from tests.services.conftest import HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

P = ParamSpec("P")
T = TypeVar("T")

COMPLAINT = "The lumo app: terrible, worst, hated."


def a_complaint(number: int = 1, **changes: object) -> Post:
    return a_post(id=f"p{number}", source="forum", **{"text": f"{COMPLAINT} {number}", **changes})


def quiet_days() -> list[Post]:
    """A mention an hour."""
    hours = range(1, 160)
    return [a_post(id=f"q{n}", text="a lumo lamp", at=NOW - timedelta(hours=n)) for n in hours]


async def poll(services: Services, source: str = "forum") -> int:
    return await ingest.poll(services, services.config.watches[0], source)


async def after_the_first_polls(services: Services) -> None:
    for source in services.sources:
        await poll(services, source)


async def alerts(services: Services) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found]


async def waiting(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def test_the_first_poll_fills_history_silently(
    services: Services, scripted: Scripted
) -> None:
    scripted["forum"].will_show(*(a_complaint(n) for n in range(30)))
    assert await poll(services) == 30
    assert await services.records.mentions.count({"watch": "Lumo"}, "at") == 30
    assert await waiting(services) == []


async def test_a_negative_post_is_told_with_its_reason(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint())
    await poll(services)
    [alert] = await alerts(services)
    assert isinstance(alert.reason, NegativeReason)
    assert alert.reason.score <= alert.reason.threshold == -0.5
    assert "terrible" in [word.word for word in alert.reason.words]
    [delivery] = await waiting(services)
    assert (delivery.kind, delivery.alert, delivery.channel) == ("alert", alert.id, "#care")


async def test_a_post_without_the_brand_or_without_anger_is_not_told(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(
        a_post(id="1", text="I hate Mondays, terrible."), a_post(id="2", text="A Lumo lamp.")
    )
    assert await poll(services) == 1
    assert await alerts(services) == []


async def test_a_language_that_nobody_reads_raises_no_alert(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    text = "Diese Lampe von lumo ist schrecklich, das Schlimmste, sie geht nie an. Horror!"
    scripted["forum"].will_show(a_post(id="1", text=text, language="de"))
    assert await poll(services) == 1
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    assert kept.value.analysis.language == "de"
    assert kept.value.analysis.sentiment is None
    assert await alerts(services) == []


async def test_a_french_complaint_raises_an_alert(services: Services, scripted: Scripted) -> None:
    await after_the_first_polls(services)
    text = "Cette lampe lumo est une honte, elle ne marche jamais et personne ne répond."
    scripted["forum"].will_show(a_post(id="1", text=text, language="fr"))
    assert await poll(services) == 1
    [alert] = await alerts(services)
    assert alert.watch == "Lumo"


async def test_the_same_post_seen_again_is_not_told_again(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    for _ in range(3):
        scripted["forum"].will_show(a_complaint())
        await poll(services)
    assert len(await alerts(services)) == 1


async def test_an_edit_changes_the_mention_and_is_not_told_again(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    for words in (COMPLAINT, f"{COMPLAINT} Really.", "A lumo lamp.", COMPLAINT):
        scripted["forum"].will_show(a_post(id="1", text=words))
        await poll(services)
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    assert kept.value.post.text == COMPLAINT
    assert len(await alerts(services)) == 1


async def test_a_post_that_is_edited_into_a_complaint_is_told(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_post(id="1", text="A lumo lamp."))
    await poll(services)
    scripted["forum"].will_show(a_post(id="1", text=COMPLAINT))
    assert await poll(services) == 0
    assert len(await alerts(services)) == 1


async def test_what_a_new_search_term_brings_from_the_past_is_no_news(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint(1))
    wider = dataclasses.replace(services.config.watches[0], query=parse("lumo OR lamp"))
    await ingest.poll(services, wider, "forum")
    assert await alerts(services) == []
    scripted["forum"].will_show(a_complaint(2))
    await ingest.poll(services, wider, "forum")
    assert len(await alerts(services)) == 1


async def test_a_fault_of_our_own_is_not_taken_for_quiet(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)
    for _ in range(3):
        scripted["forum"].will_fail(ZeroDivisionError())
        await poll(services)
        clock.turn(timedelta(hours=2))
    [notice] = [delivery for delivery in await waiting(services) if delivery.kind == "notice"]
    assert "Vigie itself failed" in notice.text


async def test_a_source_that_left_the_configuration_blinds_nobody(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    scripted["forum"].will_show(*quiet_days())
    await after_the_first_polls(services)
    gone = Pair(watch="Lumo", source="old forum", failures=9, failing_since=clock.now)
    await services.records.commit([services.records.pairs.put(gone.id, gone, 0)])
    scripted["forum"].will_show(*(a_post(id=f"s{n}", text=f"lumo dawn {n}") for n in range(20)))
    await poll(services)
    assert [alert.kind for alert in await alerts(services)] == ["spike"]


async def test_an_old_post_that_surfaces_late_is_kept_but_no_news(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint(at=NOW - timedelta(days=2)))
    assert await poll(services) == 1
    assert await alerts(services) == []


async def test_a_second_angry_answer_belongs_to_the_story_and_to_the_conversation(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint(1))
    await poll(services)
    scripted["forum"].will_show(a_complaint(2, thread="p1"))
    await poll(services)
    [alert] = await alerts(services)
    assert alert.count == 2
    assert len(await conversations.queue(services)) == 1
    assert [delivery.kind for delivery in await waiting(services)] == ["alert", "refresh"]


async def test_two_angry_posts_of_one_thread_in_one_poll_are_one_card(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint(1), a_complaint(2, thread="p1"))
    await poll(services)
    [alert] = await alerts(services)
    assert alert.count == 2
    assert len(await conversations.queue(services)) == 1
    assert [delivery.kind for delivery in await waiting(services)] == ["alert"]


async def test_an_angry_answer_to_an_older_story_is_a_line_in_its_thread(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint(1))
    await poll(services)
    clock.turn(timedelta(hours=1))
    scripted["forum"].will_show(a_complaint(2, thread="p1", at=clock.now))
    await poll(services)
    [alert] = await alerts(services)
    first, note = await waiting(services)
    assert (first.kind, note.kind, note.alert) == ("alert", "note", alert.id)
    assert "Another negative post" in note.text


async def test_what_is_not_about_us_is_not_told_again(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(a_complaint(1))
    await poll(services)
    [alert] = await alerts(services)
    await conversations.dismiss(services, alert.conversation, "U1")
    scripted["forum"].will_show(a_complaint(2, thread="p1"))
    await poll(services)
    assert len(await alerts(services)) == 1


async def test_a_flood_of_one_poll_is_one_message_and_queued_in_full(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(*(a_complaint(n) for n in range(50)))
    await poll(services)
    [alert] = [alert for alert in await alerts(services) if alert.kind == "negative"]
    assert (alert.count, len(alert.posts)) == (50, 50)
    assert sum(c.alert == alert.id for c in await conversations.queue(services)) == 50
    shown = [d for d in await waiting(services) if d.kind == "alert" and d.alert == alert.id]
    assert len(shown) == 1


async def test_a_muted_watch_keeps_its_mentions_and_counts_what_it_held(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)
    await mutes.hold_back(services, Scope(watch="lumo"), "U1", timedelta(hours=1))
    scripted["forum"].will_show(a_complaint(1), a_complaint(2))
    assert await poll(services) == 2
    assert await alerts(services) == []
    assert (await mutes.running(services))["Lumo"].held == 2
    assert len(await conversations.queue(services)) == 2, "held back is not forgotten"
    clock.turn(timedelta(hours=2))
    scripted["forum"].will_show(a_complaint(3, at=clock.now))
    await poll(services)
    assert len(await alerts(services)) == 1


async def test_a_burst_is_one_spike_with_its_evidence_and_grows_in_place(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    quiet = [
        a_post(id=f"q{n}", text="a lumo lamp", at=NOW - timedelta(hours=n)) for n in range(1, 160)
    ]
    scripted["forum"].will_show(*quiet)
    await after_the_first_polls(services)
    scripted["forum"].will_show(
        *(a_post(id=f"s{n}", text=f"lumo dawn is out {n}", author=f"@a{n}") for n in range(20))
    )
    await poll(services)
    [spike] = await alerts(services)
    assert isinstance(spike.reason, SpikeReason)
    assert spike.channel == "#brand"
    assert spike.reason.evidence.seen >= 20 > spike.reason.evidence.high
    assert spike.reason.authors == 20
    assert 1 <= len(spike.reason.posts) <= 3
    clock.turn(timedelta(minutes=6))
    scripted["forum"].will_show(
        *(a_post(id=f"t{n}", text=f"lumo dawn again {n}", at=clock.now) for n in range(60))
    )
    await poll(services)
    [grown] = await alerts(services)
    assert isinstance(grown.reason, SpikeReason)
    assert grown.reason.evidence.seen >= 80
    kinds = [delivery.kind for delivery in await waiting(services)]
    assert kinds == ["alert", "note", "refresh"], "told again, as it has more than tripled"


async def test_no_spike_is_told_while_a_source_was_never_read(
    services: Services, scripted: Scripted
) -> None:
    scripted["forum"].will_show(a_post(id="1", text="lumo", at=NOW - timedelta(days=3)))
    await poll(services)
    scripted["forum"].will_show(*(a_post(id=f"s{n}", text="lumo") for n in range(50)))
    await poll(services)
    assert await alerts(services) == []


async def test_a_source_that_fails_hurts_itself_alone_and_is_told_once(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)
    for _ in range(6):
        scripted["forum"].will_fail(SourceUnavailable("the feed answered 503"))
        await poll(services)
        clock.turn(timedelta(hours=2))
    scripted["lumen.social"].will_show(a_complaint(at=clock.now))
    assert await poll(services, "lumen.social") == 1
    notices = [delivery for delivery in await waiting(services) if delivery.kind == "notice"]
    assert len(notices) == 1
    assert notices[0].channel == "#admin"
    assert "503" in notices[0].text
    await poll(services)
    notices = [delivery for delivery in await waiting(services) if delivery.kind == "notice"]
    assert "answers again" in notices[-1].text
    assert len(notices) == 2


async def test_a_source_that_wants_a_day_of_rest_is_told_at_once_and_once(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)
    for _ in range(2):
        until = clock.now + timedelta(hours=24)
        scripted["forum"].will_fail(SourceRateLimited("It was asked too often.", until))
        await poll(services)
        clock.turn(timedelta(hours=25))
    [notice] = [delivery for delivery in await waiting(services) if delivery.kind == "notice"]
    assert "It is left alone until" in notice.text
    assert "(1 poll failed.)" in notice.text


async def test_a_source_that_fails_is_left_alone_for_longer_each_time(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    rests = []
    for _ in range(5):
        scripted["forum"].will_fail(SourceUnavailable("no"))
        await poll(services)
        pair = await services.records.pairs.get(pair_id("Lumo", "forum"))
        assert pair is not None
        rests.append((pair.value.rest_until or clock.now) - clock.now)
        clock.turn(timedelta(hours=2))
    assert rests == sorted(rests)
    assert rests[-1] > rests[1] > rests[0]


@pytest.mark.parametrize("most", [1, 2])
async def test_so_many_polls_at_a_time_are_held_against_what_is_usual(
    services: Services, scripted: Scripted, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """However many are under way: each takes memory for it."""
    monkeypatch.setattr("bot.services.base.KEEPING", most)
    inside, seen = 0, 0

    async def reckon(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        nonlocal inside, seen
        inside += 1
        seen = max(seen, inside)
        for _ in range(100):  # the other one may come
            await asyncio.sleep(0)
        inside -= 1
        return work(*args, **kwargs)

    services = dataclasses.replace(services, reckon=reckon)
    await after_the_first_polls(services)
    for source in ("forum", "lumen.social"):
        scripted[source].will_show(a_post(id=source, source=source, text="lumo"))
    assert sum(await asyncio.gather(poll(services), poll(services, "lumen.social"))) == 2
    assert seen == most


async def test_two_sources_that_are_read_at_once_both_count(
    services: Services, scripted: Scripted
) -> None:
    await after_the_first_polls(services)
    scripted["forum"].will_show(*(a_post(id=f"f{n}", text="lumo") for n in range(3)))
    scripted["lumen.social"].will_show(
        *(a_post(id=f"m{n}", source="lumen.social", text="lumo") for n in range(4))
    )
    await asyncio.gather(poll(services), poll(services, "lumen.social"))
    [day] = await services.records.volumes.find({"watch": "Lumo"}, "day")
    assert sum(day.value.counts) == 7


async def test_an_interval_that_was_cut_short_is_a_gap_not_quiet(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)
    clock.turn(timedelta(minutes=40))
    scripted["forum"].will_show(a_post(id="1", text="lumo", at=clock.now), complete=False)
    await poll(services)
    [day] = await services.records.volumes.find({"watch": "Lumo"}, "day")
    assert day.value.gaps == (40, 41, 42)


async def test_a_quiet_poll_writes_nothing_until_a_minute_passed(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_the_first_polls(services)

    async def version() -> int:
        pair = await services.records.pairs.get(pair_id("Lumo", "forum"))
        assert pair is not None
        return pair.version

    before = await version()
    for _ in range(5):
        clock.turn(timedelta(seconds=5))
        await poll(services)
    assert await version() == before
    clock.turn(timedelta(minutes=1))
    await poll(services)
    assert await version() == before + 1


def a_watch(name: str, query: str) -> Watch:
    return Watch(
        name=name, query=parse(query), sources=(), negative_channel="#care", spike_channel="#care"
    )


def test_a_post_about_two_watches_is_a_mention_of_each() -> None:
    matcher = Matcher([a_watch("Lumo", "lumo"), a_watch("Lamps", "lamp*"), a_watch("Tea", "tea")])
    post = a_post(text="The lumo lamp flickers, terrible.")
    first, second = read_posts(matcher, [post, post], Reading(), NOW)
    assert (first.watch, second.watch) == ("Lumo", "Lamps")
    assert first.id != second.id
    assert first.analysis.sentiment == second.analysis.sentiment is not None
    assert "lamp flickers" in first.analysis.themes
    assert "lumo" in second.analysis.themes
    assert "lumo" not in first.analysis.themes


async def test_many_posts_are_read_in_slices_as_if_at_once() -> None:
    matcher = Matcher([a_watch("Lumo", "lumo")])
    posts = [
        a_post(id=f"p{n % 450}", text=f"lumo {n}", at=NOW - timedelta(minutes=n % 97))
        for n in range(900)
    ]
    aside = await read_aside(matcher, posts, Reading(), NOW)
    assert len(aside) == 450
    assert aside == read_posts(matcher, posts, Reading(), NOW)


async def test_a_few_short_posts_are_read_at_once_as_soon_as_the_models_are_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    was_here = list[bool]()

    def read(*asked: Any) -> Any:
        was_here.append(threading.current_thread() is threading.main_thread())
        return read_posts(*asked)

    monkeypatch.setattr(mentioning, "read_posts", read)
    monkeypatch.setattr(mentioning, "_has_read", threading.Event())
    matcher = Matcher([a_watch("Lumo", "lumo")])
    few = [a_post(id="p1", text="lumo 1")]
    long = [a_post(id="p2", text="lumo " + "x" * mentioning.SHORT)]
    many = [a_post(id=f"p{n}", text="lumo") for n in range(mentioning.FEW + 1)]
    for posts in (few, few, long, many):
        assert len(await read_aside(matcher, posts, Reading(), NOW)) == len(posts)
    assert was_here == [False, True, False, False]
