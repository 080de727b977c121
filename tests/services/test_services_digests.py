"""Digests over a real store: once at their time, and only of what was asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bot.config import Config, loads
from bot.domain.alerts import Mute
from bot.domain.conversation import AuditEvent
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.outbox import Delivery
from bot.domain.subscriptions import Subscription
from bot.domain.timers import timer_id
from bot.i18n import Voice
from bot.services import digests, rounds, subscriptions
from bot.services.base import Services
from bot.services.numbering import number_at
from bot.services.timers import Look, set_timer
from bot.slack.blocks.digest import digest_card
from bot.slack.gateway import Member
from bot.store.base import Write
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock

TEAM = (
    CONFIG
    + """
[[channels]]
name = "#brand"
language = "fr"
digest = [09:00:00]
[hours]
country = "FR"
[duty]
manager = "UMARGOT9"
"""
)
EARLY = f"""timezone = "Europe/Paris"
{CONFIG}
[[channels]]
name = "#brand"
digest = [02:30:00]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def config() -> Config:
    return loads(f'timezone = "Europe/Paris"\n{TEAM}')


@pytest.fixture
def people(services: Services, monkeypatch: pytest.MonkeyPatch) -> dict[str, Member]:
    """Whom Slack tells of."""
    known = {
        "U1": Member(
            id="U1", name="Ann", names=frozenset(), locale="en-US", zone="America/New_York"
        )
    }

    async def member(user: str) -> Member | None:
        return known.get(user)

    monkeypatch.setattr(services.slack, "member", member)
    return known


async def said(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def due(services: Services, subject: str) -> datetime | None:
    kept = await services.records.timers.get(timer_id("digest", subject))
    return kept.value.due if kept else None


async def keep(services: Services, *mentions: Mention) -> None:
    records = services.records
    await records.commit([records.mentions.put(one.id, one) for one in mentions])


def words(delivery: Delivery) -> str:
    return " ".join(_strings(list(delivery.blocks)))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in _strings(part)]
    return [text for part in value for text in _strings(part)] if isinstance(value, list) else []


async def test_a_configured_digest_comes_at_its_time_in_the_channels_language(
    services: Services, clock: HandClock
) -> None:
    await digests.schedule(services)
    morning = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert await due(services, "channel #brand") == morning
    await keep(services, a_mention(at=morning - HOUR))
    clock.now = morning
    await rounds.make(services)
    [digest] = await said(services)
    assert (digest.kind, digest.channel) == ("notice", "#brand")
    assert "25 nov." in words(digest) or "24 nov." in words(digest), "dates are French"
    assert "Lumo" in words(digest)
    assert await due(services, "channel #brand") == morning + DAY


async def test_a_day_asleep_gives_one_digest_of_the_whole_time(
    services: Services, clock: HandClock
) -> None:
    await digests.schedule(services)
    mentions = [a_mention(id=f"m{n}", at=NOW + n * DAY) for n in range(1, 4)]
    await keep(services, *mentions)
    clock.now = NOW + 3 * DAY + HOUR
    await rounds.make(services)
    await rounds.make(services)
    [digest] = await said(services)
    assert "*3 " in words(digest)
    assert await due(services, "channel #brand") == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


async def test_a_weekly_digest_comes_on_its_day_of_its_readers_zone_and_tells_of_the_week(
    services: Services, clock: HandClock, people: dict[str, Member]
) -> None:
    wanted = Subscription(user="U1", at=(time(8),), days=(0,))
    await subscriptions.save(services, wanted, ZoneInfo("America/New_York"))
    monday = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
    assert await due(services, "user U1") == monday
    of_the_week = [a_mention(id=f"m{n}", at=monday - n * DAY + HOUR) for n in range(1, 8)]
    await keep(services, *of_the_week, a_mention(id="older", at=monday - 7 * DAY - HOUR))
    clock.now = monday
    await rounds.make(services)
    [digest] = [one for one in await said(services) if one.channel == "U1"]
    assert "*7 mentions*" in words(digest)
    assert await due(services, "user U1") == monday + 7 * DAY


async def test_a_digest_that_is_looked_at_again_is_not_said_again(
    services: Services, clock: HandClock
) -> None:
    clock.now = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    first = await digests.look(services, "channel #brand", services.now())
    await services.records.commit(first.writes)
    clock.turn(5 * timedelta(minutes=1))
    second = await digests.look(services, "channel #brand", services.now())
    assert second.writes == []
    assert second.again == first.again


