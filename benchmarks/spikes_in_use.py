"""How well a running Vigie finds spikes, by its sensitivity: `python benchmarks/spikes_in_use.py
--data DIR --windows FILE [--labels FILE]`.

As `spikes.py`, but by what Vigie asks: counts in quarters of an hour, the states that
`bot.domain.detection` tells, and one ring a day.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.spikes import PROFILES, SCORER, Row, read, scored, write
from bot.domain.detection import SLOT, History, first_memory, looked_at, settings_of

SENSITIVITIES = (7.0, 10.0, 14.0, 30.0)
"""In days."""

A_DAY = 96  # slots


class Slots(NamedTuple):
    """A series in quarters of an hour: when the first begins, the count of each (None where there
    is none), and the row that ends it."""

    first: datetime
    counts: list[int | None]
    rows: list[int]


def slots_of(rows: Sequence[Row]) -> Slots:
    """The rows of a series, added up."""
    first = rows[0][0].replace(minute=rows[0][0].minute // 15 * 15, second=0)
    last = (rows[-1][0] - first) // SLOT
    counts: list[int | None] = [None] * (last + 1)
    ends = [0] * (last + 1)
    for number, (at, count) in enumerate(rows):
        slot = (at - first) // SLOT
        counts[slot] = (counts[slot] or 0) + (count or 0)
        ends[slot] = number
    return Slots(first, counts, ends)


def ringing(slots: Slots, sensitivity: float) -> Iterator[int]:
    """The rows with which a series rings, each at least a day after the one before."""
    settings = settings_of(History(start=slots.first, counts=(), sensitivity=sensitivity))
    memory = first_memory(slots.first, settings)
    silent_until = 0
    for slot, count in enumerate(slots.counts):
        at = slots.first + slot * SLOT
        memory, verdict = looked_at(memory, count, at, at, settings)
        if verdict.state == "spike" and slot >= silent_until:
            silent_until = slot + A_DAY
            yield slots.rows[slot]


def row_of(options: argparse.Namespace, sensitivity: float) -> list[str]:
    """What the scorer says of a sensitivity."""
    rang = 0
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(Path(options.data).rglob("*.csv")):
            rows = read(file)
            rings = set(ringing(slots_of(rows), sensitivity))
            rang += len(rings)
            write(Path(folder) / file.name, rows, [n in rings for n in range(len(rows))])
        found = {name: scored(options, Path(folder), of) for name, of in PROFILES.items()}
    standard, low = found["standard"], found["low_fp"]
    return [
        f"{sensitivity:g} days",
        str(rang),
        f"{standard.hit} of {standard.windows}",
        f"{standard.fa_per_week:.2f}",
        f"{standard.normalised:.1f}",
        f"{low.normalised:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="a folder of CSVs: timestamp,value")
    parser.add_argument("--windows", required=True, help="JSON: the windows of each series")
    parser.add_argument("--labels", help="JSON: the labels of each series")
    parser.add_argument("--scorer", default=str(SCORER), help="the program that scores")
    options = parser.parse_args()
    console = Console()
    if not Path(options.scorer).exists():
        console.print(f"There is no scorer at {options.scorer}: name it with --scorer.")
        raise SystemExit(1)
    table = Table("once in", "rang", "windows hit", "false alarms a week", "standard", "low-FP")
    for sensitivity in track(SENSITIVITIES, "Walking", console=console, transient=True):
        table.add_row(*row_of(options, sensitivity))
    console.print(table)


if __name__ == "__main__":
    main()
