"""One story a spike: what makes it up, how much of it was seen, and when another is told."""

from __future__ import annotations

import dataclasses
from datetime import UTC, timedelta

from msgspec.structs import replace

from bot.config import loads
from bot.domain.alerts import Alert, SpikeReason
from bot.domain.mention import Post
from bot.errors import SourceUnavailable
from bot.i18n import Voice
from bot.services import cards, ingest, rounds
from bot.services.base import Services
from bot.services.why import why
from bot.slack.blocks.why import why_card
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]


def quiet_days() -> list[Post]:
    """A mention an hour, each by somebody else."""
    return [
        a_post(
            source="forum",
            id=f"q{n}",
            text=f"a lumo lamp {n} of {n * 7}",
            author=f"@q{n}",
            at=NOW - timedelta(hours=n),
        )
        for n in range(1, 160)
    ]


def busy_days() -> list[Post]:
    """Ten mentions an hour."""
    return [
        replace(post, id=f"{post.id} {n}", author=f"{post.author} {n}")
        for post in quiet_days()
        for n in range(10)
    ]


def burst(clock: HandClock, count: int, name: str = "s", **changes: object) -> list[Post]:
    return [
        a_post(
            **{
                "source": "forum",
                "id": f"{name}{n}",
                "text": f"lumo dawn {n} came after {n * 7} days",
                "author": f"@{name}{n}",
                "at": clock.now,
                **changes,
            }
        )
        for n in range(count)
    ]


async def poll(services: Services, source: str = "forum") -> None:
    await ingest.poll(services, services.config.watches[0], source)


async def after_quiet_days(services: Services, scripted: Scripted) -> None:
    scripted["forum"].will_show(*quiet_days())
    for source in services.sources:
        await poll(services, source)


async def spikes(services: Services) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == "spike"]


def reason_of(alert: Alert) -> SpikeReason:
    assert isinstance(alert.reason, SpikeReason)
    return alert.reason


async def shown(services: Services, alert: Alert) -> str:
    return str((await cards.alert_card(services, alert.id)).blocks)


async def test_a_spike_says_what_makes_it_up(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    shared = [
        replace(post, text=f"{post.text} https://paper.example/dawn?utm_source={n}")
        for n, post in enumerate(burst(clock, 24))
    ]
    scripted["forum"].will_show(*shared)
    await poll(services)
    [spike] = await spikes(services)
    first = reason_of(spike).drivers[0]
    assert (first.kind, first.what, first.seen) == ("link", "https://paper.example/dawn", 24)
    assert first.share > 0.9
    card = await shown(services, spike)
    assert "One link, shared 24 times (100% of the excess): <https://paper.example/dawn" in card
    assert "2 of 2 sources answered" in card
    explained = why_card(await why(services, spike.conversation), Voice("en", UTC))
    assert "One link, shared 24 times" in str(explained.blocks)
    assert "24 authors wrote" in str(explained.blocks)


async def test_a_flood_by_one_author_is_said_and_is_less_severe_than_a_crowd(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    scripted["forum"].will_show(*burst(clock, 120, author="@bot"))
    await poll(services)
    [spike] = await spikes(services)
    assert spike.severity == "low"
    assert spike.graded.grounds[-1].kind == "flood"
    card = await shown(services, spike)
    assert "A flood by one author, not a crowd" in card
    assert "*@bot*, wrote 120 of them" in card


async def test_a_crowd_of_that_size_is_more(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    scripted["forum"].will_show(*burst(clock, 120))
    await poll(services)
    [spike] = await spikes(services)
    assert spike.severity == "medium"


async def lumen_fails(services: Services, scripted: Scripted) -> None:
    scripted["lumen.social"].will_fail(SourceUnavailable("503"))
    await poll(services, "lumen.social")


async def test_a_spike_is_told_where_what_was_seen_is_beyond_the_whole_watchs_usual(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=10))
    await lumen_fails(services, scripted)
    scripted["forum"].will_show(*burst(clock, 60))
    await poll(services)
    [spike] = await spikes(services)
    card = await shown(services, spike)
    assert "At least 60 mentions between" in card
    assert "1 of 2 sources answered (not lumen.social): these figures are a minimum" in card


async def test_a_page_that_was_cut_short_is_the_least_there_was(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=5))
    scripted["forum"].will_show(*burst(clock, 60), complete=False)
    await poll(services)
    [spike] = await spikes(services)
    card = await shown(services, spike)
    assert "2 of 2 sources answered, one not in full: these figures are a minimum" in card


async def test_what_is_usual_is_no_spike_though_a_source_does_not_answer(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=10))
    await lumen_fails(services, scripted)
    scripted["forum"].will_show(*burst(clock, 3))
    await poll(services)
    assert await spikes(services) == []


