"""`vigie learning`: told and exported of a folder in use, begun anew, and forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.config import loads
from bot.services import learning
from bot.services.base import Services, utc_now
from bot.services.numbering import Sequence
from bot.slack.gateway import Gateway
from bot.store.base import Store
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.services.conftest import CONFIG
from tests.services.teaching import judged, taught


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG, encoding="utf-8")


def ran(store: Path | str, *arguments: str, status: int = 0) -> str:
    """What the command says."""
    runner = CliRunner(env={"COLUMNS": "300"})
    ended = runner.invoke(cli, ["learning", *arguments, "--store", str(store)])
    assert ended.exit_code == status, ended.output
    return ended.output


@contextlib.asynccontextmanager
async def a_vigie(store: Store) -> AsyncIterator[Services]:
    """One that was taught English, and a little French."""
    records = Records(store)
    async with Gateway("xoxb-test", "http://127.0.0.1:1/api/") as nobody_answers:
        services = Services(
            config=loads(CONFIG),
            records=records,
            slack=nobody_answers,
            sources={},
            clock=utc_now,
            sequence=Sequence(utc_now),
        )
        await taught(services)
        await judged(services, 1, "right", language="fr")
        await learning.learn_anew(services)
        yield services
    await records.close()


@pytest.fixture
async def in_use(tmp_path: Path) -> AsyncIterator[Path]:
    """The folder of a Vigie that runs."""
    async with a_vigie(await TinyStore.open(tmp_path / "data", TABLES)):
        yield tmp_path / "data"


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """The folder of one that was stopped."""
    async with a_vigie(await TinyStore.open(tmp_path / "data", TABLES)):
        pass
    return tmp_path / "data"


def test_it_tells_how_far_each_language_has_come(in_use: Path) -> None:
    told = ran(in_use)
    assert "English is read by what the team taught." in told
    assert "60 judgements count today, 30 of them negative." in told
    assert "on 60 judgements" in told
    assert "French is read by the rules." in told
    assert "A first trial needs 19 more negative ones and 20 more that are not." in told
    assert "English" not in ran(in_use, "fr")


def test_what_was_learnt_is_exported_without_a_word_of_any_post(
    in_use: Path, tmp_path: Path
) -> None:
    file = tmp_path / "learnt.json"
    assert "61 labels are in" in ran(in_use, "--export", str(file))
    text = file.read_text(encoding="utf-8")
    english, french = json.loads(text)
    assert (english["language"], english["model"]["version"]) == ("en", 1)
    assert {label["mention"]: label["negative"] for label in english["labels"]} == {
        f"en{n}": bool(n % 2) for n in range(60)
    }
    assert (french["model"], len(french["labels"])) == (None, 1)
    assert not [word for word in ("flickers", "bricked", "parcel", "evening") if word in text]


def test_it_is_begun_anew(folder: Path) -> None:
    assert "Begun anew: en." in ran(folder, "en", "--reset")
    told = ran(folder)
    assert "English is read by the rules." in told
    assert "0 judgements count today, 0 of them negative." in told
    assert "1 judgement counts today" in told, "French was not meant"
    assert "Begun anew: en, fr." in ran(folder, "--reset")
    assert "1 judgement counts today" not in ran(folder)


def test_all_of_it_is_forgotten(folder: Path, tmp_path: Path) -> None:
    assert "61 judgements are gone" in ran(folder, "--forget")
    ran(folder, "--export", str(tmp_path / "none.json"))
    assert json.loads((tmp_path / "none.json").read_text(encoding="utf-8")) == []


def test_a_folder_in_use_is_not_changed(in_use: Path) -> None:
    assert "cannot be used" in ran(in_use, "--reset", status=1)
    assert "cannot be used" in ran(in_use, "--forget", status=1)


async def test_a_database_in_use_is_begun_anew_and_its_workers_follow(postgres_url: str) -> None:
    await migrate(postgres_url)
    async with a_vigie(await PostgresStore.open(postgres_url, TABLES)) as worker:
        assert set(worker.reading.learnt) == {"en"}
        told = await asyncio.to_thread(ran, postgres_url)
        assert "60 judgements count today, 30 of them negative." in told
        assert "Begun anew: en, fr." in await asyncio.to_thread(ran, postgres_url, "--reset")
        await worker.lessons.reload(worker.records)
        assert worker.reading.learnt == {}


@pytest.mark.parametrize("odd", [("--reset", "--forget"), ("en", "--forget")])
def test_one_thing_is_done_at_a_time(tmp_path: Path, odd: tuple[str, ...]) -> None:
    assert "One thing at a time" in ran(tmp_path / "data", *odd, status=2)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    for asked in ((), ("--reset",)):
        assert "is no folder" in ran(tmp_path / "data", *asked, status=2)
