"""What campaigns brought, out of a file: kept, or only looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.text import Text

from bot.assembly import open_store
from bot.cli.data import NoSuchFolder
from bot.cli.imports import SHOWN
from bot.cli.reading import asked
from bot.cli.terminal import printable
from bot.config import Config
from bot.domain.campaigns import Campaign
from bot.domain.conversions import KINDS, Conversion, ConversionKind, Whose
from bot.services import conversions
from bot.services.base import utc_now
from bot.sources.sent.conversionfiles import ConversionFile, UnreadableFile, opened
from bot.sources.sent.conversions import ConversionField, Given
from bot.sources.sent.lines import BadLine
from bot.sources.sent.times import DayOrder
from bot.store.base import Readable
from bot.store.repositories import Records, Repository

__all__ = ["UnreadableFile", "Wanted", "convert_and_print"]

AT_ONCE = 500
"""Rows that are kept in one go."""

Keep = Callable[[Sequence[Conversion]], Awaitable[conversions.Received]]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for: which file, of which kind and campaign its rows are that do not say so,
    what its columns are, in which zone and order of day and month it tells times, and whether only
    to look."""

    file: Path
    kind: ConversionKind | None = None
    campaign: str = ""
    told: Mapping[ConversionField, str] = {}
    zone: ZoneInfo | None = None
    order: DayOrder | None = None
    only_look: bool = False


class Tally:
    """What came of the rows so far."""

    def __init__(self) -> None:
        self.new = self.known = self.old = 0
        self.kinds: Counter[ConversionKind] = Counter()
        self.values: dict[str, Decimal] = {}
        self.campaigns: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.bad: list[BadLine] = []

    def add(self, told: Sequence[Conversion], received: conversions.Received, whose: Whose) -> None:
        self.new += received.new
        self.known += received.known
        for one in told:
            self.kinds[one.kind] += one.count
            if one.value is not None:
                self.values[one.currency] = self.values.get(one.currency, Decimal(0)) + one.value
            found = whose.of(one)
            if isinstance(found, Campaign):
                self.campaigns[found.name] += one.count
            else:
                self.missed[found] += one.count


async def convert_and_print(config: Config, wanted: Wanted) -> bool:
    """Bring the conversions of a file along, and say what came of it; whether any could be read.

    Raises UnreadableFile, OSError, and what `bot.assembly.open_store` raises.
    """
    console = Console(highlight=False)
    with opened(wanted.file, wanted.told, wanted.order) as file:
        _say(console, _how_it_is_read(file, wanted, config))
        tally = await (_looked_at if wanted.only_look else _kept)(file, config, wanted)
    _say(console, _what_came_of_it(tally, wanted))
    return bool(tally.kinds)


async def _kept(file: ConversionFile, config: Config, wanted: Wanted) -> Tally:
    records = Records(await open_store(config.store))
    try:
        known = await _campaigns(records.campaigns)

        async def keep(told: Sequence[Conversion]) -> conversions.Received:
            return await conversions.keep(records, told)

        return await _gone_through(file, config, wanted, known, keep)
    finally:
        await records.close()


async def _looked_at(file: ConversionFile, config: Config, wanted: Wanted) -> Tally:
    """What would come of it; Vigie may run meanwhile, and never have run."""

    async def ask(store: Readable) -> Tally:
        kept = Repository(store, "conversions", Conversion)
        known = await _campaigns(Repository(store, "campaigns", Campaign))

        async def look(told: Sequence[Conversion]) -> conversions.Received:
            fresh = {one.id for one in told if await kept.get(one.id) is None}
            return conversions.Received(len(fresh), len(told) - len(fresh))

        return await _gone_through(file, config, wanted, known, look)

    async def believe(told: Sequence[Conversion]) -> conversions.Received:
        return conversions.Received(len(told), 0)

    try:
        return await asked(config.store, ask)
    except NoSuchFolder:
        return await _gone_through(file, config, wanted, (), believe)


async def _campaigns(kept: Repository[Campaign]) -> Sequence[Campaign]:
    return [one.value for one in await kept.find({}, "first")]


async def _gone_through(
    file: ConversionFile, config: Config, wanted: Wanted, known: Sequence[Campaign], keep: Keep
) -> Tally:
    tally, whose, now = Tally(), Whose(known, config.timezone), utc_now().replace(microsecond=0)
    oldest = now - config.keep_conversions if config.keep_conversions else None
    given = Given(
        kind=wanted.kind,
        campaign=wanted.campaign,
        zone=_zone(wanted, config)[0],
        order=wanted.order,
    )
    rows = file.conversions(given, now)
    while batch := list(islice(rows, AT_ONCE)):
        tally.bad += (one for one in batch if isinstance(one, BadLine))
        told = [one for one in batch if isinstance(one, Conversion)]
        young = [one for one in told if oldest is None or one.at >= oldest]
        tally.old += len(told) - len(young)
        tally.add(young, await keep(young), whose)
    return tally


def _zone(wanted: Wanted, config: Config) -> tuple[ZoneInfo, str]:
    if wanted.zone:
        return wanted.zone, "as --zone says"
    return config.timezone, "the configuration’s timezone; --zone names another"


def _how_it_is_read(file: ConversionFile, wanted: Wanted, config: Config) -> Iterator[str]:
    """What was found out of a file, a line each."""
    columns = (f"{field} ← {column}" for field, column in file.columns.of.items())
    yield f"{wanted.file.name}: {', '.join(columns)}"
    if file.words:
        yield file.words
    if file.has_naive:
        zone, whose = _zone(wanted, config)
        yield f"Times that name no zone are taken for {zone.key}, {whose}."
    if file.order:
        yield f"Dates such as 3/4/2026 begin with the {'day' if file.order == 'dmy' else 'month'}."


def _what_came_of_it(tally: Tally, wanted: Wanted) -> Iterator[str]:
    """The bad lines and the sums, a line each."""
    for bad in tally.bad[:SHOWN]:
        yield f"✗ line {bad.line:,}: {bad.words}"
    if len(tally.bad) > SHOWN:
        yield f"✗ and {len(tally.bad) - SHOWN:,} more bad lines"
    counts = [f"{tally.kinds[kind]:,} × {kind}" for kind in KINDS if tally.kinds[kind]]
    worth = [f"{amount:,.2f} {money}".rstrip() for money, amount in sorted(tally.values.items())]
    yield ", ".join(counts) + (f", worth {' and '.join(worth)}" if worth else "") or "No conversion"
    for campaign, count in tally.campaigns.most_common():
        yield f"✓ {campaign}: {count:,}"
    for miss, words in (
        ("none", "match no campaign yet"),
        ("several", "match several campaigns, and count for none"),
        ("other-days", "match a campaign, but not its days"),
    ):
        if tally.missed[miss]:
            yield f"{tally.missed[miss]:,} {words}"
    if tally.old:
        yield f"{tally.old:,} left out: older than keep.mentions allows"
    verb = "would be new" if wanted.only_look else "kept"
    yield f"{tally.new:,} {verb}, {tally.known:,} known before, {len(tally.bad):,} bad"
    if wanted.only_look:
        yield "Nothing was kept: --dry-run only looks."


def _say(console: Console, lines: Iterator[str]) -> None:
    for words in lines:
        console.print(Text(printable(words)), soft_wrap=True)
