"""How well spikes are found in counted mentions: `python benchmarks/spikes.py --data DIR
--windows FILE [--labels FILE] [--json] [--pictures DIR]`.

DIR holds a CSV a series (`timestamp,value`), FILE the windows in which something happened, both as
in the Numenta Anomaly Benchmark. Each series is walked once, with the past only and the detector's
own settings; what rang is scored by NAB's rule, in a process of its own. With `--pictures` each
series is drawn as well.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.spikes_pictures import Drawn, Hour, alt, picture
from bot.domain.detector import begin, step
from bot.domain.rings import HOUR, Settings
from bot.domain.verdicts import range_of
from bot.pictures.png import png

SCORER = Path(__file__).parents[2] / "shared" / "nab" / "score_nab.py"

RINGS, SILENT = 1.0, 0.0
PASSES = 3
"""The speed is that of the fastest: what else the machine does is not meant."""

THRESHOLD = 0.5
"""Of the scores written; the detector's own threshold is `Settings.once_in_days`."""

PROFILES = {"standard": "standard", "low_fp": "reward_low_FP_rate"}

Row = tuple[datetime, int | None]
"""When a slot began, and its count; None where the file has none."""


class Walked(msgspec.Struct, frozen=True):
    """Which rows of a series rang, and the seconds of one core that it took to know."""

    rang: list[bool]
    seconds: float


class Score(msgspec.Struct, frozen=True):
    """What the scorer says of a profile, as far as it is told here."""

    normalised: float
    windows: int
    hit: int
    fa_per_week: float
    median_label_offset_min: float | None = None


class Result(msgspec.Struct, frozen=True):
    """`standard` and `low_fp` are NAB's normalised scores (100 is perfect, 0 is silence); a false
    alarm is one outside the windows, a week and series; the offset is of the first ring of a
    window from its label. None where there is no scorer."""

    standard: float | None
    low_fp: float | None
    windows_hit: int | None
    windows: int | None
    false_alarms_per_week: float | None
    median_label_offset_min: float | None
    points_per_s: float
    series: int
    points: int


def read(file: Path) -> list[Row]:
    """The rows of a series; its times are taken as UTC."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, skipinitialspace=True)
        return [(_time(row["timestamp"]), _count(row["value"])) for row in rows]


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text.strip())
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _count(text: str) -> int | None:
    return max(0, round(float(text))) if text.strip() else None


def slot_of(rows: Sequence[Row]) -> timedelta:
    """The length of a slot: the usual step, or the next shorter one that divides an hour."""
    steps = [(later - at).total_seconds() for (at, _), (later, _) in pairwise(rows)]
    usual = min(HOUR, timedelta(seconds=max(1, median(steps)))) if steps else HOUR
    slots = -(-HOUR // usual)
    while slots * (HOUR // slots) != HOUR:
        slots += 1
    return HOUR // slots


def walked(rows: Sequence[Row]) -> Walked:
    """Walk a series once. A row in the slot of the one before is added to nothing and is silent."""
    settings = Settings(slot=slot_of(rows))
    first = rows[0][0]
    slots = [(at - first + settings.slot / 2) // settings.slot for at, _ in rows]
    times = [first + slot * settings.slot for slot in slots]
    rang = []
    begun = time.process_time()
    memory = begin(first, settings)
    for at, (_, count) in zip(times, rows, strict=True):
        if at <= memory.at:
            rang.append(False)
            continue
        memory, verdict = step(memory, count, at, settings)
        rang.append(verdict.ring != "none")
    return Walked(rang, time.process_time() - begun)


def hours_of(rows: Sequence[Row]) -> list[Hour]:
    """What the clock hours of a series held, and what the detector expected of them."""
    settings = Settings(slot=slot_of(rows))
    memory = begin(rows[0][0], settings)
    hours = []
    for at, count in rows:
        slot = memory.at + max(1, round((at - memory.at) / settings.slot)) * settings.slot
        expected = memory.forecast
        memory, _ = step(memory, count, slot, settings)
        if not memory.slots:
            usual = range_of(expected.hour) if expected.hour.tail else None
            hours.append(Hour(memory.at - HOUR + settings.slot, memory.hour, usual))
    return hours


def draw(options: argparse.Namespace, file: Path, rows: list[Row], rang: Sequence[bool]) -> None:
    """The picture of a series, into the folder that was asked for; it is told in words."""
    named = msgspec.json.decode(
        Path(options.windows).read_bytes(), type=dict[str, list[tuple[str, str]]]
    )
    windows = [
        (_time(begun), _time(over))
        for path, spans in named.items()
        if Path(path).name == file.name
        for begun, over in spans
    ]
    times = [at for (at, _), rings in zip(rows, rang, strict=True) if rings]
    name = file.stem.rpartition("_")[2]
    drawn = Drawn(name, hours_of(rows), windows, times)
    into = Path(options.pictures)
    into.mkdir(parents=True, exist_ok=True)
    (into / f"spikes-{name.lower()}.png").write_bytes(png(picture(drawn)))
    print(alt(drawn), file=sys.stderr)


def write(file: Path, rows: Sequence[Row], rang: Sequence[bool]) -> None:
    """The scores of a series, as the scorer reads them."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("timestamp", "anomaly_score"))
        for (at, _), rings in zip(rows, rang, strict=True):
            writer.writerow((f"{at:%Y-%m-%d %H:%M:%S}", RINGS if rings else SILENT))


