"""The contract of a store: versioned JSON documents in tables, written in one commit or not at all.

A write is a value. A service works out all the writes of a deed and hands them over at once;
`expected` versions turn two deeds on one document into one winner and one `Conflict`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

Document = Mapping[str, Any]
"""A JSON object. Times in it are RFC 3339 strings in UTC, whole seconds, so that they sort."""

Key = str | int
"""What an index compares; all values of one indexed field are of one of the two types."""


class Index(msgspec.Struct, frozen=True):
    """Documents found by the values of `equal` fields and ordered by `order` (then by id)."""

    equal: tuple[str, ...]
    order: str


class TableSpec(msgspec.Struct, frozen=True):
    """A table and the indexes that its queries need. A document without a field named by an
    index (or with None there) is not in that index."""

    name: str
    indexes: tuple[Index, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A document as stored; `version` is 1 at its first write and grows by 1 at each."""

    id: str
    version: int
    document: Document


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """Write a document.

    `expected` is the version that the document must be at: 0 means that it must not exist,
    None that any version (or none) is overwritten.
    """

    table: str
    id: str
    document: Document
    expected: int | None = None


class Remove(msgspec.Struct, frozen=True, kw_only=True):
    """Remove a document; one that does not exist is removed already."""

    table: str
    id: str
    expected: int | None = None


Write = Put | Remove


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """Documents of one table through one of its declared indexes.

    The index is the one whose `equal` fields are exactly those of `equal` and whose `order` is
    `order`. `since` is inclusive, `before` exclusive, both on `order`.
    """

    table: str
    equal: Mapping[str, Key]
    order: str
    since: Key | None = None
    before: Key | None = None
    newest_first: bool = False
    limit: int | None = None


class Store(Protocol):
    """Two implementations stand behind it, one contract suite (`tests/contract`) before it."""

    async def get(self, table: str, id: str) -> Row | None:
        """The document with this id, as of the last commit."""
        ...

    async def find(self, query: Find) -> list[Row]:
        """The documents that `query` describes, in order. Raises ValueError without an index."""
        ...

    async def count(self, query: Find) -> int:
        """How many documents `find` would return."""
        ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """Carry out all writes, or none; when it returns they survive a kill and a power cut.

        Raises `Conflict` where a version is not as expected (what was written instead can be read
        by then), `StoreReadOnly` where the disk refuses; in both cases nothing was written.
        """
        ...

    async def close(self) -> None: ...
