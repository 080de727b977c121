"""What operations added, where it is known: `python benchmarks/campaigns.py [--runs N]
[--kinds K …] [--lifts L …] [--real FOLDER] [--json]`.

In made-up counts a lift is planted (see benchmarks/campaigns_planted.py), and Vigie's estimate is
held against the truth and against the naive one: the days of the operation against as many whole
weeks before. In real counts (`--real`: a folder of CSVs, timestamp,value) nothing is planted: there
an operation is claimed in every place, and none of them added anything that is known. `--picture
FILE` draws one of the planted operations instead, as SVG.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import fmean, median, stdev
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.campaigns_planted import FIRST, KINDS, planted
from bot.domain.daycounts import DayCount
from bot.domain.lift import CannotTell, lift
from bot.i18n import Voice
from bot.pictures.campaign import campaign_svg

LIFTS = (0.0, 0.1, 0.3, 1.0)
LENGTHS = (3, 7, 14)
"""Days of the operations that are claimed in real counts."""

EXAMPLE = 33
"""The seed of what is drawn."""

Z = 1.645
"""Nine in ten of a normal distribution lie within so many standard deviations."""


class Estimate(msgspec.Struct, frozen=True):
    """Extra mentions: the estimate and its interval."""

    extra: float
    low: float
    high: float


class Trial(msgspec.Struct, frozen=True):
    """What was `extra` of some `usual` mentions, and what was found (None: it could not be
    told)."""

    extra: int
    usual: int
    vigie: Estimate | None
    naive: Estimate


class Cell(msgspec.Struct, frozen=True):
    """How well one estimates in a cell: shares from 0 to 1. `bias` is the median error as a share
    of the usual mentions, `error` the median of its size, `width` half an interval by the same
    measure, `alarms` the intervals without zero, `told` those of all that were answered."""

    kind: str
    lift: float
    who: str
    runs: int
    told: float
    bias: float
    error: float
    coverage: float
    alarms: float
    width: float


def naive(days: Sequence[DayCount], first: date, last: date) -> Estimate:
    """The days from `first` to `last`, held against at least as many in whole weeks before."""
    length = (last - first).days + 1
    weeks = timedelta(weeks=-(-length // 7))
    before = [one.seen for one in days if first - weeks <= one.day < first]
    during = [one.seen for one in days if first <= one.day <= last]
    expected = length * fmean(before)
    spread = Z * stdev(before) * (length * (1 + length / len(before))) ** 0.5
    extra = sum(during) - expected
    return Estimate(extra, extra - spread, extra + spread)


def vigie(
    days: Sequence[DayCount],
    first: date,
    last: date,
    beside: dict[str, Sequence[DayCount]],
) -> Estimate | None:
    found = lift(days, first, last, beside)
    if isinstance(found, CannotTell):
        return None
    return Estimate(found.extra, found.low, found.high)


def trials(kind: str, planted_lift: float, runs: int) -> Iterator[Trial]:
    for seed in range(runs):
        one = planted(kind, planted_lift, seed)
        yield Trial(
            one.extra,
            one.usual,
            vigie(one.days, FIRST, one.last, dict(one.beside)),
            naive(one.days, FIRST, one.last),
        )


def real_trials(series: dict[str, list[DayCount]], *, beside: bool) -> Iterator[Trial]:
    """Operations claimed from every third day on, each of which is held to have added nothing."""
    for name, days in series.items():
        others = {key: value for key, value in series.items() if beside and key != name}
        for length in LENGTHS:
            for place in range(21, len(days) - length + 1, 3):
                first, last = days[place].day, days[place + length - 1].day
                usual = sum(one.seen for one in days[place : place + length])
                known = {key: value[: place + length] for key, value in others.items()}
                found = vigie(days[: place + length], first, last, dict(known))
                yield Trial(0, usual, found, naive(days, first, last))


def read(folder: Path) -> dict[str, list[DayCount]]:
    """The whole days of each series in a folder; the times are taken as they are."""
    found = {}
    for file in sorted(folder.glob("*.csv")):
        counts: dict[date, list[float]] = {}
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                day = datetime.fromisoformat(row["timestamp"]).date()
                counts.setdefault(day, []).append(float(row["value"]))
        most = max(map(len, counts.values()))
        found[file.stem] = [
            DayCount(day=day, seen=round(sum(held)))
            for day, held in sorted(counts.items())
            if len(held) == most
        ]
    return found


def cells(kind: str, planted_lift: float, tried: Sequence[Trial]) -> Iterator[Cell]:
    """Both estimates of some trials."""
    both: dict[str, list[Estimate | None]] = {
        "Vigie": [one.vigie for one in tried],
        "naive": [one.naive for one in tried],
    }
    for who, estimates in both.items():
        told = [(one, e) for one, e in zip(tried, estimates, strict=True) if e is not None]
        off = [(e.extra - one.extra) / max(1, one.usual) for one, e in told]
        yield Cell(
            kind=kind,
            lift=planted_lift,
            who=who,
            runs=len(tried),
            told=len(told) / len(tried),
            bias=median(off),
            error=median(map(abs, off)),
            coverage=fmean(e.low <= one.extra <= e.high for one, e in told),
            alarms=fmean(e.low > 0 or e.high < 0 for _, e in told),
            width=median((e.high - e.low) / 2 / max(1, one.usual) for one, e in told),
        )


def measured(options: argparse.Namespace) -> Iterator[Cell]:
    """The cells that were asked for, one after the other."""
    for kind in options.kinds:
        for planted_lift in options.lifts:
            yield from cells(kind, planted_lift, list(trials(kind, planted_lift, options.runs)))
    if options.real:
        series = read(options.real)
        for kind, beside in (("real", False), ("real, beside", True)):
            yield from cells(kind, 0.0, list(real_trials(series, beside=beside)))


def example() -> str:
    """The picture of a campaign that added 30%, while a competitor had news of its own."""
    one = planted("shock", 0.3, EXAMPLE)
    found = lift(one.days, FIRST, one.last, one.beside)
    if isinstance(found, CannotTell):
        raise TypeError(f"The example cannot be told: {found.why}.")
    return campaign_svg(found, "Autumn launch", Voice("en", ZoneInfo("Europe/Paris")))


def shown(found: Sequence[Cell]) -> Table:
    table = Table(
        "series", "planted", "who", "runs", "told", "bias", "error", "±", "90% holds", "effect told"
    )
    for cell in found:
        table.add_row(
            cell.kind,
            f"{cell.lift:+.0%}" if cell.lift else "0",
            cell.who,
            str(cell.runs),
            f"{cell.told:.0%}",
            f"{cell.bias:+.1%}",
            f"{cell.error:.1%}",
            f"{cell.width:.0%}",
            f"{cell.coverage:.1%}",
            f"{cell.alarms:.1%}",
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="How well it is known what operations added.")
    parser.add_argument("--runs", type=int, default=250, help="series a cell")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--lifts", nargs="+", type=float, default=LIFTS)
    parser.add_argument("--real", type=Path, help="a folder of CSVs: timestamp,value")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--picture", type=Path, help="draw an example into this file")
    options = parser.parse_args()
    if options.picture:
        options.picture.write_text(example(), encoding="utf-8")
        return
    found: list[Cell] = []
    began = time.monotonic()
    for cell in measured(options):
        found.append(cell)
        if options.json:
            print(msgspec.json.encode(cell).decode(), flush=True)
    if not options.json:
        Console(width=110).print(shown(found))
        print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
