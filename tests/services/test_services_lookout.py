"""`/vigie status` says what could not be read."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.config import loads
from bot.domain.mention import Analysis
from bot.domain.pairs import Pair
from bot.domain.received import bookmark
from bot.domain.status import Closed, Trouble
from bot.domain.unread import Unread
from bot.i18n import Voice
from bot.services import lookout
from bot.services.base import Services
from bot.slack.blocks.status import status_card, watches_card
from tests.builders import NOW, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock


async def read(services: Services, id: str, language: str, days_ago: float = 0.1) -> None:
    """Keep a mention in a language, whose mood nothing read."""
    at = services.now() - timedelta(days=days_ago)
    mention = a_mention(
        id=id,
        watch="Lumo",
        at=at,
        post=a_post(id=id, at=at),
        analysis=Analysis(language=language, sentiment=None),
    )
    await services.records.commit([services.records.mentions.put(id, mention, 0)])


async def test_the_posts_of_the_last_day_that_were_not_read_are_told_by_language(
    services: Services,
) -> None:
    await read(services, "1", "nl")
    await read(services, "2", "nl")
    await read(services, "3", "unknown")
    await read(services, "4", "de", days_ago=1.5)
    found = await lookout.status(services)
    assert found.read == ("en", "fr")
    assert found.unread == (Unread(language="nl", posts=2), Unread(language="unknown", posts=1))
    told = str(status_card(found, Voice("en", services.config.timezone)).blocks)
    assert "Sentiment is read in English and French" in told
    assert "Mood not read in 24 h: Dutch 2, unknown 1." in told


async def test_where_all_was_read_nothing_is_said_of_it(services: Services) -> None:
    told = status_card(await lookout.status(services), Voice("fr", services.config.timezone))
    assert "Humeur non lue" not in str(told.blocks)


async def test_a_source_that_sends_is_told_by_when_it_was_last_heard_of(
    services: Services,
) -> None:
    listened = Pair(watch="Lumo", source="forum", cursor=bookmark(None), last_ok=NOW)
    heard = replace(listened, source="lumen.social", cursor=bookmark(NOW), newest=NOW)
    await services.records.commit(
        [services.records.pairs.put(pair.id, pair, 0) for pair in (listened, heard)]
    )
    voice = Voice("en", services.config.timezone)
    told = str(status_card(await lookout.status(services), voice).blocks)
    assert "forum: listened for, nothing received yet" in told
    assert "lumen.social: last received" in told
    assert "All is well" in told


async def test_of_a_channel_that_is_closed_all_is_named_that_is_told_there(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_there = (
        '[[watches]]\nname = "Both"\nquery = "lumi"\nchannel = "#care"',
        '[[routes]]\nname = "Crisis"\nchannel = "#care"',
        '[[teams]]\nname = "Design"\nchannel = "#care"\nmembers = ["U0CAMILLE1"]',
    )
    config = loads("\n".join((CONFIG, *told_there)))
    asked = list[str]()

    async def fault(channel: str) -> str | None:
        asked.append(channel)
        return "is_archived" if channel == "#care" else None

    monkeypatch.setattr(services.slack, "channel_fault", fault)
    [closed] = await lookout.closed(dataclasses.replace(services, config=config))
    assert asked == ["#brand", "#care"]
    assert closed == Closed(
        channel="#care",
        code="is_archived",
        watches=("Both", "Lumo"),
        routes=("Crisis",),
        teams=("Design",),
    )


async def test_slack_is_asked_of_its_channels_once_a_minute_however_many_open_their_home(
    services: Services, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    async def fault(channel: str) -> str | None:
        asked.append(channel)
        return "is_archived"

    monkeypatch.setattr(services.slack, "channel_fault", fault)
    first = await lookout.closed(services)
    assert await lookout.closed(services) == first != ()
    assert asked == ["#brand", "#care"]
    clock.turn(timedelta(minutes=2))
    assert await lookout.closed(services) == first
    assert asked == 2 * ["#brand", "#care"]


def with_many(services: Services, number: int) -> Services:
    """The same with so many watches more."""
    watches = (f'[[watches]]\nname = "W{n}"\nquery = "w{n}"\nchannel = "#w"' for n in range(number))
    config = loads("\n".join((CONFIG, *watches)))
    return dataclasses.replace(services, config=config)


async def test_of_very_many_watches_twenty_are_told_of_and_what_goes_wrong_for_the_others(
    services: Services,
) -> None:
    many = with_many(services, 300)
    down = [
        Pair(watch=f"W{n}", source="forum", failures=2, failing_since=NOW, error="It is down.")
        for n in range(100, 200)
    ]
    await many.records.commit([many.records.pairs.put(pair.id, pair, 0) for pair in down])
    found = await lookout.status(many)
    assert (len(found.watches), found.others) == (20, 281)
    assert [(one.pair.source, one.watches) for one in found.troubles] == [("forum", 100)]
    told = str(status_card(found, Voice("en", many.config.timezone)).blocks)
    assert "Something needs a look" in told
    assert "…and 281 more." in told
    assert "forum: It is down." in told
    assert "100 watches" in told
    assert "301 watches" in str(watches_card(found, Voice("en", many.config.timezone)).blocks)


async def test_all_watches_are_looked_through_once_for_all_who_ask_within_half_a_minute(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, looked = with_many(services, 30), list[int]()
    troubles = lookout._troubles

    async def counting(services: Services) -> tuple[Trouble, ...]:
        looked.append(1)
        return await troubles(services)

    monkeypatch.setattr(lookout, "_troubles", counting)
    await asyncio.gather(lookout.status(many), lookout.status(many))
    await lookout.status(many)
    assert len(looked) == 1
