"""The benchmarks of the spike detector run as their pages say."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.rivals import RIVALS, ideal, rolling
from benchmarks.spikes import SCORER, read, slot_of, walked
from benchmarks.spikes_pictures import Drawn, Hour, alt
from benchmarks.spikes_planted import alarms, threshold_for
from benchmarks.streams import AN_HOUR, drawn, last_hour, planted, weeks_before

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
START = datetime(2026, 3, 2, 0, 2, 53, tzinfo=UTC)
SPIKE = 9 * 288 + 100


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def run(program: str, *options: str) -> tuple[dict[str, Any], str]:
    ran = subprocess.run(  # noqa: S603  (this very program)
        [sys.executable, str(BENCHMARKS / program), "--json", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(ran.stdout), ran.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one series that nobody has seen: ten days, and one spike on the last."""
    dice = random.Random(4)
    counts = [dice.randint(2, 8) for _ in range(10 * 288)]
    counts[SPIKE : SPIKE + 6] = [90] * 6
    (tmp_path / "data").mkdir()
    lines = [
        f"{START + slot * timedelta(minutes=5):%Y-%m-%d %H:%M:%S},{count}"
        for slot, count in enumerate(counts)
    ]
    data = tmp_path / "data" / "Never_seen.csv"
    data.write_text("\n".join(["timestamp,value", *lines]) + "\n", encoding="utf-8")
    label = START + SPIKE * timedelta(minutes=5)
    window = [stamp(label + timedelta(hours=off)) for off in (-8, 8)]
    windows = tmp_path / "windows.json"
    windows.write_text(json.dumps({"some/Never_seen.csv": [window]}), encoding="utf-8")
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps({"some/Never_seen.csv": [stamp(label)]}), encoding="utf-8")
    return tmp_path


def test_a_folder_that_was_never_seen_is_scored(folder: Path) -> None:
    if not SCORER.exists():
        pytest.skip("the scorer is not beside this checkout")
    found, _ = run(
        "spikes.py",
        *("--data", str(folder / "data")),
        *("--windows", str(folder / "windows.json")),
        *("--labels", str(folder / "labels.json")),
    )
    assert found["windows_hit"] == found["windows"] == 1
    assert found["false_alarms_per_week"] == 0
    assert found["standard"] > 80
    assert found["low_fp"] > 80
    assert 0 <= found["median_label_offset_min"] <= 15
    assert found["points_per_s"] > 1_000


def test_where_there_is_no_scorer_it_is_said(folder: Path) -> None:
    found, said = run(
        "spikes.py",
        *("--data", str(folder / "data")),
        *("--windows", str(folder / "windows.json")),
        *("--scorer", str(folder / "none.py")),
    )
    assert "No scorer" in said
    assert found["standard"] is None
    assert found["points"] == 2_880


def test_each_series_is_drawn_where_that_is_asked_for(folder: Path) -> None:
    _, said = run(
        "spikes.py",
        *("--data", str(folder / "data")),
        *("--windows", str(folder / "windows.json")),
        *("--scorer", str(folder / "none.py")),
        *("--pictures", str(folder / "drawn")),
    )
    drawn = (folder / "drawn" / "spikes-seen.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) < 150_000
    assert "Mentions of seen in each hour. 1 of 1 windows were hit." in said


def test_a_picture_is_told_in_words() -> None:
    rang = [START + timedelta(hours=hour) for hour in (1, 2, 9)]
    hours = [Hour(START + timedelta(hours=hour), 4, (1, 9)) for hour in range(12)]
    window = START, START + timedelta(hours=3)
    assert alt(Drawn("KO", hours, [window], rang)) == (
        "Mentions of KO in each hour. 1 of 1 windows were hit. "
        "It rang 2 times within them, and 1 times outside."
    )


def test_a_series_is_walked_row_by_row(folder: Path) -> None:
    rows = read(folder / "data" / "Never_seen.csv")
    assert slot_of(rows) == timedelta(minutes=5)
    rang = walked(rows).rang
    assert next(slot for slot, rings in enumerate(rang) if rings) in (SPIKE, SPIKE + 1)
    again = [rows[0], *rows[:20], *rows[40:]]  # a row twice, and an hour and more left out
    assert len(walked(again).rang) == len(again)


@pytest.mark.parametrize(
    ("step", "slot"), [(60, 60), (300, 300), (420, 400), (1_800, 1_800), (5_400, 3_600)]
)
def test_a_slot_divides_an_hour(step: int, slot: int) -> None:
    rows = [(START + number * timedelta(seconds=step), 1) for number in range(5)]
    assert slot_of(rows) == timedelta(seconds=slot)


def test_planted_spikes_are_found_as_the_table_says() -> None:
    found, _ = run(
        "spikes_planted.py",
        *("--runs", "3", "--rates", "50", "--kinds", "steady", "--factors", "10"),
    )
    rows = {row["detector"]: row for row in found["rows"]}
    assert set(RIVALS) | {"Vigie", "Vigie, own threshold", "knows the rates"} == set(rows)
    assert rows["Vigie"]["recall"] == rows["knows the rates"]["recall"] == 1
    assert rows["Vigie"]["delay_min"] == 15
    assert all(row["false_alarms_per_month"] <= 1.5 for row in rows.values())


@pytest.mark.parametrize("kind", ["steady", "lively"])
def test_streams_hold_what_they_were_asked_for_and_are_the_same_each_time(kind: str) -> None:
    one, again = (drawn(kind, 40, 6, 28, seed=3) for _ in range(2))
    assert np.array_equal(one.counts, again.counts)
    assert one.counts.mean() * AN_HOUR == pytest.approx(40, rel=0.35)
    assert planted(one, 2, 900, 5, seed=3) == planted(again, 2, 900, 5, seed=3)
    assert sum(planted(one, 2, 900, 5, seed=3)) > one.counts[2, 900:904].sum()


def test_rivals_know_the_past_only() -> None:
    streams = drawn("lively", 40, 2, 16, seed=3)
    later = streams.counts.copy()
    later[:, 1_400:] = 9_999
    for rival in (*RIVALS.values(), ideal):
        before = rival(streams, streams.counts)[:, :1_400]
        assert np.allclose(before, rival(streams, later)[:, :1_400])


def test_three_weeks_tell_rivals_what_the_whole_past_does() -> None:
    streams = drawn("lively", 40, 3, 56, seed=3)
    slots = [3_000, 3_333, 4_444]
    near, moved = weeks_before(streams, slots)
    for rival in (*RIVALS.values(), ideal):
        whole, part = rival(streams, streams.counts), rival(near, near.counts)
        for run, (slot, at) in enumerate(zip(slots, moved, strict=True)):
            assert part[run, at : at + 4] == pytest.approx(whole[run, slot : slot + 4], rel=1e-4)


def test_the_last_hour_is_the_sum_of_four_slots() -> None:
    counts = np.arange(12.0)[None, :]
    assert last_hour(counts)[0, :6].tolist() == [0, 1, 3, 6, 10, 14]
    mean, deviation = rolling(counts, 3, 1)
    assert (mean[0, 5], deviation[0, 5]) == (3, pytest.approx(0.8165, abs=1e-4))


def test_a_threshold_allows_so_many_alarms_and_no_more() -> None:
    scores = np.random.default_rng(1).random((5, 2_000))
    limit = threshold_for(scores, 12)
    assert 10 <= sum(alarms(one, limit) for one in scores) <= 12