async def test_nothing_to_say_is_one_line(services: Services, clock: HandClock) -> None:
    await services.records.commit((await digests.look(services, "channel #brand", NOW)).writes)
    [digest] = await said(services)
    assert len(digest.blocks) == 1
    assert "Lumo" in digest.text


async def test_the_schedule_follows_the_configuration(services: Services, clock: HandClock) -> None:
    wrong = NOW + 40 * DAY
    await services.records.commit(
        [
            a_timer(services, "channel #brand", wrong),
            a_timer(services, "channel #gone", wrong),
            a_timer(services, "user U1", wrong),
        ]
    )
    await digests.schedule(services)
    await digests.schedule(services)
    assert await due(services, "channel #brand") == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert await due(services, "channel #gone") is None
    assert await due(services, "user U1") == wrong, "people's own are kept with what they chose"
    assert await due(services, "load UMARGOT9") == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


async def test_what_fell_due_while_vigie_was_away_stays_due(services: Services) -> None:
    missed = NOW - 2 * HOUR
    await services.records.commit([a_timer(services, "channel #brand", missed)])
    await digests.schedule(services)
    assert await due(services, "channel #brand") == missed


def a_timer(services: Services, subject: str, due: datetime) -> Write:
    return set_timer(services, "digest", subject, due)


async def test_a_personal_digest_comes_in_its_readers_zone_and_language(
    services: Services, clock: HandClock, people: dict[str, Member]
) -> None:
    wanted = Subscription(user="U1", at=(time(8),), languages=("fr",))
    await subscriptions.save(services, wanted, ZoneInfo("America/New_York"))
    morning = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    assert await due(services, "user U1") == morning
    french = Analysis(language="fr", sentiment=Sentiment(score=-0.8), themes=("panne",))
    await keep(
        services,
        a_mention(id="en", at=morning - HOUR),
        a_mention(id="fr", at=morning - HOUR, analysis=french, post=a_post(text="En panne !")),
    )
    clock.now = morning
    await rounds.make(services)
    [digest] = await said(services)
    assert (digest.kind, digest.channel) == ("direct", "U1")
    assert "*1 mention*" in words(digest)
    assert "French" in words(digest)
    assert "are usual" not in words(digest), "a choice of mentions has no usual volume"


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu", "Pacific/Auckland"])
async def test_who_moves_to_another_zone_has_a_digest_a_day_and_misses_nothing(
    services: Services, clock: HandClock, people: dict[str, Member], zone: str
) -> None:
    """They move on the second day; digests are told even where there is nothing to tell."""
    wanted = Subscription(user="U1", at=(time(8),), days=tuple(range(7)), when_empty=True)
    await subscriptions.save(services, wanted, ZoneInfo("America/New_York"))
    told: list[tuple[datetime, datetime]] = []
    moves, last = NOW + DAY + 2 * HOUR, NOW
    while clock.now < NOW + 5 * DAY:
        before = len(await said(services))
        if clock.now == moves:
            people["U1"] = msgspec.structs.replace(people["U1"], zone=zone)
        if await rounds.make(services) and len(await said(services)) > before:
            told.append((last, clock.now))
            last = clock.now
        clock.turn(HOUR / 4)
    own = [one for one in await said(services) if one.channel == "U1"]
    assert 4 <= len(own) <= 6
    assert len({one.id for one in own}) == len(own)
    assert max(until - since for since, until in told) <= 1.5 * DAY
    at = [f"{until.astimezone(ZoneInfo(zone)):%H:%M}" for _, until in told]
    assert at[-2:] == ["08:00", "08:00"], "of the zone where they are now"


@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
async def test_a_digest_in_the_hour_that_clocks_skip_or_show_twice_comes_once(
    services: Services, clock: HandClock, night: str
) -> None:
    clock.now = datetime.fromisoformat(f"{night}T20:00+00:00")
    early = dataclasses.replace(services, config=loads(EARLY))
    await digests.schedule(early)
    for _ in range(4 * 24):
        await rounds.make(early)
        clock.turn(HOUR / 4)
    assert [one.channel for one in await said(early)] == ["#brand"]


