"""How well waves of negative posts are found, and how often falsely: `python benchmarks/waves.py
[--runs N] [--months N] [--json]`.

Ordinary streams of a watch are simulated, 12 to 480 posts a day of which 10 to 40% are negative,
post by post and with shares that drift from hour to hour (two posts of the same hour take after
each other with a correlation of 0.02). Polls come every five minutes, as in the product. Counted
are the waves that would be told in 30 days. Then, after 30 ordinary days, the share doubles or
triples (90% at most): within how many posts of that is a wave told?
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.waves import Moods, Wave, heard, is_over, wave

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PATIENCE = 10.0
"""Days; what a watch rings at unless it says otherwise."""

POLL = 300
"""Seconds."""

LENGTHS = {12.0: 1.0, 48.0: 1.0, 480.0: 0.25}
"""Posts a day, and what part of the months is simulated of them."""

SHARES = (0.1, 0.2, 0.3, 0.4)
DRIFTS = (0.0, 0.02)
FACTORS = (2, 3)
WITHIN = (10, 20, 30)
MOST = 0.9

Stream = list[tuple[int, bool]]


class Quiet(msgspec.Struct, frozen=True):
    """False waves in 30 days of an ordinary stream."""

    a_day: float
    share: float
    drift: float
    false_a_month: float


class Found(msgspec.Struct, frozen=True):
    """Of the waves that were planted, the share found within 10, 20 and 30 posts."""

    a_day: float
    share: float
    factor: int
    within: tuple[float, ...]


class Figures(msgspec.Struct, frozen=True):
    quiet: tuple[Quiet, ...]
    found: tuple[Found, ...]

    @property
    def false_a_month(self) -> float:
        """Over all streams alike."""
        return sum(row.false_a_month for row in self.quiet) / len(self.quiet)


def stream(rng: Random, a_day: float, share: float, days: float, drift: float = 0.0) -> Stream:
    """Posts that end now: when each was written (seconds since 1970), and whether it is negative;
    `drift` is the correlation of two posts of the same hour."""
    start, hour, day, of_hour = (NOW - timedelta(days=days)).timestamp(), -1, 0.0, share
    found: Stream = []
    while (day := day + rng.expovariate(a_day)) < days:
        if drift and int(day * 24) != hour:
            hour, weight = int(day * 24), 1 / drift - 1
            of_hour = rng.betavariate(share * weight, (1 - share) * weight)
        found.append((int(start + day * 86_400), rng.random() < of_hour))
    return found


def told(posts: Sequence[tuple[int, bool]], patience: float = PATIENCE) -> Iterator[Wave]:
    """The waves that polls every five minutes would tell of."""
    moods, running, at = Moods(), False, 0
    while at < len(posts):
        end = posts[at][0] // POLL * POLL + POLL
        until = at
        while until < len(posts) and posts[until][0] < end:
            until += 1
        now = datetime.fromtimestamp(end, UTC)
        moods = heard(moods, posts[at:until], now, running=running)
        running = running and not is_over(moods, now)
        if not running and (found := wave(moods, patience)):
            running = True
            yield found
        at = until


def false_waves(a_day: float, share: float, drift: float, months: float) -> float:
    """In 30 days; the first ten teach what is usual."""
    days = 30 * months
    posts = stream(Random(f"{a_day} {share} {drift}"), a_day, share, days + 10, drift)
    counted_from = (NOW - timedelta(days=days)).timestamp()
    return sum(found.since.timestamp() > counted_from for found in told(posts)) / months


def found_after(a_day: float, share: float, factor: int, seed: int) -> int | None:
    """After how many posts of a planted wave it is told; None if not within the most."""
    rng = Random(f"{a_day} {share} {factor} {seed}")
    moods = heard(Moods(), stream(rng, a_day, share, 30), NOW)
    raised = min(MOST, factor * share)
    gap = 86_400 / a_day
    for number in range(1, max(WITHIN) + 1):
        at = NOW.timestamp() + number * gap
        now = datetime.fromtimestamp(at + 1, UTC)
        moods = heard(moods, [(int(at), rng.random() < raised)], now)
        if wave(moods, PATIENCE):
            return number
    return None


def measured(runs: int, months: float) -> Figures:
    """All figures; of a busy stream fewer months are looked at."""
    quiet = [
        Quiet(a_day, share, drift, false_waves(a_day, share, drift, months * LENGTHS[a_day]))
        for a_day, share, drift in product(LENGTHS, SHARES, DRIFTS)
    ]
    found = []
    for a_day, share, factor in product(LENGTHS, SHARES, FACTORS):
        after = [found_after(a_day, share, factor, seed) for seed in range(runs)]
        parts = (sum(n is not None and n <= most for n in after) / runs for most in WITHIN)
        found.append(Found(a_day, share, factor, tuple(parts)))
    return Figures(tuple(quiet), tuple(found))


def tables(figures: Figures) -> Iterator[Table]:
    quiet = Table("posts a day", "usual", "drift", "false waves in 30 days")
    for q in figures.quiet:
        quiet.add_row(f"{q.a_day:g}", f"{q.share:.0%}", f"{q.drift:g}", f"{q.false_a_month:.2f}")
    yield quiet
    found = Table("posts a day", "usual", "becomes", *(f"within {most} posts" for most in WITHIN))
    for f in figures.found:
        raised = min(MOST, f.factor * f.share)
        parts = (f"{part:.0%}" for part in f.within)
        found.add_row(f"{f.a_day:g}", f"{f.share:.0%}", f"{raised:.0%}", *parts)
    yield found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--runs", type=int, default=200, help="planted waves a row")
    parser.add_argument("--months", type=float, default=24, help="months of an ordinary stream")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    figures = measured(given.runs, given.months)
    if given.json:
        print(msgspec.json.encode(figures).decode())
        return
    console = Console()
    for table in tables(figures):
        console.print(table)
    console.print(f"{figures.false_a_month:.2f} false waves in 30 days, over all streams alike")


if __name__ == "__main__":
    main()
