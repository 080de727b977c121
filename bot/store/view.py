"""Tables as TinyDB sees them: ids and documents, decoded when looked at and never shared."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from bot.store.base import Put, Remove, Write, decoded
from bot.store.records import Stored

Object = dict[str, Any]


class Storage(Protocol):
    """What a view asks."""

    def get(self, table: str, id: str) -> Stored | None: ...

    def items(self, table: str) -> Iterator[tuple[str, Stored]]: ...

    def length(self, table: str) -> int: ...

    def reading(self) -> AbstractContextManager[None]: ...


class TableView(Mapping[str, Stored]):
    """A table of a storage, in memory or not. Iteration keeps to what was there when it began."""

    def __init__(self, storage: Storage, table: str) -> None:
        self._storage = storage
        self._table = table

    def __getitem__(self, id: str) -> Stored:
        stored = self._storage.get(self._table, id)
        if stored is None:
            raise KeyError(id)
        return stored

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self.look(id) is not None

    def look(self, id: str) -> Stored | None:
        """The document, if there is one."""
        return self._storage.get(self._table, id)

    def __iter__(self) -> Iterator[str]:
        return iter([id for id, _ in self.pairs()])

    def __len__(self) -> int:
        return self._storage.length(self._table)

    def pairs(self) -> Iterator[tuple[str, Stored]]:
        """Ids and documents."""
        with self._storage.reading():
            yield from self._storage.items(self._table)


class DocumentsView(Mapping[str, Object]):
    """The documents of a table, to read. Iteration keeps to what was there when it began."""

    def __init__(self, stored: TableView) -> None:
        self._stored = stored

    def __getitem__(self, id: str) -> Object:
        return decoded(self._stored[id].json)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def items(self) -> ItemsView[str, Object]:
        return _Items(self)

    def decoded(self) -> Iterator[tuple[str, Object]]:
        for id, stored in self._stored.pairs():
            yield id, decoded(stored.json)


class _Items(ItemsView[str, Object]):
    def __init__(self, view: DocumentsView) -> None:
        super().__init__(view)
        self._view = view

    def __iter__(self) -> Iterator[tuple[str, Object]]:
        return self._view.decoded()


class Draft(MutableMapping[str, Object]):
    """A table that takes changes and remembers them, so that `writes` names these alone.

    Ids of other types than text, which TinyDB's users may hand in, are taken for their text.
    """

    def __init__(self, stored: TableView) -> None:
        self._stored = stored
        self._seen: dict[str, Stored | None] = {}
        self._now: dict[str, Object | None] = {}

    def __getitem__(self, id: object) -> Object:
        document = self._look(str(id))
        if document is None:
            raise KeyError(id)
        return document

    def __setitem__(self, id: object, document: Object) -> None:
        self._set(str(id), document)

    def __delitem__(self, id: object) -> None:
        if id not in self:
            raise KeyError(id)
        self._set(str(id), None)

    def __contains__(self, id: object) -> bool:
        key = str(id)
        now = self._now[key] if key in self._now else self._original(key)
        return now is not None

    def __iter__(self) -> Iterator[str]:
        added = [id for id in self._now if self._original(id) is None]
        return iter([id for id in (*self._stored, *added) if id in self])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        for id in self:
            self._set(id, None)

    def writes(self, table: str) -> list[Write]:
        """What was changed, each expecting the version that was looked at."""
        found: list[Write] = []
        for id, document in self._now.items():
            seen = self._seen[id]
            expected = 0 if seen is None else seen.version
            if document is None:
                found.append(Remove(table=table, id=id, expected=expected))
            elif seen is None or decoded(seen.json) != document:
                found.append(Put(table=table, id=id, document=document, expected=expected))
        return found

    def _look(self, id: str) -> Object | None:
        if id not in self._now:
            stored = self._original(id)
            self._now[id] = None if stored is None else decoded(stored.json)
        return self._now[id]

    def _set(self, id: str, document: Object | None) -> None:
        self._original(id)
        self._now[id] = document

    def _original(self, id: str) -> Stored | None:
        """What stood there when it was first looked at."""
        if id not in self._seen:
            self._seen[id] = self._stored.look(id)
        return self._seen[id]
