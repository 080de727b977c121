"""`vigie migrate`: a database becomes usable, once; a folder needs nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from bot.assembly import open_store
from bot.cli import cli
from bot.config import PostgresAddress


def migrate(store: object, status: int = 0) -> str:
    """What the command says."""
    ended = CliRunner(env={"COLUMNS": "200"}).invoke(cli, ["migrate", "--store", str(store)])
    assert ended.exit_code == status, ended.output
    return ended.output


async def _opens(url: str) -> bool:
    await (await open_store(PostgresAddress(url))).close()
    return True


def test_an_empty_database_becomes_usable_step_by_step(postgres_url: str) -> None:
    said = migrate(postgres_url)
    assert "✓ 0001 tables" in said
    assert "is up to date" in said
    assert asyncio.run(_opens(postgres_url))


def test_done_again_it_applies_nothing(postgres_url: str) -> None:
    migrate(postgres_url)
    said = migrate(postgres_url)
    assert "✓" not in said
    assert "is up to date" in said


def test_the_jobs_tables_are_made_as_well(postgres_url: str) -> None:
    assert "procrastinate" in migrate(postgres_url)


def test_a_folder_needs_nothing(tmp_path: Path) -> None:
    assert "nothing to do" in migrate(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_reached_is_told_without_its_password() -> None:
    said = migrate("postgresql://vigie:hush@127.0.0.1:1/vigie", status=1)
    assert "cannot be migrated: the database cannot be reached" in said
    assert "hush" not in said


def test_the_address_of_something_else_is_told() -> None:
    assert "--store is a folder" in migrate("mysql://host/vigie", status=2)
