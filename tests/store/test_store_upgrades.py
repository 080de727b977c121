"""What every earlier version wrote can be read, found, folded and moved by this one.

`written/` holds documents of each, by the number of the migration that it needed; see
`old_documents.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from bot.errors import StoreBehind
from bot.store import postgres_schema
from bot.store.base import Find, Index, Put, Store, TableSpec, encoded
from bot.store.catalogue import read_catalogue, write_catalogue
from bot.store.fields import fields_reader
from bot.store.moving import move
from bot.store.postgres import PostgresStore, migrate
from bot.store.postgres_schema import DAY, columns_of, migrations
from bot.store.repositories import TABLES, Records, Repository
from bot.store.tiny import TinyStore

FILES = sorted((Path(__file__).parent / "written").glob("*.json"))
VERSIONS = [path.stem for path in FILES]
SPECS = {spec.name: spec for spec in TABLES}


class Version(msgspec.Struct):
    """What a version declared, and the documents that it and all before it wrote."""

    declared: dict[str, Any] = {}
    documents: dict[str, list[dict[str, Any]]] = {}

    @property
    def tables(self) -> list[TableSpec]:
        """As that version declared them."""
        return [
            TableSpec(
                name,
                tuple(Index(tuple(equal), order) for equal, order in one["indexes"]),
                day=one["day"],
                numbers=tuple(one["numbers"]),
            )
            for name, one in self.declared.items()
        ]

    @property
    def puts(self) -> list[Put]:
        return [
            Put(table=table, id=f"{table} {number}", document=document)
            for table, documents in self.documents.items()
            for number, document in enumerate(documents)
        ]


@cache
def version(name: str) -> Version:
    found = Version()
    for path in FILES[: VERSIONS.index(name) + 1]:
        one = msgspec.json.decode(path.read_bytes(), type=Version)
        found.declared |= one.declared
        for table, documents in one.documents.items():
            found.documents[table] = [*found.documents.get(table, []), *documents]
    return found


async def reads_all(store: Store, old: Version) -> None:
    """Every document is a value of today, and is found by each of its indexes of today."""
    records = Records(store)
    kept = [one for one in vars(records).values() if isinstance(one, Repository)]
    for repository in kept:
        values = [one async for one in records.each(repository)]
        assert len(values) == len(old.documents.get(repository.table, [])), repository.table
    for put in old.puts:
        spec = SPECS[put.table]
        fields = fields_reader(spec)(encoded(put.document))
        for index in spec.indexes:
            equal = {path: key for path in index.equal if (key := fields[path]) is not None}
            if fields[index.order] is None or len(equal) < len(index.equal):
                continue
            query = Find(table=put.table, equal=equal, order=index.order)
            assert put.id in [row.id for row in await store.find(query)], (put.id, index)


@pytest.mark.parametrize("name", VERSIONS)
async def test_a_database_of_any_version_is_migrated_and_read(
    postgres_url: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, level, every = version(name), int(name[:4]), migrations()
    with monkeypatch.context() as then:
        then.setattr(postgres_schema, "migrations", lambda: every[:level])
        await migrate(postgres_url)
    await insert(postgres_url, old)
    assert await migrate(postgres_url) == [str(step) for step in every[level:]]
    store = await PostgresStore.open(postgres_url, TABLES)
    await reads_all(store, old)
    await store.close()


async def insert(url: str, old: Version) -> None:
    """Rows as that version wrote them, in the columns that there were."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema = current_schema() GROUP BY table_name"
        )
        there: dict[str, list[str]] = dict(await cursor.fetchall())
        specs = {spec.name: spec for spec in old.tables}
        for put in old.puts:
            if put.table not in there:
                continue
            row = row_of(specs[put.table], put)
            names = [name for name in row if name in there[put.table]]
            assert set(names) == set(row), "the samples declare what the tables have"
            columns = ", ".join(f'"{name}"' for name in names)
            places = ", ".join("%s" for _ in names)
            query = f'INSERT INTO "{put.table}" ({columns}) VALUES ({places})'  # noqa: S608
            await connection.execute(query.encode(), [row[name] for name in names])


def row_of(spec: TableSpec, put: Put) -> dict[str, object]:
    json = encoded(put.document)
    fields = fields_reader(spec)(json)
    row: dict[str, object] = {"id": put.id, "version": 1, "document": json.decode()}
    row |= {column: fields[path] for path, column in columns_of(spec).items()}
    if spec.day:
        day = fields[spec.day]
        row[DAY] = None if day is None else str(day)[:10]
    return row


@pytest.mark.parametrize("folded", [True, False], ids=["folded", "in the journal"])
@pytest.mark.parametrize("name", VERSIONS)
async def test_a_folder_of_any_version_is_opened_folded_and_moved(
    tmp_path: Path, name: str, *, folded: bool
) -> None:
    old, folder = version(name), tmp_path / "data"
    store = await TinyStore.open(folder, old.tables)
    await store.commit(old.puts)
    if folded:
        await store.purge()
    await store.close()
    for _ in range(2):  # as it was left, and as this version leaves it
        store = await TinyStore.open(folder, TABLES)
        assert store.set_aside == ()
        await reads_all(store, old)
        await store.purge()
        await reads_all(store, old)
        await store.close()
    await is_moved(folder, tmp_path / "moved", old)


async def is_moved(folder: Path, to: Path, old: Version) -> None:
    source, target = await TinyStore.open(folder, TABLES), await TinyStore.open(to, TABLES)
    moved = await move(source, target, TABLES, lambda *_: None)
    assert all(one.well for one in moved)
    assert sum(one.written for one in moved) == len(old.puts)
    await source.close()
    await target.close()


@pytest.mark.parametrize("newer", ["format", "schema"])
async def test_a_folder_of_a_newer_version_is_refused_in_words_and_left_alone(
    tmp_path: Path, newer: str
) -> None:
    store = await TinyStore.open(tmp_path, TABLES)
    await store.commit(version("0001a").puts)
    await store.close()
    catalogue = read_catalogue(tmp_path)
    assert catalogue is not None
    assert catalogue.schema == migrations()[-1].number
    write_catalogue(tmp_path, replace(catalogue, **{newer: 99}))
    before = bytes_of(tmp_path)
    with pytest.raises(StoreBehind, match="was written by a newer Vigie: start that one"):
        await TinyStore.open(tmp_path, TABLES)
    assert bytes_of(tmp_path) == before


async def test_an_older_version_is_kept_out_from_the_first_start_of_a_newer(
    tmp_path: Path,
) -> None:
    await (await TinyStore.open(tmp_path, TABLES)).close()
    catalogue = read_catalogue(tmp_path)
    assert catalogue is not None
    write_catalogue(tmp_path, replace(catalogue, schema=0))  # of a Vigie that did not say
    await (await TinyStore.open(tmp_path, TABLES)).close()
    assert read_catalogue(tmp_path) == catalogue


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.json*")}


def test_there_are_samples_of_the_first_version_and_of_each_table() -> None:
    assert VERSIONS[0].startswith("0001")
    newest = version(VERSIONS[-1])
    assert newest.documents.keys() == newest.declared.keys()
