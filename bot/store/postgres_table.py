"""The statements of one table of the scale store, and what they take.

All SQL that reads and writes documents is here; the names in it are ours, the values parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from bot.store.base import Find, Key, Remove, TableSpec, Write, encoded
from bot.store.fields import fields_reader
from bot.store.postgres_schema import DAY, columns_of

Values = Sequence[str]
"""A document on its way into a row: its JSON, its indexed fields and its day, as `element`s."""

NewRow = tuple[str, int, Values]
"""Id, version and values."""

Parameters = Sequence[Key | date | None]

_ROW = "id, version, document::text"
_BIGINT = range(-(1 << 63), 1 << 63)


class Statement(NamedTuple):
    """SQL, and what its placeholders stand for."""

    query: bytes
    values: Parameters = ()


class PostgresTable:
    """What can be asked of the table of `spec`."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self._name = f'"{spec.name}"'
        self._columns = columns_of(spec)
        self._fields = fields_reader(spec)
        self._insert, self._update = self._writing()

    def _writing(self) -> tuple[bytes, bytes]:
        kinds = ["bigint" if path in self.spec.numbers else "text" for path in self._columns]
        names = [f'"{column}"' for column in self._columns.values()]
        if self.spec.day:
            kinds.append("date")
            names.append(DAY)
        arrays = ", ".join(f"%s::{kind}[]" for kind in ("text", "bigint", "text", *kinds))
        columns = ", ".join(["id", "version", "document", *names])
        rows = f"unnest({arrays}) AS new({columns})"
        taken = ["new.id", "new.version", "new.document::json", *(f"new.{name}" for name in names)]
        insert = (
            f"INSERT INTO {self._name} ({columns}) SELECT {', '.join(taken)} FROM {rows} "
            "ORDER BY new.id ON CONFLICT (id) DO NOTHING RETURNING id"
        )
        changed = ["version = new.version", "document = new.document::json"]
        changed += [f"{name} = new.{name}" for name in names]
        update = (
            f"UPDATE {self._name} AS old SET {', '.join(changed)} FROM {rows} WHERE old.id = new.id"
        )
        return insert.encode(), update.encode()

    def values(self, write: Write) -> Values | None:
        """What a write puts into a row; None where it removes one. Raises ValueError and
        TypeError."""
        checked_text(write.id)
        if isinstance(write, Remove):
            return None
        json = encoded(write.document)
        fields = self._fields(json)
        row = [_quoted(json.decode())]
        row += [self._element(path, fields[path]) for path in self._columns]
        if self.spec.day:
            day = fields[self.spec.day]
            row.append(element(None if day is None else date.fromisoformat(str(day)[:10])))
        return row

    def _element(self, path: str, value: Key | None) -> str:
        if isinstance(value, int) and value not in _BIGINT:
            raise ValueError(f"{self.spec.name}: `{path}` is a number beyond 64 bits")
        return element(value)

    def get(self, id: str) -> Statement:
        query = f"SELECT {_ROW} FROM {self._name} WHERE id = %s"
        return Statement(query.encode(), (checked_text(id),))

    def find(self, query: Find) -> Statement:
        """Raises ValueError without an index."""
        where, values = self._where(query)
        way = "DESC" if query.newest_first else "ASC"
        order = f'"{self._columns[query.order]}" {way}, id {way}'
        limit = "" if query.limit is None else f" LIMIT {max(query.limit, 0)}"
        found = f"SELECT {_ROW} FROM {self._name} WHERE {where} ORDER BY {order}{limit}"
        return Statement(found.encode(), values)

    def count(self, query: Find) -> Statement:
        """How many `find` would return; raises as it does."""
        where, values = self._where(query)
        limit = "" if query.limit is None else f" LIMIT {max(query.limit, 0)}"
        found = f"SELECT count(*) FROM (SELECT FROM {self._name} WHERE {where}{limit}) AS found"
        return Statement(found.encode(), values)

    def _where(self, query: Find) -> tuple[str, list[Key]]:
        self.spec.index(query.equal, query.order)
        order = f'"{self._columns[query.order]}"'
        parts = [f"{order} IS NOT NULL"]
        values: list[Key] = []
        for path, value in query.equal.items():
            parts.append(f'"{self._columns[path]}" = %s')
            values.append(value)
        for bound, sign in ((query.since, ">="), (query.before, "<")):
            if bound is not None:
                parts.append(f"{order} {sign} %s")
                values.append(bound)
        for value in values:
            checked_text(str(value))
        return " AND ".join(parts), values

    def page(self, after: str | None, size: int) -> Statement:
        """The next rows by id; `after` is the last of the page before, None at the first."""
        where, values = ("", ()) if after is None else (" WHERE id > %s", (after,))
        query = f"SELECT {_ROW} FROM {self._name}{where} ORDER BY id LIMIT {size}"
        return Statement(query.encode(), values)

    def lock(self, ids: Iterable[str]) -> Statement:
        """The ids and versions of those that are there, which are locked until the commit ends."""
        query = (
            f"SELECT id, version FROM {self._name} WHERE id = ANY(%s::text[]) "
            "ORDER BY id FOR UPDATE"
        )
        return Statement(query.encode(), (array(map(element, ids)),))

    def insert(self, rows: Sequence[NewRow]) -> Statement:
        """Create documents, and return the ids of those created: all but those that are there."""
        return Statement(self._insert, _columns(rows))

    def update(self, rows: Sequence[NewRow]) -> Statement:
        """Overwrite documents that are there."""
        return Statement(self._update, _columns(rows))

    def delete(self, ids: Iterable[str]) -> Statement:
        query = f"DELETE FROM {self._name} WHERE id = ANY(%s::text[])"
        return Statement(query.encode(), (array(map(element, ids)),))

    def version(self, id: str) -> Statement:
        return Statement(f"SELECT version FROM {self._name} WHERE id = %s".encode(), (id,))

    def drop(self, before: date, size: int) -> Statement:
        """Delete `size` documents at most of days before `before`."""
        query = (
            f"DELETE FROM {self._name} WHERE id = ANY(ARRAY("
            f"SELECT id FROM {self._name} WHERE {DAY} < %s ORDER BY id LIMIT {size} FOR UPDATE))"
        )
        return Statement(query.encode(), (before,))

    def size(self) -> Statement:
        """Documents, bytes with all indexes, first and last day."""
        days = f"min({DAY}), max({DAY})" if self.spec.day else "NULL::date, NULL::date"
        query = f"SELECT count(*), pg_total_relation_size('{self._name}'), {days} FROM {self._name}"
        return Statement(query.encode())


def array(elements: Iterable[str]) -> str:
    """An array as PostgreSQL reads it (https://www.postgresql.org/docs/current/arrays.html)."""
    return "{" + ",".join(elements) + "}"


def element(value: Key | date | None) -> str:
    """A value as an element of an `array`."""
    if value is None:
        return "NULL"
    return _quoted(value) if isinstance(value, str) else str(value)


def checked_text(text: str) -> str:
    """Text that a column can hold. Raises ValueError."""
    if "\0" in text:
        raise ValueError(f"{text!r} holds a NUL")
    return text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _columns(rows: Sequence[NewRow]) -> list[str]:
    """Rows turned into a column an array: ids, versions, documents, fields."""
    ids, versions, values = zip(*rows, strict=True)
    columns = zip(*values, strict=True)
    return [array(map(element, ids)), array(map(str, versions)), *map(array, columns)]
