"""The contract of a store in its plainest words, for the others to be held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

from bot.errors import Conflict
from bot.store.base import Find, Put, Row, TableSize, TableSpec, Write, encoded
from bot.store.damage import SetAside


class ReferenceStore:
    """A dict, and a scan for every question."""

    def __init__(self, tables: Sequence[TableSpec]) -> None:
        self._specs = {spec.name: spec for spec in tables}
        self._rows: dict[tuple[str, str], Row] = {}
        self._changes = Counter[str]()

    @property
    def set_aside(self) -> Sequence[SetAside]:
        return ()

    async def get(self, table: str, id: str) -> Row | None:
        self._declared(table)
        return self._rows.get((table, id))

    async def find(self, query: Find) -> list[Row]:
        self._declared(query.table)
        self._specs[query.table].index(query.equal, query.order)
        found = [
            row
            for (table, _), row in self._rows.items()
            if table == query.table and _matches(row, query)
        ]
        found.sort(key=lambda row: (_at(row, query.order), row.id), reverse=query.newest_first)
        return found[: query.limit]

    async def count(self, query: Find) -> int:
        return len(await self.find(query))

    def changes(self, table: str) -> int:
        return self._changes[table]

    async def commit(self, writes: Sequence[Write]) -> None:
        rows, written = dict(self._rows), Counter[str]()
        for write in writes:
            self._declared(write.table)
            before = rows.pop((write.table, write.id), None)
            written[write.table] += 1
            found = 0 if before is None else before.version
            if write.expected not in (None, found):
                raise Conflict(write.table, write.id, write.expected, found)
            if isinstance(write, Put):
                row = Row(id=write.id, version=found + 1, json=encoded(write.document))
                rows[write.table, write.id] = row
        self._rows = rows
        self._changes += written

    async def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        self._declared(table)
        yield [row for (name, _), row in self._rows.items() if name == table]

    async def drop_days(self, table: str, before: date) -> int:
        self._declared(table)
        if self._specs[table].day is None:
            raise ValueError("not kept by day")
        old = [place for place, day in self._days(table) if day < before]
        for place in old:
            del self._rows[place]
        self._changes[table] += len(old)
        return len(old)

    async def purge(self) -> None:
        return

    async def forget_damaged(self) -> None:
        return

    async def sizes(self) -> list[TableSize]:
        return [self._size(name) for name in self._specs]

    def _size(self, table: str) -> TableSize:
        rows = [row for (name, _), row in self._rows.items() if name == table]
        days = [day for _, day in self._days(table)]
        return TableSize(
            name=table,
            documents=len(rows),
            bytes=sum(len(row.json) for row in rows),
            oldest=min(days, default=None),
            newest=max(days, default=None),
        )

    def _days(self, table: str) -> list[tuple[tuple[str, str], date]]:
        field = self._specs[table].day
        return [
            (place, date.fromisoformat(written[:10]))
            for place, row in self._rows.items()
            if place[0] == table and field and (written := row.document.get(field))
        ]

    async def close(self) -> None:
        pass

    def _declared(self, table: str) -> None:
        if table not in self._specs:
            raise ValueError(f"no table {table}")


def _at(row: Row, path: str) -> Any:
    found: Any = row.document
    for name in path.split("."):
        found = found.get(name) if found else None
    return found


def _matches(row: Row, query: Find) -> bool:
    at = _at(row, query.order)
    return (
        at is not None
        and all(_at(row, name) == value for name, value in query.equal.items())
        and (query.since is None or at >= query.since)
        and (query.before is None or at < query.before)
    )
