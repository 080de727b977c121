"""`vigie insights`: what people ask for, on a store that may be in use."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.insights import Insight, voiced_by
from bot.store.base import Put
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import a_mention, a_post
from tests.cli.typed import vigie_over
from tests.written import SMALL

TEAM = '[[teams]]\nname = "App"\nchannel = "#app"\nthemes = ["app"]\n'
CONFIG = f"{SMALL}{TEAM}"


@pytest.fixture
async def in_use(tmp_path: Path) -> AsyncIterator[Path]:
    """An insight that two people voiced yesterday."""
    store = await TinyStore.open(tmp_path / "data", TABLES)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    insight = Insight(
        id="abc123", title="=Dark mode", kind="wish", watch="Lumo", heard=at, first=at,
        team="App", state="heard",
    )  # fmt: skip
    voices = [
        voiced_by("abc123", a_mention(id=f"m{n}", at=at, post=a_post(author=f"@{n}")))
        for n in range(2)
    ]
    await store.commit(
        [
            Put(table="insights", id=insight.id, document=insight),
            *(Put(table="voiced", id=one.id, document=one) for one in voices),
        ]
    )
    yield tmp_path / "data"
    await store.close()


def told(tmp_path: Path, store: Path, *arguments: str, status: int = 0) -> str:
    return vigie_over(tmp_path, CONFIG, store, "insights", *arguments, status=status)


def test_they_are_told_in_lines(tmp_path: Path, in_use: Path) -> None:
    printed = told(tmp_path, in_use)
    assert "What people ask for, 30 days" in printed
    assert "1 waits for a decision." in printed
    assert "1. =Dark mode (abc123) – 2 people · heard" in printed


def test_a_team_has_its_own_and_another_is_refused(tmp_path: Path, in_use: Path) -> None:
    assert "What people ask of App, 7 days" in told(tmp_path, in_use, "app", "--for", "7d")
    assert "There is no team “Sales”" in told(tmp_path, in_use, "Sales", status=2)
    assert "--for is 1d to 400d" in told(tmp_path, in_use, "--for", "soon", status=2)


def test_the_file_is_for_its_owner_and_begins_no_formula(tmp_path: Path, in_use: Path) -> None:
    file = tmp_path / "insights.csv"
    told(tmp_path, in_use, "--csv", str(file))
    assert "abc123,'=Dark mode,Wish" in file.read_text(encoding="utf-8-sig")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_their_way_is_drawn(tmp_path: Path, in_use: Path) -> None:
    drawn = tmp_path / "way.svg"
    told(tmp_path, in_use, "--picture", str(drawn))
    assert drawn.read_text().startswith("<svg")
    assert "is a file .svg or .png" in told(tmp_path, in_use, "--picture", "way.gif", status=2)
