"""`vigie export`: the mentions of a store, which may be in use, as a file."""

from __future__ import annotations

import csv
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store.base import Put
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import a_mention, a_post
from tests.cli.typed import vigie_over
from tests.written import SMALL, a_watch

CONFIG = f"{SMALL}{a_watch('Other')}"
FIRST = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
async def in_use(tmp_path: Path) -> AsyncIterator[Path]:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    mentions = [
        a_mention(
            id=f"m{n}",
            at=FIRST + timedelta(days=n),
            watch="Other" if n == 4 else "Lumo",
            post=a_post(id=f"p{n}", text=f"=day {n}"),
        )
        for n in range(5)
    ]
    await store.commit([Put(table="mentions", id=one.id, document=one) for one in mentions])
    yield tmp_path / "data"
    await store.close()


def export(tmp_path: Path, store: Path, *arguments: str, status: int = 0) -> str:
    return vigie_over(tmp_path, CONFIG, store, "export", *arguments, status=status)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as read:
        return list(csv.DictReader(read))


PERIOD = ("--from", "2026-10-06", "--to", "2026-10-09")


def test_the_mentions_of_some_days_are_in_the_file(tmp_path: Path, in_use: Path) -> None:
    file = tmp_path / "lumo.csv"
    told = export(tmp_path, in_use, str(file), "--watch", "lumo", *PERIOD)
    assert "3 mentions are in" in told
    assert [row["text"] for row in rows(file)] == ["'=day 1", "'=day 2", "'=day 3"]


def test_all_watches_are_in_it_where_none_is_named(tmp_path: Path, in_use: Path) -> None:
    file = tmp_path / "all.csv"
    export(tmp_path, in_use, str(file), *PERIOD)
    assert {row["watch"] for row in rows(file)} == {"Lumo", "Other"}


def test_nobody_else_on_the_machine_reads_the_file(tmp_path: Path, in_use: Path) -> None:
    file = tmp_path / "lumo.csv"
    export(tmp_path, in_use, str(file), *PERIOD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        (("--watch", "Nobody"), "There is no watch “Nobody”", 2),
        (("--from", "2026-10-09", "--to", "2026-10-05"), "the first day is after the last", 1),
    ],
)
def test_what_cannot_be_exported_is_told_in_words(
    tmp_path: Path, in_use: Path, arguments: tuple[str, ...], words: str, status: int
) -> None:
    told = export(tmp_path, in_use, str(tmp_path / "a.csv"), *arguments, status=status)
    assert words in told
