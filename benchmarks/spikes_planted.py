"""Spikes planted in made-up counts, and who finds them: `python benchmarks/spikes_planted.py
[--runs N] [--rates R …] [--kinds K …] [--factors F …] [--json]`.

Streams of four weeks are learnt from; in four more it is counted how often each detector rings
though nothing was planted, and in branches of the same weeks an hour is multiplied. All ring at a
threshold that gives one false alarm a month and watch in the cell, with a cool-down of a day.
Vigie is shown at its own `once_in_days=30` as well, for which nothing was fitted.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a rate is a core's; read when numpy loads

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.rivals import RIVALS, ideal
from benchmarks.streams import A_DAY, AN_HOUR, KINDS, Numbers, Streams, drawn, planted, weeks_before
from bot.domain.detector import Memory, begin, rarity_of, step
from bot.domain.rings import Settings

RATES = (0.1, 1.0, 5.0, 50.0, 1_000.0, 10_000.0)
FACTORS = (1.5, 2.0, 3.0, 5.0, 10.0, 20.0)
LEARNT, WATCHED = 28, 28
"""Days."""

PLANTED = 3
"""Places a run in which each factor is planted."""

MONTH = 30 * A_DAY
START = datetime(2026, 3, 2, tzinfo=UTC)
SETTINGS = Settings(once_in_days=30)
ANY = Settings(once_in_days=1)
"""What is rarer than a day is weighed in full."""

OWN = "Vigie, own threshold"
VIGIE, IDEAL = "Vigie", "knows the rates"


class Found(msgspec.Struct, frozen=True):
    """What a detector found in a cell: the share of the planted hours that rang within them, the
    median minutes until then (None where nothing rang), false alarms a month and watch."""

    detector: str
    kind: str
    hourly: float
    factor: float
    recall: float
    delay_min: float | None
    false_alarms_per_month: float


def rarest(memory: Memory) -> float:
    """How rarely the watch sees such a quarter or hour, in days, whichever is rarer."""
    rare = 0.0
    for held, window in (
        (memory.quarter, memory.forecast.quarter),
        (memory.hour, memory.forecast.hour),
    ):
        if not memory.unseen:
            rare = max(rare, rarity_of(held, window, memory.forecast, ANY))
    return rare


def watched(
    streams: Streams, run: int, places: list[int], factors: list[float], seed: int
) -> tuple[Numbers, dict[tuple[int, float], Numbers]]:
    """Vigie's scores of a stream, and of each hour that was planted in it."""
    memory = begin(START, SETTINGS)
    scores = np.zeros(streams.counts.shape[1])
    branches = {}
    seen = streams.seen[run]
    for slot, count in enumerate(streams.counts[run].astype(int).tolist()):
        at = START + slot * SETTINGS.slot
        if slot in places:
            for factor in factors:
                branch, found = memory, []
                for some in planted(streams, run, slot, factor, seed):
                    branch, score = scored(branch, some)
                    found.append(score)
                branches[slot, factor] = np.array(found)
        memory, scores[slot] = scored(memory, count if seen[slot] else None)
        assert memory.at == at  # noqa: S101  (the walk is in step)
    return scores, branches


def scored(memory: Memory, count: int | None) -> tuple[Memory, float]:
    """One step, and how rare what it sees is by the forecast that it was held against."""
    moved, _ = step(memory, count, memory.at + SETTINGS.slot, SETTINGS)
    return moved, rarest(msgspec.structs.replace(moved, forecast=memory.forecast))


def alarms(scores: Numbers, threshold: float) -> int:
    """How often the scores of a stream ring, with a cool-down of a day."""
    rung, last = 0, -A_DAY
    for slot in np.flatnonzero(scores >= threshold).tolist():
        if slot - last >= A_DAY:
            rung, last = rung + 1, slot
    return rung


def threshold_for(scores: Numbers, allowed: float) -> float:
    """The lowest threshold at which the streams ring so many times in all, or fewer."""
    highest = np.sort(scores, axis=None)[::-1]
    low, high = 0, min(len(highest) - 1, int(40 * allowed) + 100)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(alarms(one, highest[middle]) for one in scores) <= allowed:
            low = middle
        else:
            high = middle - 1
    return float(np.nextafter(highest[low], np.inf)) if low == 0 else float(highest[low])


