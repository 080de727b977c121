"""Three stores of the same documents: Vigie's, plain TinyDB, and sqlite3 as an expert would set it
up. Each keeps mentions by id, with indexes by watch, conversation and author, ordered by time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec
from tinydb import TinyDB, where
from tinydb.table import Document

from bot.store.base import Find, Index, Put, TableSpec
from bot.store.tiny import TinyStore

TABLES = (
    TableSpec(
        "mentions",
        (Index(("watch",), "at"), Index(("conversation",), "at"), Index(("post.author",), "at")),
        day="at",
    ),
)
WATCHES = 100
PAGE = 50
DAYS = 365
LOAD = 500

Mention = dict[str, Any]

_START = datetime(2025, 11, 24, tzinfo=UTC)
_SENTENCES = (
    "livraison en retard, personne ne répond depuis trois jours ! ",
    "the lamp flickers again and support says to wait another week. ",
    "merci à l'équipe, la mise à jour a tout réglé 🎉 ",
    "I would not buy it a second time, the battery died within a month. ",
)


def id_of(number: int) -> str:
    """16 hex digits, as a mention's id is."""
    return hashlib.blake2b(b"%d" % number, digest_size=8).hexdigest()


def mention(number: int, docs: int) -> Mention:
    """A document of about 600 bytes; `docs` of them are spread over a year."""
    at = _START + timedelta(seconds=number % docs * (DAYS * 86_400 / docs))
    text = "".join(_SENTENCES[(number + n) % len(_SENTENCES)] for n in range(5))
    return {
        "watch": f"w{number % WATCHES}",
        "conversation": id_of(number // 3)[:6],
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "post": {"author": f"@someone{number % 997}@social.example", "text": text},
        "likes": number % 50,
    }


class Vigie:
    """Awaited as the product does, and through TinyDB's own API, which blocks."""

    def __init__(self, store: TinyStore) -> None:
        self.store = store
        self._table = store.db.table("mentions")

    @classmethod
    async def open(cls, folder: Path) -> Self:
        return cls(await TinyStore.open(folder, TABLES))

    async def load(self, documents: Sequence[tuple[str, Mention]]) -> None:
        await self.commit(documents)

    async def commit(self, documents: Iterable[tuple[str, Mention]]) -> None:
        puts = [
            Put(table="mentions", id=id, document=document, expected=0)
            for id, document in documents
        ]
        await self.store.commit(puts)

    def insert(self, documents: Sequence[tuple[str, Mention]]) -> None:
        if len(documents) == 1:
            id, document = documents[0]
            self._table.insert(Document(document, doc_id=id))  # type: ignore[arg-type]
        else:
            self._table.insert_multiple(
                Document(document, doc_id=id)  # type: ignore[arg-type]
                for id, document in documents
            )

    async def get(self, id: str) -> Mention:
        row = await self.store.get("mentions", id)
        if row is None:
            raise KeyError(id)
        return row.document

    async def newest(self, watch: str) -> list[Mention]:
        query = Find(
            table="mentions", equal={"watch": watch}, order="at", newest_first=True, limit=PAGE
        )
        return [row.document for row in await self.store.find(query)]

    async def close(self) -> None:
        await self.store.close()


class Plain:
    """TinyDB as it comes: one JSON file, rewritten and synced at each insert."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = TinyDB(folder / "plain.json")
        self._table = self._db.table("mentions")

    def insert(self, documents: Sequence[tuple[str, Mention]]) -> None:
        self._table.insert_multiple({"id": id, **document} for id, document in documents)

    def get(self, number: int) -> Mention:
        """By TinyDB's own key, which spares it the scan."""
        found = self._table.get(doc_id=number + 1)
        if found is None:
            raise KeyError(number)
        return dict(found)

    def newest(self, watch: str) -> list[Mention]:
        found = self._table.search(where("watch") == watch)
        return [dict(one) for one in sorted(found, key=lambda d: str(d["at"]), reverse=True)[:PAGE]]

    def close(self) -> None:
        self._db.close()


class Sqlite:
    """sqlite3 with a write-ahead log, synced at each commit.

    A rowid table: https://sqlite.org/withoutrowid.html advises against WITHOUT ROWID for rows of
    this size. Statements are prepared once (the module caches them), 64 MB of cache, files mapped.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            folder / "sqlite.db", isolation_level=None, check_same_thread=False
        )
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "cache_size = -64000",
            "mmap_size = 1073741824",
            "temp_store = MEMORY",
        ):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS mentions (id TEXT PRIMARY KEY, version INTEGER NOT NULL, "
            "watch TEXT, conversation TEXT, author TEXT, at TEXT, document TEXT NOT NULL)"
        )
        for column in ("watch", "conversation", "author"):
            self._db.execute(f"CREATE INDEX IF NOT EXISTS by_{column} ON mentions ({column}, at)")

    def insert(self, documents: Sequence[tuple[str, Mention]]) -> None:
        rows = [
            (
                id,
                document["watch"],
                document["conversation"],
                document["post"]["author"],
                document["at"],
                msgspec.json.encode(document).decode(),
            )
            for id, document in documents
        ]
        insert = "INSERT INTO mentions VALUES (?, 1, ?, ?, ?, ?, ?)"
        if len(rows) == 1:
            self._db.execute(insert, rows[0])
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(insert, rows)
        self._db.execute("COMMIT")

    def get(self, id: str) -> Mention:
        row = self._db.execute(
            "SELECT version, document FROM mentions WHERE id = ?", (id,)
        ).fetchone()
        return _decoder.decode(row[1])

    def newest(self, watch: str) -> list[Mention]:
        rows = self._db.execute(
            "SELECT document FROM mentions WHERE watch = ? ORDER BY at DESC LIMIT ?", (watch, PAGE)
        )
        return [_decoder.decode(row[0]) for row in rows.fetchall()]

    def close(self) -> None:
        self._db.close()


_decoder = msgspec.json.Decoder(dict[str, Any])