def scored(options: argparse.Namespace, scores: Path, profile: str) -> Score:
    """What the scorer says of a folder of scores."""
    command = [sys.executable, str(options.scorer), "--json", "--profile", profile]
    command += ["--data", options.data, "--windows", options.windows, "--scores", str(scores)]
    command += ["--threshold", str(THRESHOLD)]
    if options.labels:
        command += ["--labels", options.labels]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return msgspec.json.decode(done.stdout.replace("NaN", "null"), type=Score)


def measured(options: argparse.Namespace) -> Result:
    """Walk every series in the folder, and have what rang scored."""
    points, seconds = 0, 0.0
    files = sorted(Path(options.data).rglob("*.csv"))
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            rows = read(file)
            passes = [walked(rows) for _ in range(PASSES)]
            points, seconds = points + len(rows), seconds + min(one.seconds for one in passes)
            write(Path(folder) / file.name, rows, passes[0].rang)
            if options.pictures:
                draw(options, file, rows, passes[0].rang)
        scores: dict[str, Score] = {}
        if Path(options.scorer).exists():
            scores = {
                name: scored(options, Path(folder), profile) for name, profile in PROFILES.items()
            }
    standard = scores.get("standard")
    return Result(
        standard=standard.normalised if standard else None,
        low_fp=scores["low_fp"].normalised if scores else None,
        windows_hit=standard.hit if standard else None,
        windows=standard.windows if standard else None,
        false_alarms_per_week=standard.fa_per_week if standard else None,
        median_label_offset_min=standard.median_label_offset_min if standard else None,
        points_per_s=points / seconds if seconds else 0.0,
        series=len(files),
        points=points,
    )


def shown(found: Result) -> Table:
    table = Table("what", "", title=f"{found.series} series, {found.points:,} points")
    if found.standard is not None and found.low_fp is not None:
        table.add_row("NAB, standard", f"{found.standard:.1f}")
        table.add_row("NAB, low false positives", f"{found.low_fp:.1f}")
        table.add_row("windows hit", f"{found.windows_hit} of {found.windows}")
        table.add_row("false alarms a series and week", f"{found.false_alarms_per_week:.2f}")
    if found.median_label_offset_min is not None:
        table.add_row("first ring after the label", f"{found.median_label_offset_min:+.0f} min")
    table.add_row("points/s", f"{found.points_per_s:,.0f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="How well spikes are found in counted mentions.")
    parser.add_argument("--data", required=True, help="a folder of CSVs: timestamp,value")
    parser.add_argument("--windows", required=True, help="JSON: the windows of each series")
    parser.add_argument("--labels", help="JSON: the labels of each series")
    parser.add_argument("--scorer", default=str(SCORER), help="the program that scores")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pictures", help="a folder for a picture of each series")
    options = parser.parse_args()
    if not Path(options.scorer).exists():
        print(f"No scorer at {options.scorer}: only the speed is told.", file=sys.stderr)
    found = measured(options)
    if options.json:
        print(msgspec.json.encode(found).decode())
    else:
        Console().print(shown(found))


if __name__ == "__main__":
    main()
