"""`vigie replay`: what would have rung on a store, which may be in use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.domain.volume import SLOTS_A_DAY, DayVolume
from bot.store.base import Put, Store
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import a_mention, a_post
from tests.written import FORUM, a_watch

SENSITIVITY = 'spike_once_in = "14d"'
CONFIG = f"{FORUM}{a_watch(more=SENSITIVITY)}"
FIRST = datetime(2026, 10, 5, tzinfo=UTC)
SPIKE = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
DAYS = 21


async def fill(store: Store) -> None:
    """Three weeks with a mention an hour, and one morning of complaints about the battery."""
    puts = []
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        counts = [1, 0, 0, 0] * (SLOTS_A_DAY // 4)
        if day.date() == SPIKE.date():
            counts[36:40] = [10, 12, 3, 0]
        volume = DayVolume(watch="Lumo", day=day.date().isoformat(), counts=tuple(counts))
        puts.append(Put(table="volumes", id=f"Lumo\n{volume.day}", document=volume))
    for number in range(25):
        at = SPIKE + timedelta(minutes=number)
        post = a_post(id=f"p{number}", at=at, author="@ada" if number % 2 else f"@b{number}")
        mention = a_mention(id=f"m{number}", at=at, post=post)
        puts.append(Put(table="mentions", id=mention.id, document=mention))
    await store.commit(puts)


@pytest.fixture
async def in_use(tmp_path: Path) -> AsyncIterator[Path]:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    await fill(store)
    yield tmp_path / "data"
    await store.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def replay(config: Path, store: Path | str, *arguments: str, status: int = 0) -> str:
    ended = CliRunner(env={"COLUMNS": "140"}).invoke(
        cli, ["replay", *arguments, "-c", str(config), "--store", str(store)]
    )
    assert ended.exit_code == status, ended.output
    return ended.output


@pytest.fixture
async def database(postgres_url: str) -> str:
    await migrate(postgres_url)
    store = await PostgresStore.open(postgres_url, TABLES)
    await fill(store)
    await store.close()
    return postgres_url


PERIOD = ("--from", "2026-10-12", "--to", "2026-10-25")


def test_a_table_for_each_sensitivity_says_what_would_have_rung(config: Path, in_use: Path) -> None:
    told = replay(config, in_use, "lumo", *PERIOD, "--sensitivity", "7d,30d")
    assert "Once in 7 ordinary days: 1 alert, 0.5 a week" in told
    assert "Once in 30 ordinary days: 1 alert, 0.5 a week" in told
    assert told.count("20 Oct, 08:15") == 2
    assert "@ada: 7 of the posts" in told


def test_a_database_tells_the_same(config: Path, in_use: Path, database: str) -> None:
    asked = ("Lumo", *PERIOD, "--sensitivity", "7d,30d")
    assert replay(config, database, *asked) == replay(config, in_use, *asked)


def test_the_watchs_own_sensitivity_is_among_those_that_are_shown(
    config: Path, in_use: Path
) -> None:
    told = replay(config, in_use, "Lumo", *PERIOD)
    for days in (7, 14, 30, 90):
        assert f"Once in {days} ordinary days" in told


def test_it_speaks_the_language_of_the_configuration(config: Path, in_use: Path) -> None:
    config.write_text(f'[slack]\nlanguage = "fr"\n{CONFIG}', encoding="utf-8")
    told = replay(config, in_use, "Lumo", *PERIOD)
    assert "Une fois en 7 jours ordinaires\u00a0: 1 alerte, 0,5 par semaine" in told


@pytest.mark.parametrize(("name", "begins"), [("a.svg", b"<svg "), ("a.png", b"\x89PNG\r\n")])
def test_the_picture_is_written_where_it_is_asked_for(
    config: Path, in_use: Path, tmp_path: Path, name: str, begins: bytes
) -> None:
    picture = tmp_path / name
    told = replay(config, in_use, "Lumo", *PERIOD, "--picture", str(picture))
    assert picture.read_bytes().startswith(begins)
    assert name in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Nobody"], "There is no watch “Nobody”"),
        (["Lumo", "--picture", "a.jpg"], ".svg or .png"),
        (["Lumo", "--sensitivity", "3h"], "such as 7d,30d,90d"),
        (["Lumo", "--sensitivity", "often"], "such as 7d,30d,90d"),
        (["Lumo", "--from", "2020-01-01", "--to", "2020-01-05"], "Nothing was counted"),
    ],
)
def test_what_cannot_be_replayed_is_told_in_words(
    config: Path, in_use: Path, arguments: list[str], words: str
) -> None:
    assert words in replay(config, in_use, *arguments, status=2)


def test_a_period_that_ends_before_it_begins_is_refused(config: Path, in_use: Path) -> None:
    wrong = ("--from", "2026-10-25", "--to", "2026-10-12")
    assert "the first day is after the last" in replay(config, in_use, "Lumo", *wrong, status=1)