async def test_a_source_that_comes_back_and_fills_in_rings_with_that_very_poll(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=10))
    await lumen_fails(services, scripted)
    clock.turn(timedelta(minutes=10))
    scripted["lumen.social"].will_show(*burst(clock, 60, source="lumen.social"))
    await poll(services, "lumen.social")
    [spike] = await spikes(services)
    assert not reason_of(spike).at_least
    assert "2 of 2 sources answered" in await shown(services, spike)


async def days_go_by(services: Services, scripted: Scripted, clock: HandClock, days: int) -> None:
    """A mention an hour in the forum, while the other source is asked and fails."""
    for hour in range(24 * days):
        clock.turn(timedelta(hours=1))
        await lumen_fails(services, scripted)
        scripted["forum"].will_show(*burst(clock, 1, f"h{hour} "))
        await poll(services)


async def test_a_source_that_is_silent_for_days_is_left_out_of_what_is_usual(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    busy = [replace(post, source="lumen.social") for post in busy_days()]
    scripted["lumen.social"].will_show(*busy)
    await poll(services, "lumen.social")
    await after_quiet_days(services, scripted)
    for days, told in ((1, 0), (2, 1)):
        await days_go_by(services, scripted, clock, days)
        scripted["forum"].will_show(*burst(clock, 8, f"day {days}"))
        await poll(services)
        assert len(await spikes(services)) == told
    [spike] = await spikes(services)
    assert reason_of(spike).evidence.expected_an_hour < 3
    assert "without lumen.social, silent for long" in await shown(services, spike)


async def test_a_spike_ends_though_a_source_is_silent_for_days(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    await days_go_by(services, scripted, clock, 3)
    scripted["forum"].will_show(*burst(clock, 60))
    await poll(services)
    for _ in range(30):
        clock.turn(timedelta(minutes=5))
        await poll(services)
        await rounds.make(services)
    [spike] = await spikes(services)
    assert spike.ended is not None


async def test_a_running_spike_says_which_source_is_missing_and_does_not_end_meanwhile(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    scripted["forum"].will_show(*burst(clock, 60))
    await poll(services)
    clock.turn(timedelta(minutes=6))
    scripted["lumen.social"].will_fail(SourceUnavailable("503"))
    await poll(services, "lumen.social")
    scripted["forum"].will_show(*burst(clock, 9, "t"))
    await poll(services)
    [spike] = await spikes(services)
    assert "1 of 2 sources answered (not lumen.social)" in await shown(services, spike)
    for _ in range(30):
        clock.turn(timedelta(minutes=5))
        await poll(services)
        await rounds.make(services)
    [spike] = await spikes(services)
    assert spike.ended is None, "an hour that was not seen is not calm"


async def over(services: Services, clock: HandClock) -> None:
    """Let a spike end."""
    for _ in range(30):
        clock.turn(timedelta(minutes=5))
        for source in services.sources:
            await poll(services, source)
        await rounds.make(services)


async def test_a_spike_looks_back_on_what_made_it_up(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    scripted["forum"].will_show(*burst(clock, 60, author="@bot"))
    await poll(services)
    await over(services, clock)
    [spike] = await spikes(services)
    assert spike.over
    assert (spike.over.drivers[0].kind, spike.over.drivers[0].what) == ("author", "@bot")
    notes = await services.records.outbox.find({"state": "waiting"}, "order")
    [clear] = [kept.value.text for kept in notes if "All clear" in kept.value.text]
    assert "One author, *@bot*, wrote 60 of them" in clear


def cooled(services: Services, cool_down: timedelta) -> Services:
    alerts = replace(services.config.alerts, cool_down=cool_down)
    return dataclasses.replace(services, config=replace(services.config, alerts=alerts))


async def test_a_second_spike_is_told_where_nothing_cools_down(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    for name in "st":
        scripted["forum"].will_show(*burst(clock, 30, name))
        await poll(services)
        await over(services, clock)
    assert len(await spikes(services)) == 2


def test_the_cool_down_is_written_in_the_file() -> None:
    assert loads(CONFIG).alerts.cool_down == timedelta()
    written = loads(CONFIG + '[alerts]\ncool_down = "24h"\n')
    assert written.alerts.cool_down == timedelta(hours=24)


async def test_within_the_cool_down_a_second_spike_is_told_at_three_times_the_last(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    services = cooled(services, timedelta(hours=24))
    await after_quiet_days(services, scripted)
    for count, name, told in ((30, "s", 1), (40, "t", 1), (130, "u", 2)):
        scripted["forum"].will_show(*burst(clock, count, name))
        await poll(services)
        assert len(await spikes(services)) == told
        await over(services, clock)


def spread(clock: HandClock, *minutes_ago: int) -> list[Post]:
    """A post each, so many minutes ago."""
    return [
        replace(post, at=clock.now - timedelta(minutes=ago))
        for post, ago in zip(
            burst(clock, len(minutes_ago), f"{clock.now}"), minutes_ago, strict=True
        )
    ]


async def test_an_hour_rings_with_all_it_held_though_its_last_posts_are_read_in_the_next(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=58))
    scripted["forum"].will_show(*spread(clock, 57, 55, 53, 50))
    await poll(services)
    assert await spikes(services) == []
    clock.turn(timedelta(minutes=5))
    scripted["forum"].will_show(*spread(clock, 1, 4, 4, 5, 6, 7))
    await poll(services)
    [spike] = await spikes(services)
    reason = reason_of(spike)
    assert (reason.evidence.window_start, reason.evidence.seen) == (NOW, 9)
    assert reason.authors == 9, "who wrote after that hour is no part of it"
    assert not reason.at_least


async def test_a_poll_once_an_hour_hears_of_the_burst_within_it(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=64))
    scripted["forum"].will_show(*spread(clock, *(60,) * 8))
    await poll(services)
    [spike] = await spikes(services)
    assert reason_of(spike).evidence.window_end < NOW + timedelta(minutes=15)


async def test_what_is_read_late_of_a_spike_that_is_over_is_no_other(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    scripted["forum"].will_show(*burst(clock, 30))
    await poll(services)
    while not (await spikes(services))[0].ended:
        clock.turn(timedelta(minutes=5))
        for source in services.sources:
            await poll(services, source)
        await rounds.make(services)
    scripted["forum"].will_show(*spread(clock, 40))
    await poll(services)
    assert len(await spikes(services)) == 1


async def test_the_busiest_hour_of_a_spike_is_no_less_than_what_was_told(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=60))
    scripted["forum"].will_show(*spread(clock, *range(50, 59)))
    await poll(services)
    await over(services, clock)
    [spike] = await spikes(services)
    assert spike.over
    assert spike.over.peak == reason_of(spike).evidence.seen == 9
    assert spike.over.mentions == spike.over.peak
    assert "It was seen once." in await shown(services, spike)
