"""What is said of an import: how the file is read, and what came of it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from bot.config import Config
from bot.sources.sent.files import PostFile
from bot.sources.sent.item import Field
from bot.sources.sent.lines import BadLine
from bot.sources.sent.times import DayOrder

SHOWN = 20
"""Bad lines that are printed."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for: which file, as which source, for which watches (none: all that read that
    source), what its columns are, in which zone and in which order of day and month it writes
    times, and whether only to look."""

    file: Path
    source: str
    watches: tuple[str, ...] = ()
    told: Mapping[Field, str] = {}
    zone: ZoneInfo | None = None
    order: DayOrder | None = None
    only_look: bool = False
    errors: Path | None = None


class Tally:
    """What came of the rows so far."""

    def __init__(self) -> None:
        self.rows = self.posts = self.new = self.known = self.gone = self.old = 0
        self.mentions: Counter[str] = Counter()
        self.bad: list[BadLine] = []


def how_it_is_read(file: PostFile, wanted: Wanted, config: Config) -> Iterator[str]:
    """What was found out of a file, a line each."""
    written = file.written
    columns = (f"{field} ← {column}" for field, column in written.columns.of.items())
    yield f"{wanted.file.name}: {', '.join(columns)}"
    if written.columns.acts and "engagement" not in written.columns.of:
        yield f"engagement is the sum of {', '.join(written.columns.acts)}"
    if written.unused:
        yield f"not used: {', '.join(written.unused[:SHOWN])}"
    if written.encoding:
        yield written.encoding
    if written.has_naive:
        zone, whose = zone_meant(wanted, config)
        yield f"Times that name no zone are taken for {zone.key}, {whose}."
    if written.order:
        first = "day" if written.order == "dmy" else "month"
        yield f"Dates such as 3/4/2026 begin with the {first}."


def zone_meant(wanted: Wanted, config: Config) -> tuple[ZoneInfo, str]:
    """Where times are told that name no zone, and who says so."""
    if wanted.zone:
        return wanted.zone, "as --zone says"
    return config.timezone, "the configuration’s timezone; --zone names another"


def what_came_of_it(tally: Tally, wanted: Wanted) -> Iterator[str]:
    """The bad lines and the sums, a line each."""
    for bad in tally.bad[:SHOWN]:
        yield f"✗ line {bad.line:,}: {bad.words}"
    more = len(tally.bad) - SHOWN
    if more > 0:
        where = f"all are in {wanted.errors}" if wanted.errors else "--errors FILE writes them all"
        yield f"✗ and {more:,} more; {where}"
    yield (
        f"{_number(tally.rows, 'row')}: {_number(tally.posts, 'post')}, "
        f"{_number(len(tally.bad), 'bad line')}"
    )
    if tally.gone:
        yield f"{_number(tally.gone, 'row')} of deleted posts left out"
    if tally.old:
        yield f"{_number(tally.old, 'post')} left out: older than keep.mentions allows"
    for watch, count in sorted(tally.mentions.items()):
        yield f"✓ {watch}: {_number(count, 'new mention')}"
    if tally.known:
        yield f"{_number(tally.known, 'post')} known before"
    others = tally.posts - tally.new - tally.known
    if others > 0:
        yield f"{_number(others, 'post')} not kept: no watch looks for such"
    if wanted.only_look:
        yield "Nothing was kept: --dry-run only looks."


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def write_errors(path: Path, bad: Sequence[BadLine]) -> None:
    """Write every bad line to a file, as a table. Raises OSError."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "why"))
        writer.writerows((one.line, one.words) for one in bad)
