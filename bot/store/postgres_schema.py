"""The tables of the scale store, and how they came to be: numbered steps, each applied once.

A table has a row a document: its id, its version, the document as `json` (kept as it was written:
posts may hold U+0000, which `jsonb` refuses), a column for each indexed field, and the day of a
table that is kept by day. Text is compared byte by byte (collation "C"), as in the embedded store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

import psycopg

from bot.errors import StoreBehind
from bot.store.base import Index, TableSpec
from bot.store.postgres_faults import connected, told

DAY = "kept_day"
"""The column of a document's day."""

_LOCK = 0x7669676965
"""The advisory lock under which migrations run: the letters of Vigie."""

_HISTORY = """
CREATE TABLE IF NOT EXISTS vigie_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
)"""


class Migration(NamedTuple):
    """One step: its number (from 1), its name, and its SQL."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04} {self.name}"


def migrations() -> list[Migration]:
    """The steps that this Vigie knows, in order."""
    found = []
    for file in files("bot.store").joinpath("migrations").iterdir():
        number, _, name = file.name.removesuffix(".sql").partition("_")
        if number.isdecimal():
            found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found)


async def migrate(url: str) -> list[str]:
    """Apply what is missing, each step wholly or not at all; the names of what was applied.

    Several may call it at once: one applies, the others wait and find nothing left to do. Raises
    StoreBehind where the database was made by a newer Vigie or its steps were others than ours,
    StoreUnavailable where it cannot be reached.
    """
    applied = []
    async with await connected(url) as connection:
        try:
            await connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            await connection.execute(_HISTORY)
            for step in await _missing(connection):
                await _apply(connection, step)
                applied.append(str(step))
        except psycopg.Error as fault:
            raise told(fault) from fault
    return applied


async def behind(url: str) -> list[str]:
    """The names of the steps that are still to be applied. Raises as `migrate` does."""
    async with await connected(url) as connection:
        return [str(step) for step in await _missing(connection)]


async def check_migrated(connection: psycopg.AsyncConnection) -> None:
    """Raises StoreBehind, in words, where the tables are not those of this Vigie."""
    missing = await _missing(connection)
    if missing:
        known = migrations()[-1].number
        raise StoreBehind(
            f"the database is at migration {missing[0].number - 1}, this Vigie needs {known}: "
            "run `vigie migrate`"
        )


def ddl(spec: TableSpec) -> str:
    """The SQL that makes a table as `spec` describes it."""
    columns = [f'"{column}" {_type(spec, path)}' for path, column in columns_of(spec).items()]
    columns += [f"{DAY} date"] if spec.day else []
    lines = [
        'id text COLLATE "C" PRIMARY KEY',
        "version bigint NOT NULL",
        "document json NOT NULL",
        *columns,
    ]
    made = [f'CREATE TABLE "{spec.name}" (\n    ' + ",\n    ".join(lines) + "\n);"]
    made += [_index(spec, index) for index in spec.indexes]
    if spec.day:
        made.append(f'CREATE INDEX "{spec.name}_{DAY}" ON "{spec.name}" ({DAY});')
    return "\n".join(made) + "\n"


def columns_of(spec: TableSpec) -> dict[str, str]:
    """The column of each indexed field, by its path."""
    paths = sorted({path for index in spec.indexes for path in (*index.equal, index.order)})
    return {path: path.replace(".", "_") for path in paths}


def _type(spec: TableSpec, path: str) -> str:
    return "bigint" if path in spec.numbers else 'text COLLATE "C"'


def _index(spec: TableSpec, index: Index) -> str:
    known = columns_of(spec)
    columns = [known[path] for path in (*sorted(index.equal), index.order)]
    name = "_by_".join([spec.name, "_".join(columns)])
    listed = ", ".join(f'"{column}"' for column in columns)
    return f'CREATE INDEX "{name}" ON "{spec.name}" ({listed}, id);'


async def _apply(connection: psycopg.AsyncConnection, step: Migration) -> None:
    async with connection.transaction():
        await connection.execute(step.sql.encode())
        await connection.execute(
            "INSERT INTO vigie_migrations (number, name, checksum) VALUES (%s, %s, %s)",
            (step.number, step.name, step.checksum),
        )


async def _missing(connection: psycopg.AsyncConnection) -> Sequence[Migration]:
    """The steps not applied yet. Raises StoreBehind where what was applied is not ours."""
    known = {step.number: step for step in migrations()}
    applied = await _applied(connection)
    for number, name, checksum in applied:
        if number not in known:
            raise StoreBehind(
                f"the database was made by a newer Vigie (its migration {number}, “{name}”, is "
                "unknown here): start that one"
            )
        if checksum != known[number].checksum:
            raise StoreBehind(
                f"the database's migration {number}, “{name}”, is not this Vigie's: it was "
                "made by another, or changed by hand"
            )
    done = {number for number, _, _ in applied}
    return [step for number, step in known.items() if number not in done]


async def _applied(connection: psycopg.AsyncConnection) -> list[tuple[int, str, str]]:
    """Number, name and checksum of each step that was applied. Raises as `told` says."""
    try:
        cursor = await connection.execute("SELECT to_regclass('vigie_migrations') IS NOT NULL")
        there = await cursor.fetchone()
        if not there or not there[0]:
            return []
        cursor = await connection.execute("SELECT number, name, checksum FROM vigie_migrations")
        return await cursor.fetchall()
    except psycopg.Error as fault:
        raise told(fault) from fault
