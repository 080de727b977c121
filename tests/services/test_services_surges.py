"""A source that fills in what it missed is one word about the source, and no spikes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.mention import Post
from bot.errors import SourceUnavailable
from bot.services import ingest, rounds
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

NAMES = "Lumo", "Nova", "Aster"


@pytest.fixture
def config() -> Config:
    more = "".join(
        f'[[watches]]\nname = "{name}"\nquery = "{name.lower()}"\nchannel = "#brand"\n'
        for name in NAMES[1:]
    )
    return loads(CONFIG + more)


def about(name: str, clock: HandClock, count: int, tag: str) -> list[Post]:
    return [
        a_post(
            source="forum",
            id=f"{tag} {name} {n}",
            text=f"{name} is number {n} of {n * 7}",
            author=f"@{n}",
            at=clock.now,
        )
        for n in range(count)
    ]


async def poll(services: Services, name: str, source: str = "forum") -> None:
    await ingest.poll(services, services.watches.named(name), source)


async def after_quiet_days(services: Services, scripted: Scripted) -> None:
    for name in NAMES:
        scripted["forum"].will_show(
            *(
                a_post(
                    source="forum",
                    id=f"q {name} {n}",
                    text=f"{name} {n} and {n * 3}",
                    author=f"@q{n}",
                    at=NOW - timedelta(hours=n),
                )
                for n in range(1, 160)
            )
        )
        for source in services.sources:
            await poll(services, name, source)


async def after_a_gap(services: Services, scripted: Scripted, clock: HandClock) -> None:
    """The forum is silent for two hours, and answers again."""
    clock.turn(timedelta(minutes=20))
    for name in NAMES:
        scripted["forum"].will_fail(SourceUnavailable("503"))
        await poll(services, name)
    clock.turn(timedelta(hours=2))
    for name in NAMES:
        for source in services.sources:
            await poll(services, name, source)
    clock.turn(timedelta(minutes=5))


async def told(services: Services) -> tuple[int, list[str]]:
    """Spikes, and what the admin channel was told."""
    count = 0
    for name in NAMES:
        alerts = await services.records.alerts.find({"watch": name}, "raised")
        count += sum(kept.value.kind == "spike" for kept in alerts)
    waiting = await services.records.outbox.find({"state": "waiting"}, "order")
    notes = [kept.value.text for kept in waiting if kept.value.channel == "#admin"]
    return count, [note for note in notes if "brought much at once" in note]


async def pass_time(services: Services, clock: HandClock, minutes: int) -> None:
    for _ in range(minutes // 5):
        clock.turn(timedelta(minutes=5))
        for name in NAMES:
            for source in services.sources:
                await poll(services, name, source)
        await rounds.make(services)


async def test_three_watches_that_jump_after_a_gap_are_one_word_about_the_source(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    await after_a_gap(services, scripted, clock)
    for name in NAMES:
        scripted["forum"].will_show(*about(name, clock, 40, "b"))
        await poll(services, name)
    await pass_time(services, clock, 180)
    spikes, [note] = await told(services)
    assert spikes == 0
    assert "forum brought much at once to *Aster*, *Lumo* and *Nova*" in note


async def test_one_watch_that_jumps_after_a_gap_is_told_when_that_has_settled(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    await after_a_gap(services, scripted, clock)
    scripted["forum"].will_show(*about("Lumo", clock, 40, "b"))
    await poll(services, "Lumo")
    assert await told(services) == (0, [])
    await pass_time(services, clock, 10)
    assert await told(services) == (1, [])


async def test_three_watches_that_jump_without_a_gap_are_spikes(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=5))
    for name in NAMES:
        scripted["forum"].will_show(*about(name, clock, 40, "b"))
        await poll(services, name)
    assert await told(services) == (3, [])


async def test_old_posts_under_new_ids_are_one_word_about_the_source(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await after_quiet_days(services, scripted)
    clock.turn(timedelta(minutes=5))
    for name in NAMES:
        again = [
            a_post(
                source="forum",
                id=f"again {name} {n}",
                text=f"{name} {n} and {n * 3}",
                author=f"@q{n}",
                at=clock.now,
            )
            for n in range(1, 60)
        ]
        scripted["forum"].will_show(*again)
        await poll(services, name)
    spikes, notes = await told(services)
    assert (spikes, len(notes)) == (0, 1)
