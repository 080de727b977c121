"""Posts that say what another said are one mention with a count, and told once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.alerts import Alert
from bot.domain.copies import Sketches
from bot.domain.mention import Mention, Post
from bot.services import cards, copying, ingest, prints
from bot.services.base import Services
from bot.services.prints import Memory
from tests.builders import NOW, a_post
from tests.services.conftest import HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

TOLD = (
    "My Lumo lamp died after two days, the shop would not take it back, it is terrible and I hate "
    "how nobody at Lumo ever answered my letters."
)
OTHERWISE = "I hate this terrible Lumo app: since the update it crashes whenever my phone rings."


@pytest.fixture(autouse=True)
async def read_before(services: Services) -> None:
    for source in services.sources:
        await ingest.poll(services, services.config.watches[0], source)


async def show(services: Services, scripted: Scripted, *posts: Post) -> None:
    for source in dict.fromkeys(post.source for post in posts):
        scripted[source].will_show(*(post for post in posts if post.source == source))
        await ingest.poll(services, services.config.watches[0], source)


def a_copy(number: int, clock: HandClock, **changes: object) -> Post:
    kept = {"id": f"c{number}", "source": "forum", "text": TOLD, "author": f"@c{number}"}
    return a_post(**{**kept, "at": clock.now, **changes})


async def mentions(services: Services) -> list[Mention]:
    found = await services.records.mentions.find({"watch": "Lumo"}, "at")
    return [kept.value for kept in found]


async def alerts(services: Services) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found if kept.value.kind == "negative"]


async def firsts(services: Services) -> list[Mention]:
    return [mention for mention in await mentions(services) if not mention.copy_of]


async def test_a_complaint_that_is_copied_at_another_source_is_told_once(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, a_post(source="lumen.social", text=TOLD, at=clock.now))
    clock.turn(timedelta(hours=3))
    await show(services, scripted, a_copy(1, clock), a_copy(2, clock, text=f"RT @ada: {TOLD}"))
    assert len(await alerts(services)) == 1
    [first] = await firsts(services)
    assert first.copies == 2
    assert first.reach == first.analysis.reach + first.shared > 2 * first.analysis.reach
    assert len(await mentions(services)) == 3


async def test_its_card_is_drawn_again_and_says_how_many_more_there_are(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, a_copy(0, clock))
    [alert] = await alerts(services)
    clock.turn(timedelta(minutes=5))
    await show(services, scripted, *(a_copy(n, clock) for n in range(1, 15)))
    waiting = await services.records.outbox.find({"state": "waiting"}, "order")
    drawn = [kept.value for kept in waiting if kept.value.kind == "refresh"]
    assert [one.alert for one in drawn] == [alert.id]
    card = await cards.alert_card(services, alert.id)
    assert "and 14 more like it" in str(card.blocks)


async def test_a_flood_of_copies_is_of_the_first_though_older_posts_are_forgotten_meanwhile(
    services: Services, scripted: Scripted, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await show(services, scripted, a_copy(98, clock, text=OTHERWISE))
    clock.turn(timedelta(hours=3))
    await show(services, scripted, a_copy(99, clock))
    heard = await services.prints.of(services.records, "Lumo", clock.now)
    look = copying._looked_at

    def look_while_another_poll_forgets(known: Sketches, posts: Sequence[Post]) -> object:
        found = look(known, posts)
        heard.forget(clock.now - timedelta(hours=1))
        return found

    monkeypatch.setattr(copying, "_looked_at", look_while_another_poll_forgets)
    await show(services, scripted, *(a_copy(number, clock) for number in range(30)))
    assert sorted(first.copies for first in await firsts(services)) == [0, 30]


async def test_the_volume_counts_every_copy(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, *(a_copy(n, clock) for n in range(9)))
    kept = await services.records.volumes.get(f"Lumo\n{NOW.date()}")
    assert kept is not None
    assert sum(kept.value.counts) == 9
    assert [first.copies for first in await firsts(services)] == [8]


async def test_another_complaint_is_told_beside_it(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, a_copy(1, clock))
    await show(services, scripted, a_copy(2, clock, text=OTHERWISE))
    [story] = await alerts(services)
    assert story.count == 2
    assert [first.copies for first in await firsts(services)] == [0, 0]


async def test_what_is_copied_from_before_vigie_listened_is_told_once(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    old = a_copy(0, clock, at=clock.now - timedelta(days=3))
    await show(services, scripted, old)
    assert await alerts(services) == []
    await show(services, scripted, a_copy(1, clock))
    await show(services, scripted, a_copy(2, clock))
    [alert] = await alerts(services)
    assert alert.count == 1
    assert [first.copies for first in await firsts(services)] == [0, 1]


async def test_after_two_weeks_the_same_words_are_news(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, a_copy(1, clock))
    clock.turn(timedelta(days=15))
    await show(services, scripted, a_copy(2, clock))
    assert len(await alerts(services)) == 2


async def test_a_restart_forgets_nothing_of_what_was_heard(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, a_copy(1, clock))
    object.__setattr__(services, "prints", Memory())
    await show(services, scripted, a_copy(2, clock))
    assert [first.copies for first in await firsts(services)] == [1]


async def test_an_edit_of_the_first_keeps_its_count(
    services: Services, scripted: Scripted, clock: HandClock
) -> None:
    await show(services, scripted, a_copy(1, clock), a_copy(2, clock))
    edited = a_copy(1, clock, text=f"{TOLD} Update: they called.")
    await show(services, scripted, edited, a_copy(3, clock))
    [first] = await firsts(services)
    assert first.post.text.endswith("they called.")
    assert first.copies == 2


async def test_what_a_watch_heard_is_bounded(
    services: Services, monkeypatch: pytest.MonkeyPatch, scripted: Scripted, clock: HandClock
) -> None:
    monkeypatch.setattr(prints, "MOST", 3)
    texts = [f"{n} says of {n} Lumo {n} lamps {n} that {n} of {n} them {n} glow" for n in range(9)]
    await show(services, scripted, *(a_copy(n, clock, text=text) for n, text in enumerate(texts)))
    heard = await services.prints.of(services.records, "Lumo", clock.now)
    assert len(heard) == 3
    await show(
        services, scripted, a_copy(20, clock, text=texts[0]), a_copy(21, clock, text=texts[8])
    )
    copied = [mention.post.id for mention in await mentions(services) if mention.copy_of]
    assert copied == ["c21"]
