"""What a summary tells, out of a real store."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.insights import Insight
from bot.domain.pairs import Pair
from bot.domain.volume import DayVolume
from bot.errors import UnknownWatch
from bot.services import reports
from bot.services.base import Services
from bot.slack.gateway import Posted
from bot.store.base import Write
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.services.conftest import CONFIG

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def config() -> Config:
    rival = '\n[[watches]]\nname = "Rival"\nquery = "rival"\nchannel = "#brand"\n'
    return loads(CONFIG + rival)


async def keep(services: Services, *writes: Write) -> None:
    await services.records.commit(list(writes))


async def heard(services: Services, watch: str, count: int, at: datetime = NOW - HOUR) -> None:
    put = services.records.mentions.put
    ids = [f"{watch}{at:%d%H}{n}" for n in range(count)]
    await keep(
        services,
        *(put(id, a_mention(id=id, watch=watch, at=at, post=a_post(id=id))) for id in ids),
    )


async def counted(services: Services, watch: str, a_day: int, days: int) -> None:
    """So many mentions on each day before this one, looked at alike from the first of them."""
    records, first = services.records, NOW - days * DAY
    volumes = [
        DayVolume(watch=watch, day=f"{first + n * DAY:%Y-%m-%d}", counts=(a_day, *(0,) * 95))
        for n in range(days)
    ]
    pairs = [
        Pair(watch=watch, source=source, counted_from=first, asked_from=first)
        for source in ("forum", "lumen.social")
    ]
    await keep(
        services,
        *(records.volumes.put(f"{watch} {one.day}", one) for one in volumes),
        *(records.pairs.put(one.id, one) for one in pairs),
    )


async def test_several_watches_are_told_with_their_shares_and_what_these_were(
    services: Services,
) -> None:
    for watch, now, before in (("Lumo", 6, 5), ("Rival", 2, 15)):
        await counted(services, watch, before, 10)
        await heard(services, watch, now)
    found = await reports.overview(services, "", DAY)
    assert [(one.watch, one.summary.total) for one in found.reports] == [("Lumo", 6), ("Rival", 2)]
    assert found.shares is not None
    lumo, rival = found.shares.shares
    assert found.shares.part(lumo) == 0.75
    assert found.shares.part_before(lumo) == 0.25
    assert found.shares.part_before(rival) == 0.75


async def test_one_watch_has_no_share_and_what_was_not_looked_at_alike_is_held_against_nothing(
    services: Services,
) -> None:
    await heard(services, "Lumo", 3)
    found = await reports.overview(services, "Lumo", DAY)
    assert found.shares is None
    assert found.reports[0].before is None


async def test_an_unknown_watch_is_none(services: Services) -> None:
    with pytest.raises(UnknownWatch):
        await reports.overview(services, "Limo", DAY)


async def test_what_waits_is_told_with_its_deadline_its_post_and_its_card(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def permalink(at: Posted) -> str:
        return f"https://slack.example/{at.channel}/{at.ts}"

    monkeypatch.setattr(services.slack, "permalink", permalink)
    records = services.records
    late = a_conversation(id="c1", alert="a1", due=NOW - HOUR)
    elsewhere = a_conversation(id="c2", watch="Rival", due=NOW - HOUR)
    alert = Alert(
        id="a1",
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=NOW,
        reason=NegativeReason(score=-0.8, threshold=-0.5, words=()),
        posted_to="C1",
        ts="7.1",
    )
    await keep(
        services,
        *(records.conversations.put(one.id, one) for one in (late, elsewhere)),
        records.alerts.put(alert.id, alert),
    )
    waiting = (await reports.overview(services, "Lumo", DAY)).waiting
    assert (waiting.total, waiting.overdue) == (1, 1)
    assert waiting.cards == ("https://slack.example/C1/7.1",)


async def test_answers_are_held_against_those_of_as_long_a_time_before(services: Services) -> None:
    lately = a_conversation(id="c1", state="replied", opened=NOW - 3 * HOUR, answered=NOW - HOUR)
    before = a_conversation(
        id="c2", state="replied", opened=NOW - DAY - 9 * HOUR, answered=NOW - DAY - HOUR
    )
    long_ago = replace(before, id="c3", answered=NOW - 5 * DAY, opened=NOW - 6 * DAY)
    put = services.records.conversations.put
    await keep(services, *(put(one.id, one) for one in (lately, before, long_ago)))
    found = await reports.overview(services, "Lumo", DAY)
    assert found.responses is not None
    assert found.responses_before is not None
    assert (found.responses.median, found.responses.answers) == (2 * HOUR, 1)
    assert (found.responses_before.median, found.responses_before.answers) == (8 * HOUR, 1)


async def test_insights_that_were_heard_and_shipped_are_counted(services: Services) -> None:
    def insight(id: str, **changes: Any) -> Insight:
        made = Insight(
            id=id, title=id, kind="wish", watch="Lumo", heard=NOW - HOUR, first=NOW, state="heard"
        )
        return replace(made, **changes)

    known = [
        insight("dark", people=9),
        insight("quiet", people=4),
        insight("maybe", state="proposed"),
        insight("old", heard=NOW - 9 * DAY, state="shipped", shipped=NOW - HOUR),
        insight("theirs", watch="Rival"),
    ]
    put = services.records.insights.put
    await keep(services, *(put(one.id, one) for one in known))
    gained = (await reports.overview(services, "Lumo", DAY)).gained
    assert [one.id for one in gained.heard] == ["dark", "quiet"]
    assert gained.shipped == 1


async def test_a_week_is_shown_by_the_day(services: Services) -> None:
    await counted(services, "Lumo", 5, 10)
    [week] = await reports.summary(services, "Lumo", 7 * DAY)
    assert len(week.days) == 7
    [day] = await reports.summary(services, "Lumo", DAY)
    assert day.days == ()
