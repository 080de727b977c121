"""`vigie trend` and `vigie compare`: how watches went, on a store that may be in use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.volume import DayVolume
from bot.store.base import Put
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.cli.typed import vigie_over
from tests.written import SMALL, a_watch

CONFIG = f"{SMALL}{a_watch('Rival')}"


@pytest.fixture
async def in_use(tmp_path: Path) -> AsyncIterator[Path]:
    """Seventy days, in each hour one mention of the one and three of the other."""
    store = await TinyStore.open(tmp_path / "data", TABLES)
    today = datetime.now(UTC).date()
    await store.commit(
        [
            Put(
                table="volumes",
                id=f"{watch} {n}",
                document=DayVolume(
                    watch=watch,
                    day=(today - timedelta(days=n)).isoformat(),
                    counts=(count, 0, 0, 0) * 24,
                ),
            )
            for watch, count in (("Lumo", 1), ("Rival", 3))
            for n in range(70)
        ]
    )
    yield tmp_path / "data"
    await store.close()


def vigie(tmp_path: Path, store: Path, *arguments: str, status: int = 0) -> str:
    return vigie_over(tmp_path, CONFIG, store, *arguments, status=status)


def test_a_trend_is_told_in_a_sentence_and_a_table(tmp_path: Path, in_use: Path) -> None:
    told = vigie(tmp_path, in_use, "trend", "lumo")
    assert "mentions in 30 days, " in told
    assert "no spike" in told
    assert " 168 " in told, "a week of one an hour"


def test_watches_are_held_beside_each_other(tmp_path: Path, in_use: Path) -> None:
    told = vigie(tmp_path, in_use, "compare", "Lumo", "Rival", "--for", "10d")
    assert "Share of voice in 10 days" in told
    assert "Rival: 75%" in told


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<svg "), ("a.png", b"\x89PNG\r\n")])
@pytest.mark.parametrize("asked", [("trend", "Lumo"), ("compare", "Lumo", "Rival")])
def test_the_picture_is_written_where_it_is_asked_for(
    tmp_path: Path, in_use: Path, name: str, begins: bytes, asked: tuple[str, ...]
) -> None:
    picture = tmp_path / name
    told = vigie(tmp_path, in_use, *asked, "--picture", str(picture))
    assert picture.read_bytes().startswith(begins)
    assert name in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("trend", "Nobody"), "There is no watch “Nobody”"),
        (("trend", "Lumo", "--for", "900d"), "12h to 92d"),
        (("trend", "Lumo", "--picture", "a.jpg"), ".svg or .png"),
        (("compare", "Lumo"), "Name 2 to 6 watches"),
    ],
)
def test_what_cannot_be_told_is_told_in_words(
    tmp_path: Path, in_use: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in vigie(tmp_path, in_use, *arguments, status=2)
