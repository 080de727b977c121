"""`vigie data`: what is kept is told, of a folder in use as well, and of one person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.store.base import Put, Store
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import NOW, a_mention, a_post

MENTIONS = [
    a_mention(id="m1", at=NOW - timedelta(days=2)),
    a_mention(id="m2", post=a_post(text="Mended.\x1b[2J Thank you!")),
    a_mention(id="m3", post=a_post(author="@grace")),
]


async def fill(store: Store) -> None:
    puts = [Put(table="mentions", id=each.id, document=each) for each in MENTIONS]
    await store.commit([*puts, Put(table="mutes", id="Lumo", document={"until": "2026-11-25"})])


def data(*arguments: str, status: int = 0, config: str = "absent.toml") -> str:
    """What the command says."""
    return ended(*arguments, status=status, config=config).output


def as_json(*arguments: str) -> Any:
    return json.loads(ended(*arguments, "--json").stdout)


def ended(*arguments: str, status: int = 0, config: str = "absent.toml") -> Result:
    environment = {"COLUMNS": "200", "VIGIE_CONFIG": config}
    result = CliRunner(env=environment).invoke(cli, ["data", *arguments])
    assert result.exit_code == status, result.output
    return result


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    await fill(store)
    await store.close()
    return tmp_path / "data"


@pytest.fixture
async def in_use(folder: Path) -> AsyncIterator[Path]:
    store = await TinyStore.open(folder, TABLES)
    yield folder
    await store.close()


@pytest.fixture
async def database(postgres_url: str) -> str:
    await migrate(postgres_url)
    store = await PostgresStore.open(postgres_url, TABLES)
    await fill(store)
    await store.close()
    return postgres_url


def check_told(told: Any) -> None:
    tables = {table["name"]: table for table in told["tables"]}
    assert list(tables) == [spec.name for spec in TABLES]
    mentions = tables["mentions"]
    assert (mentions["documents"], mentions["oldest"]) == (3, "2026-11-22")
    assert mentions["newest"] == "2026-11-24"
    assert mentions["bytes"] > 1_000
    assert tables["mutes"]["documents"] == 1
    assert told["total"]["documents"] == 4
    assert told["set_aside"] == []


def test_a_folder_is_told_table_by_table(folder: Path) -> None:
    check_told(as_json("--store", str(folder)))


def test_a_folder_is_told_while_a_vigie_runs_on_it(in_use: Path) -> None:
    check_told(as_json("--store", str(in_use)))
    assert "@ada" in data("--store", str(in_use), "--author", "@ada", "--json")


async def test_a_database_is_told_table_by_table(database: str) -> None:
    told = msgspec.json.decode(await _in_a_thread("--store", database, "--json"))
    check_told(told)
    assert "pg_dump" in await _in_a_thread("--store", database)


async def _in_a_thread(*arguments: str) -> str:
    return await asyncio.to_thread(data, *arguments)


def test_a_table_says_where_it_is_and_how_to_back_it_up(folder: Path) -> None:
    said = data("--store", str(folder))
    assert "2026-11-22" in said
    assert "A backup is made by vigie backup FOLDER, also while Vigie runs." in said


def test_the_store_of_the_configuration_is_told(folder: Path) -> None:
    file = folder.parent / "config.toml"
    file.write_text(
        'store = "data"\n[[sources]]\nname = "hn"\nkind = "hackernews"\n'
        '[[watches]]\nname = "Lumo"\nquery = "lumo"\nchannel = "#care"\n'
    )
    assert as_json("--config", str(file))["store"] == str(folder)


def test_what_is_damaged_is_told_with_its_place(folder: Path) -> None:
    [journal] = folder.glob("journal-*.jsonl")
    with journal.open("r+b") as file:
        file.seek(journal.read_bytes().index(b"Lumo lamp died"))
        file.write(b"!")
    [aside] = as_json("--store", str(folder))["set_aside"]
    assert aside["file"] == str(journal)
    assert aside["length"] > 0
    said = data("--store", str(folder))
    assert "is damaged at byte" in said
    assert not (folder / "damaged").exists()  # who only looks writes nothing


def test_what_is_held_of_an_author_comes_whole_and_oldest_first(folder: Path) -> None:
    lines = data("--store", str(folder), "--author", "@ada", "--json").splitlines()
    held = [msgspec.json.decode(line, type=type(MENTIONS[0])) for line in lines]
    assert held == MENTIONS[:2]


async def test_what_was_said_of_an_author_s_posts_comes_after_them(folder: Path) -> None:
    store = await TinyStore.open(folder, TABLES)
    said = {"mention": "m2", "watch": "Lumo", "verdict": "not_negative", "by": "U1", "at": NOW}
    asked = {"mention": "m2", "watch": "Lumo", "day": "2026-11-24", "at": NOW}
    other = {**said, "mention": "m3"}
    documents = [("judgements", said), ("questions", asked), ("judgements", other)]
    await store.commit(
        [Put(table=table, id=str(each["mention"]), document=each) for table, each in documents]
    )
    await store.close()
    lines = await _in_a_thread("--store", str(folder), "--author", "@ada", "--json")
    *_, judgement, question = map(json.loads, lines.splitlines())
    assert (judgement["mention"], judgement["verdict"]) == ("m2", "not_negative")
    assert (question["mention"], question["day"]) == ("m2", "2026-11-24")
    shown = await _in_a_thread("--store", str(folder), "--author", "@ada")
    assert "not negative (U1)" in shown


async def test_what_a_database_holds_of_an_author_comes_as_well(database: str) -> None:
    said = await _in_a_thread("--store", database, "--author", "@grace", "--json")
    assert msgspec.json.decode(said)["id"] == "m3"


def test_an_author_s_words_command_no_terminal(folder: Path) -> None:
    said = data("--store", str(folder), "--author", "@ada")
    assert "Mended." in said
    assert "\x1b" not in said
    assert "2 mentions" in said


def test_an_author_of_whom_nothing_is_held_is_told_so(folder: Path) -> None:
    assert "Nothing is held of @nobody" in data("--store", str(folder), "--author", "@nobody")


@pytest.mark.parametrize(
    ("store", "status", "words"),
    [
        ("nowhere", 2, "is no folder"),
        (".", 2, "holds nothing that a Vigie wrote"),
        ("mysql://host/vigie", 2, "--store is a folder"),
        ("postgresql://vigie:hush@127.0.0.1:1/vigie", 1, "cannot be reached"),
    ],
)
def test_a_store_that_is_not_there_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str, status: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = data("--store", store, status=status)
    assert words in said
    assert "hush" not in said
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_is_behind_is_told_to_be_migrated(postgres_url: str) -> None:
    said = await asyncio.to_thread(data, "--store", postgres_url, status=1)
    assert "vigie migrate" in said


def test_a_configuration_that_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    assert "cannot be used yet" in data(config=str(tmp_path / "none.toml"), status=2)
