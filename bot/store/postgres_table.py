"""The statements of one table of the scale store. All SQL is here; the names in it are ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import psycopg

from bot.errors import Conflict
from bot.store.base import Find, Key, Remove, TableSpec, Write, encoded
from bot.store.fields import fields_reader
from bot.store.postgres_schema import DAY, columns_of

Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_ROW = "id, version, document::text"


class Values(NamedTuple):
    """A document on its way into a row."""

    json: str
    fields: tuple[Key | date | None, ...]


class After(NamedTuple):
    """What a commit leaves of a document: `version` 0 and no values where it is removed. It was
    at `before`, 0 where it was not there; `only_new` says that it must not have been."""

    before: int
    version: int
    values: Values | None
    only_new: bool


class Again(Exception):
    """Somebody was faster; the transaction is to be tried again."""


class PostgresTable:
    """A table's statements, and what they take."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.name = f'"{spec.name}"'
        self.columns = columns_of(spec)
        self._fields = fields_reader(spec)
        names = [f'"{column}"' for column in self.columns.values()] + ([DAY] if spec.day else [])
        kinds = ["bigint" if path in spec.numbers else "text" for path in self.columns]
        kinds += ["date"] if spec.day else []
        arrays = ", ".join(f"%b::{kind}[]" for kind in ("text", "bigint", "text", *kinds))
        columns = ", ".join(["id", "version", "document", *names])
        taken = ", ".join(
            ["v.id", "v.version", "v.document::json", *(f"v.{name}" for name in names)]
        )
        rows = f"unnest({arrays}) AS v({columns})"
        self._insert = (
            f"INSERT INTO {self.name} ({columns}) SELECT {taken} FROM {rows} ORDER BY v.id "
            "ON CONFLICT (id) DO NOTHING RETURNING id"
        ).encode()
        changed = ", ".join(
            ["version = v.version", "document = v.document::json"]
            + [f"{name} = v.{name}" for name in names]
        )
        self._update = (
            f"UPDATE {self.name} AS t SET {changed} FROM {rows} WHERE t.id = v.id"
        ).encode()
        self._delete = f"DELETE FROM {self.name} WHERE id = ANY(%s)".encode()
        self._version = f"SELECT version FROM {self.name} WHERE id = %s".encode()
        self.get = f"SELECT {_ROW} FROM {self.name} WHERE id = %s".encode()
        self.page = (
            f"SELECT {_ROW} FROM {self.name} WHERE %s::text IS NULL OR id > %s ORDER BY id LIMIT %s"
        ).encode()
        self.lock = (
            f"SELECT id, version FROM {self.name} WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
        ).encode()
        days = f"min({DAY}), max({DAY})" if spec.day else "NULL, NULL"
        self.size = (
            f"SELECT count(*), pg_total_relation_size('{self.name}'), {days} FROM {self.name}"
        ).encode()
        self.drop = (
            f"DELETE FROM {self.name} WHERE ctid = ANY(ARRAY("
            f"SELECT ctid FROM {self.name} WHERE {DAY} < %s LIMIT %s))"
        ).encode()

    def values(self, write: Write) -> Values | None:
        """What a write puts into a row; None where it removes one. Raises ValueError."""
        checked_id(write.id)
        if isinstance(write, Remove):
            return None
        json = encoded(write.document)
        fields = self._fields(json)
        values: list[Key | date | None] = [fields[path] for path in self.columns]
        if self.spec.day:
            day = fields[self.spec.day]
            values.append(None if day is None else date.fromisoformat(str(day)[:10]))
        return Values(json.decode(), tuple(values))

    def find(self, query: Find) -> tuple[bytes, list[Key]]:
        """The statement of a query and its values. Raises ValueError without an index."""
        where, values = self._where(query)
        way = "DESC" if query.newest_first else "ASC"
        order = f'"{self.columns[query.order]}" {way}, id {way}'
        limit = "" if query.limit is None else f" LIMIT {max(query.limit, 0)}"
        found = f"SELECT {_ROW} FROM {self.name} WHERE {where} ORDER BY {order}{limit}"
        return found.encode(), values

    def count(self, query: Find) -> tuple[bytes, list[Key]]:
        """As `find`, to count whatever the limit."""
        where, values = self._where(query)
        return f"SELECT count(*) FROM {self.name} WHERE {where}".encode(), values

    def _where(self, query: Find) -> tuple[str, list[Key]]:
        self.spec.index(query.equal, query.order)
        order = f'"{self.columns[query.order]}"'
        parts = [f"{order} IS NOT NULL"]
        values: list[Key] = []
        for path, value in query.equal.items():
            parts.append(f'"{self.columns[path]}" = %s')
            values.append(value)
        for bound, sign in ((query.since, ">="), (query.before, "<")):
            if bound is not None:
                parts.append(f"{order} {sign} %s")
                values.append(bound)
        return " AND ".join(parts), values

    async def write(self, connection: Connection, documents: Mapping[str, After]) -> None:
        """Write what a commit leaves of some documents.

        Raises Conflict where one that was to be created is there, Again where one appeared that
        might have been there.
        """
        new = {id: after for id, after in documents.items() if after.values and not after.before}
        changed = {id: after for id, after in documents.items() if after.values and after.before}
        gone = sorted(id for id, after in documents.items() if not after.values and after.before)
        if new:
            cursor = await connection.execute(self._insert, _arrays(new))
            created = {id for (id,) in await cursor.fetchall()}
            if len(created) < len(new):
                await self._refuse(connection, min(new.keys() - created), new)
        if changed:
            await connection.execute(self._update, _arrays(changed))
        if gone:
            await connection.execute(self._delete, (gone,))

    async def _refuse(self, connection: Connection, id: str, new: Mapping[str, After]) -> None:
        cursor = await connection.execute(self._version, (id,))
        found = await cursor.fetchone()
        if found is None or not new[id].only_new:
            raise Again
        raise Conflict(self.spec.name, id, 0, found[0])


def _arrays(documents: Mapping[str, After]) -> list[list[Any]]:
    """Rows as columns: ids, versions, documents, fields."""
    ids, versions, jsons, rows = [], [], [], []
    for id, (_, version, values, _) in documents.items():
        if values is not None:
            ids.append(id)
            versions.append(version)
            jsons.append(values.json)
            rows.append(values.fields)
    return [ids, versions, jsons, *map(list, zip(*rows, strict=True))]


def checked_id(id: str) -> str:
    """An id that a text column can hold. Raises ValueError."""
    if "\0" in id:
        raise ValueError(f"the id {id!r} holds a NUL")
    return id
