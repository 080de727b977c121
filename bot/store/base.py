"""The contract of a store: versioned JSON documents in tables, written in one commit or not at all.

A write is a value. A service works out all the writes of a deed and hands them over at once;
`expected` versions turn two deeds on one document into one winner and one `Conflict`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import msgspec

from bot.store.damage import SetAside

Document = Mapping[str, Any]
"""A JSON object. Times in it are RFC 3339 strings in UTC, whole seconds, so that they sort."""

Key = str | int
"""What an index compares. Text holds no NUL, which PostgreSQL cannot keep in a text column."""

_documents = msgspec.json.Decoder(dict[str, Any])


class Index(msgspec.Struct, frozen=True):
    """Documents found by the values of `equal` fields and ordered by `order` (then by id).

    A field within a field is named by its path: `post.author`.
    """

    equal: tuple[str, ...]
    order: str


class TableSpec(msgspec.Struct, frozen=True):
    """A table and the indexes that its queries need. A document without a field named by an
    index (or with None there) is not in that index.

    `numbers` are the indexed fields that hold integers; all others hold text. `day` is the field
    (a time, or a date `2026-11-24`) by whose UTC day the documents are kept: such a table is not
    held in memory, its days are dropped whole, and its indexes are ordered by times, dates or
    integers alone. Of one whose documents are asked for again and again so many are `remembered`.
    """

    name: str
    indexes: tuple[Index, ...] = ()
    day: str | None = None
    numbers: tuple[str, ...] = ()
    remembered: int = 0

    def index(self, equal: Mapping[str, Key], order: str) -> Index:
        """The index that a query needs. Raises ValueError where it is not declared."""
        for index in self.indexes:
            if index.order == order and set(index.equal) == equal.keys():
                return index
        fields = " and ".join(equal) or "nothing"
        raise ValueError(f"{self.name} has no index by {fields}, ordered by {order}")


class Row(msgspec.Struct, frozen=True):
    """A document as stored, as JSON in UTF-8; `version` is 1 at its first write and grows by 1 at
    each."""

    id: str
    version: int
    json: bytes

    @property
    def document(self) -> dict[str, Any]:
        """A fresh copy of the document."""
        return decoded(self.json)


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """Write a document: a mapping, or a struct that is encoded as one.

    `expected` is the version that the document must be at: 0 means that it must not exist,
    None that any version (or none) is overwritten.
    """

    table: str
    id: str
    document: Document | msgspec.Struct
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


class TableSize(msgspec.Struct, frozen=True, kw_only=True):
    """What the table `name` holds. `bytes` is what it takes on the disk, as well as that is known;
    `oldest` and `newest` are the first and last day of a table that is kept by day."""

    name: str
    documents: int
    bytes: int
    oldest: date | None = None
    newest: date | None = None


class Readable(Protocol):
    """What can be asked for documents, and nothing else."""

    async def get(self, table: str, id: str) -> Row | None:
        """The document with this id, as of the last commit."""
        ...

    async def find(self, query: Find) -> list[Row]:
        """The documents that `query` describes, in order. Raises ValueError without an index."""
        ...

    async def count(self, query: Find) -> int:
        """How many documents `find` would return."""
        ...


class Whole(Readable, Protocol):
    """What can be asked for everything as well."""

    def rows(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """Every document of a table, some hundred at a time, in no order. What is written or
        removed meanwhile may be among them or not; all else comes, and each document once."""
        ...


class Store(Whole, Protocol):
    """Two implementations stand behind it, one contract suite (`tests/contract`) before it."""

    @property
    def set_aside(self) -> Sequence[SetAside]:
        """What could not be read, when it was opened or since: kept aside, the rest is there."""
        ...

    def changes(self, table: str) -> int | None:
        """A number that is another one once a document of the table was written or removed; None
        where others may write it whom nobody hears of here. What is asked for after it was told
        holds all that it counts."""
        ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """Carry out all writes, or none; when it returns they survive a kill and a power cut.

        Raises `Conflict` where a version is not as expected (what was written instead can be read
        by then), `StoreReadOnly` where the disk refuses; in both cases nothing was written.
        """
        ...

    async def drop_days(self, table: str, before: date) -> int:
        """Drop what a table that is kept by day holds of the days before `before`, for good; how
        many documents that were. Raises ValueError for a table that is not kept by day."""
        ...

    async def purge(self) -> None:
        """Leave nothing on the disk of what was replaced or removed until now, as far as the store
        keeps files of its own. Raises `StoreReadOnly` where the disk refuses."""
        ...

    async def forget_damaged(self) -> None:
        """Leave nothing of what was set aside since it could not be read: nobody can tell whose
        words are in it. Raises `StoreReadOnly` where the disk refuses."""
        ...

    async def sizes(self) -> list[TableSize]:
        """How large each declared table is, in the order of declaration."""
        ...

    async def close(self) -> None: ...


def encoded(document: Document | msgspec.Struct) -> bytes:
    """A document's JSON. Raises TypeError where it holds what JSON does not know."""
    plain = document if isinstance(document, msgspec.Struct) else dict(document)
    return msgspec.json.encode(plain, enc_hook=_plain)


def decoded(json: bytes) -> dict[str, Any]:
    """A fresh copy of a document."""
    return _documents.decode(json)


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
