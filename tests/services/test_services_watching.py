"""Watches changed in Slack: who may, who was first, what is told, and what a restart finds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.config.file import ChannelsConfig, WatchConfig
from bot.errors import (
    NotAnAdmin,
    QueryError,
    UnknownWatch,
    WatchChanged,
    WatchRefused,
)
from bot.services import watching
from bot.services.base import Services
from bot.services.watches import Watches
from tests.services.conftest import CONFIG

MARGOT, CAMILLE = "U0MARGOT01", "U0CAMILLE1"


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{MARGOT}", "{CAMILLE}"]'))


def a_watch(**changes: object) -> WatchConfig:
    watch = WatchConfig(
        name="Rivals",
        query="lumi OR lumen",
        channel="C0BRAND001",
        channels=ChannelsConfig(negative="C0CARE0001", spike="C0BRAND001"),
    )
    return replace(watch, **changes)


async def told(services: Services) -> list[str]:
    """What the admin channel is to be told, in its order."""
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value.text for kept in found if kept.value.channel == "#admin"]


async def test_a_new_watch_is_watched_at_once_and_told_to_the_admins(services: Services) -> None:
    made = await watching.save(services, MARGOT, a_watch(), 0)
    assert services.watches.named("rivals") == made
    assert made.sources == ("forum", "lumen.social")
    assert await told(services) == [
        f"@{{{MARGOT}}} added the watch *Rivals*: `lumi OR lumen`",
    ]


async def test_what_was_changed_is_told_from_what_to_what(services: Services) -> None:
    before = await watching.written(services, "Lumo")
    after = replace(before, query="lumo NOT wallet", negative_below=-0.3, sources=("forum",))
    await watching.save(services, MARGOT, after, 0)
    assert await told(services) == [
        f"@{{{MARGOT}}} changed the watch *Lumo*:\n"
        "• query: `lumo` → `lumo NOT wallet`\n"
        "• sources: all of them → forum\n"
        "• negative from: −0.50 → −0.30"
    ]


async def test_nobody_but_an_admin_changes_a_watch(services: Services) -> None:
    for attempt in (
        watching.save(services, "U0SAMCART1", a_watch(), 0),
        watching.set_paused(services, "U0SAMCART1", "Lumo", True),
        watching.apply(services, "U0SAMCART1", "Lumo", negative_below=-0.3),
        watching.back_to_file(services, "U0SAMCART1", "Lumo"),
    ):
        with pytest.raises(NotAnAdmin, match=MARGOT):
            await attempt
    assert [watch.name for watch in services.watches.all] == ["Lumo"]
    assert await told(services) == []


async def test_the_second_of_two_admins_is_told_who_was_first(services: Services) -> None:
    seen = await watching.standing(services, "Lumo")
    assert seen.written
    await watching.save(services, MARGOT, replace(seen.written, query="lumo lamp"), seen.version)
    with pytest.raises(WatchChanged) as caught:
        await watching.save(services, CAMILLE, replace(seen.written, query="lumi"), seen.version)
    assert caught.value.by == MARGOT
    assert str(services.watches.named("Lumo").query) == "lumo AND lamp"


async def test_of_many_who_save_in_the_same_instant_one_wins(services: Services) -> None:
    seen = await watching.standing(services, "Lumo")
    assert seen.written
    saves = [
        watching.save(services, MARGOT, replace(seen.written, query=f"lumo{n}"), seen.version)
        for n in range(8)
    ]
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    assert sum(isinstance(outcome, WatchChanged) for outcome in outcomes) == 7
    assert len(await told(services)) == 1


async def test_changes_that_do_not_depend_on_each_other_are_all_made(services: Services) -> None:
    await asyncio.gather(
        watching.set_paused(services, MARGOT, "Lumo", True),
        watching.apply(services, CAMILLE, "Lumo", negative_below=-0.3),
        watching.apply(services, CAMILLE, "Lumo", query="lumo lamp"),
    )
    watch = services.watches.named("Lumo")
    assert (watch.paused, watch.negative_below, str(watch.query)) == (True, -0.3, "lumo AND lamp")


async def test_a_paused_watch_keeps_all_and_is_polled_no_more(services: Services) -> None:
    await watching.set_paused(services, MARGOT, "lumo", True)
    assert [watch.name for watch in services.watches.all] == ["Lumo"]
    assert [watch.name for watch in services.watches.polled] == []
    await watching.set_paused(services, MARGOT, "lumo", False)
    assert [watch.name for watch in services.watches.polled] == ["Lumo"]
    first, second = await told(services)
    assert "paused the watch *Lumo*" in first
    assert second == f"@{{{MARGOT}}} resumed the watch *Lumo*."


async def test_what_is_as_it_was_is_neither_kept_nor_told(services: Services) -> None:
    await watching.save(services, MARGOT, await watching.written(services, "Lumo"), 0)
    assert (await watching.standing(services, "Lumo")).version == 0
    assert await told(services) == []


async def test_a_restart_finds_the_watches_as_they_were_left(services: Services) -> None:
    await watching.save(services, MARGOT, a_watch(), 0)
    await watching.apply(services, MARGOT, "Lumo", query="lumo lamp")
    again = Watches(services.config)
    await again.reload(services.records)
    assert again.all == services.watches.all


async def test_an_edit_is_taken_back_for_what_the_file_says(services: Services) -> None:
    await watching.apply(services, MARGOT, "Lumo", query="lumo lamp")
    back = await watching.back_to_file(services, MARGOT, "LUMO")
    assert back == services.config.watches[0] == services.watches.named("Lumo")
    assert (await told(services))[1] == (
        f"@{{{MARGOT}}} made the watch *Lumo* again what the file says.\n"
        "• query: `lumo lamp` → `lumo`"
    )


async def test_a_watch_that_the_file_does_not_have_is_removed_and_may_come_again(
    services: Services,
) -> None:
    await watching.save(services, MARGOT, a_watch(), 0)
    assert await watching.back_to_file(services, MARGOT, "Rivals") is None
    assert services.watches.find("Rivals") is None
    with pytest.raises(UnknownWatch):
        await watching.set_paused(services, MARGOT, "Rivals", True)
    version = (await watching.standing(services, "Rivals")).version
    await watching.save(services, MARGOT, a_watch(spike_once_in=timedelta(days=7)), version)
    assert services.watches.named("Rivals").spike_once_in == timedelta(days=7)


async def test_what_was_removed_is_watched_once_the_file_has_it(services: Services) -> None:
    await watching.save(services, MARGOT, a_watch(), 0)
    await watching.back_to_file(services, MARGOT, "Rivals")
    file = f'{CONFIG}[[watches]]\nname = "Rivals"\nquery = "rival"\nchannel = "#brand"\n'
    again = Watches(loads(file))
    await again.reload(services.records)
    assert [watch.name for watch in again.all] == ["Lumo", "Rivals"]


async def test_a_query_that_cannot_be_read_is_refused_with_its_place(services: Services) -> None:
    refused: WatchRefused | None = None
    try:
        await watching.apply(services, MARGOT, "Lumo", query="lumo AND")
    except WatchRefused as error:
        refused = error
    assert refused is not None
    fault = refused.faults["query"]
    assert isinstance(fault, QueryError)
    assert fault.position == 8


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "LUMO"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "last 24h"}, "name"),
        ({"query": "NOT lumo"}, "query"),
        ({"channel": "", "channels": ChannelsConfig(spike="#brand")}, "negative"),
        ({"channel": "", "channels": ChannelsConfig(negative="#brand")}, "spike"),
        ({"negative_below": 0.5}, "negative"),
        ({"spike_once_in": timedelta(hours=1)}, "spike"),
        ({"sources": ("nowhere",)}, "query"),
    ],
)
async def test_a_fault_is_told_with_its_field(
    services: Services, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(WatchRefused) as caught:
        await watching.save(services, MARGOT, a_watch(**changes), 0, is_new=True)
    assert list(caught.value.faults) == [field]