async def test_a_severity_leaves_out_what_is_milder(
    services: Services, clock: HandClock, people: dict[str, Member]
) -> None:
    records = services.records
    for id, severity in (("c1", "high"), ("c2", "low")):
        found = a_conversation(id=id, severity=severity, opened=NOW - HOUR, title=f"about {id}")
        await records.commit([records.conversations.put(id, found)])
    await keep(
        services,
        a_mention(id="m1", conversation="c1", at=NOW - HOUR),
        a_mention(id="m2", conversation="c2", at=NOW - HOUR),
    )
    wanted = Subscription(user="U1", at=(time(8),), severity="high")
    await records.commit([records.subscriptions.put("U1", wanted)])
    digest = await digests.of_person(services, "U1")
    assert [report.summary.total for report in digest.reports] == [1]
    assert [one.id for one in digest.waiting.first] == ["c1"]


async def test_nothing_to_say_is_not_said_unless_wanted(
    services: Services, clock: HandClock, people: dict[str, Member]
) -> None:
    records = services.records
    quiet = Subscription(user="U1", at=(time(8),))
    await records.commit([records.subscriptions.put("U1", quiet)])
    assert not (await digests.look(services, "user U1", NOW)).writes
    wanted = Subscription(user="U1", at=(time(8),), when_empty=True)
    await records.commit([records.subscriptions.put("U1", wanted)])
    assert len((await digests.look(services, "user U1", NOW)).writes) == 1


async def test_a_person_slack_does_not_tell_of_is_asked_for_again(services: Services) -> None:
    records = services.records
    wanted = Subscription(user="U1", at=(time(8),), when_empty=True)
    await records.commit([records.subscriptions.put("U1", wanted)])
    look = await digests.look(services, "user U1", NOW)
    assert (look.writes, look.again) == ((), NOW + digests.ASK_AGAIN)


async def test_who_wants_no_digest_any_more_gets_none(services: Services) -> None:
    paris = services.config.timezone
    await subscriptions.save(services, Subscription(user="U1", at=(time(8),)), paris)
    assert await due(services, "user U1") is not None
    await subscriptions.save(services, Subscription(user="U1"), paris)
    assert await due(services, "user U1") is None
    assert await digests.look(services, "user U1", NOW) == Look()


async def test_what_mutes_held_back_is_counted_by_mute(services: Services) -> None:
    records = services.records
    mutes = [
        Mute(watch="Lumo", until=NOW + HOUR, by="U1", held=3),
        Mute(watch="", until=NOW - HOUR, by="U1", held=2, word="giveaway"),
        Mute(watch="Lumo", until=NOW - 9 * DAY, by="U1", held=9, author="@ada"),
        Mute(watch="Lumo", until=NOW + HOUR, by="U1", held=0, kind="spike"),
    ]
    await records.commit([records.mutes.put(one.id, one) for one in mutes])
    digest = await digests.of_channel(services, "#brand")
    assert sorted(mute.held for mute in digest.held) == [2, 3]


async def test_a_mute_of_several_days_says_since_when_it_counts(services: Services) -> None:
    records = services.records
    mutes = [
        Mute(watch="Lumo", until=NOW + HOUR, by="U1", held=3, since=NOW - 3 * DAY),
        Mute(watch="", until=NOW + HOUR, by="U1", held=2, word="giveaway", since=NOW - HOUR),
    ]
    await records.commit([records.mutes.put(one.id, one) for one in mutes])
    digest = await digests.of_channel(services, "#brand")
    shown = str(digest_card(digest, Voice("en", UTC)).blocks)
    assert "all alerts about Lumo (3 since <!date^" in shown
    assert "say “giveaway” (2)" in shown


async def test_the_manager_hears_of_the_teams_week_on_monday(
    services: Services, clock: HandClock
) -> None:
    await digests.schedule(services)
    monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    events = [
        AuditEvent(
            id=f"c{n}.{n}",
            conversation=f"c{n}",
            order=number_at(NOW) + n,
            at=NOW,
            by=f"U{n}",
            deed="claim",
        )
        for n in range(3)
    ]
    await services.records.commit([services.records.audit.put(one.id, one) for one in events])
    clock.now = monday
    await rounds.make(services)
    [weekly] = [one for one in await said(services) if one.kind == "direct"]
    assert weekly.channel == "UMARGOT9"
    assert "3 conversations taken" in words(weekly)
    assert not any(f"U{n}" in words(weekly) for n in range(3)), "sums, and nobody's own figures"
    assert await due(services, "load UMARGOT9") == monday + 7 * DAY
