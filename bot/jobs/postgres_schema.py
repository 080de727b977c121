"""The tables of procrastinate: made, brought up to date, and looked at before the jobs start.

Which of procrastinate's migrations a database has is written as the comment of its table of jobs.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager
from psycopg import sql

from bot.errors import StoreBehind, StoreUnavailable

CONNECT_TIMEOUT = 5
"""Seconds that a connection may take."""

_TABLE = "procrastinate_jobs"
_LOCK = 0x7669676A6F6273
"""Of whoever prepares: any number that nobody else takes for an advisory lock."""


async def prepare(url: str) -> list[str]:
    """Make the tables of the jobs, or bring them up to date; the names of the steps this took.

    All of it is done or nothing; several may call it at once. The tables come to lie in the first
    schema of the address's search path. Raises StoreUnavailable where the database cannot be
    reached or does not allow it.
    """
    try:
        async with await connected(url) as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            has = await _migration(connection)
            if has is None:
                await connection.execute(SchemaManager.get_schema().encode())
                applied = [metadata.version("procrastinate")]
            else:
                applied = [step.stem for step in migrations() if step.stem > has]
                for step in migrations():
                    if step.stem in applied:
                        await connection.execute(step.read_bytes())
            if applied:
                await _write_down(connection, migrations()[-1].stem)
            return [f"procrastinate {name}" for name in applied]
    except psycopg.Error as fault:
        raise unavailable(fault) from None


async def check_prepared(url: str) -> None:
    """Raises StoreBehind where the tables are not those that this procrastinate needs, and
    StoreUnavailable where the database cannot be reached."""
    try:
        async with await connected(url) as connection:
            has = await _migration(connection)
    except psycopg.Error as fault:
        raise unavailable(fault) from None
    needs = migrations()[-1].stem
    if has is None:
        raise StoreBehind("the database has no tables for the jobs: run `vigie migrate`")
    if has < needs:
        raise StoreBehind(
            f"the tables of the jobs are at {has}, procrastinate needs {needs}: run `vigie migrate`"
        )


def migrations() -> list[Path]:
    """procrastinate's own migrations, in the order in which they are to be applied."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def connected(url: str) -> psycopg.AsyncConnection:
    """A connection of one's own, in which each statement is a transaction. Raises psycopg.Error."""
    return await psycopg.AsyncConnection.connect(
        url, autocommit=True, connect_timeout=CONNECT_TIMEOUT
    )


def unavailable(fault: BaseException) -> StoreUnavailable:
    """The error to raise in the place of one of psycopg's or procrastinate's."""
    cause = fault.__cause__ if isinstance(fault.__cause__, psycopg.Error) else fault
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    words = " ".join((said or str(cause)).split())[:300]
    return StoreUnavailable(f"the database of the jobs cannot be used: {words}")


async def _migration(connection: psycopg.AsyncConnection) -> str | None:
    """The last migration that the tables have, None where there are no tables.

    Tables that somebody else made, and wrote nothing on, are taken to be as new as ours.
    """
    cursor = await connection.execute(
        "SELECT obj_description(found, 'pg_class') FROM to_regclass(%s) AS found"
        " WHERE found IS NOT NULL",
        (_TABLE,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    (comment,) = row
    return str(comment) if comment else migrations()[-1].stem


async def _write_down(connection: psycopg.AsyncConnection, migration: str) -> None:
    comment = sql.SQL("COMMENT ON TABLE {} IS {}")
    await connection.execute(comment.format(sql.Identifier(_TABLE), sql.Literal(migration)))