def cell(kind: str, hourly: float, factors: list[float], runs: int, seed: int) -> list[Found]:
    """What everyone finds at one rate."""
    streams = drawn(kind, hourly, runs, LEARNT + WATCHED, seed)
    dice = np.random.default_rng((seed, 1))
    first, end = LEARNT * A_DAY, (LEARNT + WATCHED) * A_DAY
    places = [sorted(dice.integers(first, end - A_DAY, PLANTED).tolist()) for _ in range(runs)]
    for run, chosen in enumerate(places):
        for slot in chosen:  # what is planted is seen
            streams.seen[run, slot - AN_HOUR : slot + AN_HOUR] = True
    walks = [watched(streams, run, places[run], factors, seed) for run in range(runs)]
    scores = {VIGIE: np.array([found for found, _ in walks])}
    everyone = {IDEAL: ideal, **RIVALS}
    for name, rival in everyone.items():
        scores[name] = rival(streams, streams.counts)
    allowed = runs * (end - first) / MONTH
    limits = {name: threshold_for(some[:, first:], allowed) for name, some in scores.items()}
    limits[OWN] = SETTINGS.once_in_days
    scores[OWN] = scores[VIGIE]
    rows = []
    for factor in factors:
        hours: dict[str, list[Numbers]] = {name: [] for name in limits}
        for number in range(PLANTED):
            slots = [chosen[number] for chosen in places]
            near, moved = weeks_before(streams, slots)
            for run, slot in enumerate(slots):
                there = slice(moved[run], moved[run] + AN_HOUR)
                near.counts[run, there] = planted(streams, run, slot, factor, seed)
                hours[VIGIE].append(walks[run][1][slot, factor])
            for name, rival in everyone.items():
                found = rival(near, near.counts)
                hours[name] += [found[run, at : at + AN_HOUR] for run, at in enumerate(moved)]
        hours[OWN] = hours[VIGIE]
        for name, limit in limits.items():
            rung = sum(alarms(one[first:], limit) for one in scores[name])
            rows.append(told(name, kind, hourly, factor, hours[name], limit, rung / allowed))
    return rows


def told(
    name: str,
    kind: str,
    hourly: float,
    factor: float,
    hours: list[Numbers],
    limit: float,
    false_alarms: float,
) -> Found:
    firsts = [np.flatnonzero(hour >= limit) for hour in hours]
    delays = [15.0 * (int(first[0]) + 1) for first in firsts if len(first)]
    recall = len(delays) / len(hours)
    delay = median(delays) if delays else None
    return Found(name, kind, hourly, factor, recall, delay, false_alarms)


def shown(rows: list[Found]) -> Table:
    names = list(dict.fromkeys(row.detector for row in rows))
    table = Table("stream", "an hour", "factor", *names, title="recall within the hour (minutes)")
    cells = dict.fromkeys((row.kind, row.hourly, row.factor) for row in rows)
    for kind, hourly, factor in cells:
        held = {
            row.detector: row
            for row in rows
            if (row.kind, row.hourly, row.factor) == (kind, hourly, factor)
        }
        figures = [
            f"{held[name].recall:.1%}"
            + (f" ({held[name].delay_min:.0f})" if held[name].delay_min else "")
            for name in names
        ]
        table.add_row(kind, f"{hourly:g}", f"×{factor:g}", *figures)
    return table


def alarmed(rows: list[Found]) -> Table:
    """Vigie's false alarms at its own threshold."""
    table = Table("stream", "an hour", "false alarms a month and watch", title=OWN)
    for row in {(row.kind, row.hourly): row for row in rows if row.detector == OWN}.values():
        table.add_row(row.kind, f"{row.hourly:g}", f"{row.false_alarms_per_month:.2f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="Who finds spikes planted in made-up counts.")
    parser.add_argument("--runs", type=int, default=1_000, help="streams a rate and kind")
    parser.add_argument("--rates", type=float, nargs="+", default=RATES, help="mentions an hour")
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--factors", type=float, nargs="+", default=FACTORS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    rows = [
        row
        for kind in options.kinds
        for hourly in options.rates
        for row in cell(kind, hourly, list(options.factors), options.runs, options.seed)
    ]
    if options.json:
        print(msgspec.json.encode({"runs": options.runs, "rows": rows}).decode())
        return
    Console().print(shown(rows))
    Console().print(alarmed(rows))


if __name__ == "__main__":
    main()
