"""A week of a bad internet, polled as Vigie polls: `python benchmarks/bad_week.py [--days N]
[--seed N] [--json]`.

Six places on loopback, each with the limits and the dialect of its kind, are polled by the
product's own sources and services over a store in a temporary folder, every 15 simulated minutes.
It is counted how many of the posts that stood there long enough to be seen were found, how many
twice, and how many requests that took against the documented limit.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import stamina
import structlog
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.internet import HOUR, MINUTE, Place, a_week, open_up, places, stands_still
from bot.config import Config, loads
from bot.domain.leaving import silent_since
from bot.domain.mention import Mention
from bot.domain.pairs import pair_id
from bot.services import ingest
from bot.services.base import Services
from bot.services.numbering import Sequence as Numbers
from bot.services.reconciling import reconcile
from bot.slack.gateway import Gateway
from bot.sources.http import PoliteClient
from bot.sources.kinds import made
from bot.sources.ledgers import SpentHere
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

START = datetime(2026, 11, 2, tzinfo=UTC)
ROUND = 15 * MINUTE
A_DAY = 16
"""Posts at each place."""

SEEN = 8 * HOUR
"""What stood somewhere for so long must be found: longer than the longest outage."""

_SETTINGS = {"reddit": 'account = "app"', "mastodon": 'tags = ["lumo"]'}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A place after the week: of the posts that `stood` there long enough `lost` were not found;
    of all that were found `twice` are there more than once, and `stale` do not say what they say
    now, though they were edited while they were watched. Of its requests the most within the
    limit's time were `most` of `limit`. Of the rounds in which it showed nothing, though it had
    posts, it was `told` in so many that nothing is known of it, and in `hushed` it was quiet;
    in so many others it was held to hide something `wrongly`."""

    place: str
    stood: int
    lost: int
    twice: int
    stale: int
    requests: int
    most: int
    limit: int
    within_min: float
    told: int
    hushed: int
    wrongly: int
    troubles: dict[str, int]


class Clock:
    """Turned by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def config_of(world: dict[str, Place]) -> Config:
    """All places as sources, and one watch."""
    sources = "".join(
        f'[[sources]]\nname = "{place.name}"\nkind = "{kind}"\nevery = "15m"\n'
        f'url = "{place.url}{"/feed.xml" if kind == "feed" else ""}"\n{_SETTINGS.get(kind, "")}\n'
        for kind, place in world.items()
    )
    watch = '[[watches]]\nname = "Lumo"\nquery = "lumo"\nchannel = "#lumo"\n'
    text = f"[network]\nallow_private_addresses = true\n{sources}{watch}"
    return loads(text, environment={"VIGIE_REDDIT_SECRET": "secret"})


async def week(days: int, seed: int, *, quiet: bool) -> list[Kept]:
    """Play it; what came of each place."""
    world = places(seed)
    for place in world.values():
        a_week(place, START, days, A_DAY)
    still = world["hackernews"]
    stands_still(still, START + 20 * HOUR, START + 20 * HOUR + min(36 * HOUR, days * 12 * HOUR))
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    async with AsyncExitStack() as running:
        running.callback(structlog.configure, **before)
        running.enter_context(stamina.set_testing(True, attempts=3, cap=True))  # without waiting
        for place in world.values():
            await open_up(place, running)
        found = await _polled(world, days, running, quiet=quiet)
    return [_kept(place, found) for place in world.values()]


async def _polled(
    world: dict[str, Place], days: int, running: AsyncExitStack, *, quiet: bool
) -> list[Mention]:
    clock, config = Clock(), config_of(world)
    folder = running.enter_context(TemporaryDirectory())
    store = await TinyStore.open(Path(folder), TABLES)
    records = Records(store)
    running.push_async_callback(records.close)
    slack = await running.enter_async_context(Gateway("xoxb-nobody", "http://127.0.0.1:1/api/"))
    client = await running.enter_async_context(PoliteClient(clock=clock, allow_private=True))
    ledger = SpentHere()
    services = Services(
        config=config,
        records=records,
        slack=slack,
        sources={
            one.name: made(one, client, config.keys.of(one.name), ledger) for one in config.sources
        },
        clock=clock,
        sequence=Numbers(clock),
    )
    rounds = int((days * timedelta(days=1) + SEEN) / ROUND)
    progress = Console(stderr=True)
    for number in track(range(rounds), "polling", console=progress, disable=quiet, transient=True):
        clock.now = START + number * ROUND
        for place in world.values():
            place.now = clock.now
            await ingest.poll(services, config.watches[0], place.name)
            if number % 4 == 0:
                await reconcile(services, place.name)
            kept = await records.pairs.get(pair_id("Lumo", place.name))
            if place.hides:
                place.told["told" if kept and silent_since(kept.value) else "hushed"] += 1
            else:
                place.told["wrongly"] += bool(
                    kept and kept.value.emptied and not kept.value.failures
                )
    mentions = await records.mentions.find({"watch": "Lumo"}, "at")
    return [kept.value for kept in mentions]


def _kept(place: Place, found: list[Mention]) -> Kept:
    """What came of a place: its posts are told apart by what they say, which is each one's own."""
    own = [mention.post for mention in found if mention.post.source == place.name]
    times = Counter(post.text.removesuffix(" (edited)") for post in own)
    last = place.now
    stood = [p for p in place.posts if min(p.gone or last, last) - p.appears >= SEEN]
    says = {post.text.removesuffix(" (edited)"): post.text for post in own}
    edited = [p for p in stood if p.edited and p.edited - p.appears < HOUR and p.gone is None]
    return Kept(
        place=place.name,
        stood=len(stood),
        lost=sum(not times[post.text] for post in stood),
        twice=sum(count > 1 for count in times.values()),
        stale=sum(says.get(post.text) == post.text for post in edited),
        requests=place.asked["requests"],
        most=place.limit.most,
        limit=place.limit.requests,
        within_min=place.limit.within / MINUTE,
        told=place.told["told"],
        hushed=place.told["hushed"],
        wrongly=place.told["wrongly"],
        troubles={name: n for name, n in place.asked.items() if name != "requests"},
    )


def table(outcomes: list[Kept]) -> Table:
    """A line a place."""
    heads = (
        *("stood", "lost", "twice", "stale", "requests", "most at once", "of"),
        *("told", "hushed", "wrongly", "troubles"),
    )
    shown = Table(Column("place", no_wrap=True), *heads, box=None)
    for one in outcomes:
        troubles = ", ".join(f"{n} {name}" for name, n in one.troubles.items())
        limit = f"{one.limit:,} in {one.within_min:g} min"
        cells = (one.stood, one.lost, one.twice, one.stale, one.requests, one.most)
        hidden = map(str, (one.told, one.hushed, one.wrongly))
        shown.add_row(one.place, *map(str, cells), limit, *hidden, troubles)
    return shown


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--days", type=int, default=7)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--json", action="store_true")
    given = reader.parse_args()
    outcomes = asyncio.run(week(given.days, given.seed, quiet=given.json))
    if given.json:
        print(msgspec.json.encode(outcomes).decode())
    else:
        Console().print(table(outcomes))
    if any(one.lost or one.twice for one in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
