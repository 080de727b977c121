"""procrastinate's tables: made once, brought up to date, and looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from bot.errors import StoreBehind, StoreUnavailable
from bot.jobs import postgres_schema as schema

Connection = psycopg.AsyncConnection[tuple[object, ...]]


@pytest.fixture
async def beside(postgres_schema: str) -> AsyncIterator[Connection]:
    async with await psycopg.AsyncConnection.connect(
        postgres_schema, autocommit=True
    ) as connection:
        yield connection


async def test_tables_are_made_once(postgres_schema: str) -> None:
    [made] = await schema.prepare(postgres_schema)
    assert made.startswith("procrastinate 3.")
    assert await schema.prepare(postgres_schema) == []
    await schema.check_prepared(postgres_schema)


async def test_of_two_who_prepare_at_once_one_does(postgres_schema: str) -> None:
    steps = await asyncio.gather(*(schema.prepare(postgres_schema) for _ in range(3)))
    assert sorted(map(len, steps)) == [0, 0, 1]


async def test_tables_of_an_older_procrastinate_are_told_and_brought_up_to_date(
    postgres_schema: str, beside: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await schema.prepare(postgres_schema)
    first, second = tmp_path / "99.00.00_01_pre_first.sql", tmp_path / "99.00.00_50_post_second.sql"
    first.write_text("CREATE TABLE first ()")
    second.write_text("ALTER TABLE first RENAME TO second; SELECT '100%'")
    steps = [*schema.migrations(), first, second]
    monkeypatch.setattr(schema, "migrations", lambda: steps)
    with pytest.raises(StoreBehind, match=r"needs 99.+second: run `vigie migrate`"):
        await schema.check_prepared(postgres_schema)
    assert await schema.prepare(postgres_schema) == [
        "procrastinate 99.00.00_01_pre_first",
        "procrastinate 99.00.00_50_post_second",
    ]
    await beside.execute("SELECT FROM second")
    await schema.check_prepared(postgres_schema)


async def test_a_step_that_fails_leaves_all_as_it_was(
    postgres_schema: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: Connection
) -> None:
    await schema.prepare(postgres_schema)
    step = tmp_path / "99.00.00_01_pre_bad.sql"
    step.write_text("CREATE TABLE half (); SELECT FROM nowhere")
    steps = [*schema.migrations(), step]
    monkeypatch.setattr(schema, "migrations", lambda: steps)
    with pytest.raises(StoreUnavailable, match="nowhere"):
        await schema.prepare(postgres_schema)
    with pytest.raises(psycopg.errors.UndefinedTable):
        await beside.execute("SELECT FROM half")
    with pytest.raises(StoreBehind):
        await schema.check_prepared(postgres_schema)
