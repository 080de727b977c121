"""Moving what one store holds to another: resumed where it was broken off, verified at the end.

A table is summed up in a count and a checksum that knows no order: stores return documents in
their own, and may write the keys of one in another order, or with other spaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from bot.errors import Conflict, StoreError
from bot.store.base import Put, Row, Store, TableSpec, Whole

_BITS = 128


class Summary(msgspec.Struct, frozen=True):
    """What a table holds: how many documents, and the sum of their digests modulo 2^128.

    A sum of hashes is the multiset hash AdHash (Bellare and Micciancio, "A New Paradigm for
    Collision-Free Hashing", Eurocrypt 1997). It finds what went wrong, not who meant harm.
    """

    documents: int = 0
    checksum: int = 0

    def add(self, digests: Iterable[int]) -> Summary:
        """The summary with these documents as well."""
        more = list(digests)
        total = (self.checksum + sum(more)) % (1 << _BITS)
        return Summary(self.documents + len(more), total)

    def __str__(self) -> str:
        return f"{self.documents} documents, checksum {self.checksum:032x}"


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table: `written` documents came anew, the rest was there already."""

    table: str
    written: int
    source: Summary
    target: Summary

    @property
    def well(self) -> bool:
        """Whether the target holds what the source holds."""
        return self.source == self.target


class MoveRefused(StoreError):
    """The target holds something that a move would have to overwrite or leave behind."""


Step = Literal["look", "write", "verify"]

Tell = Callable[[Step, str, int], None]
"""Told the step of a move, the table, and by how many of its documents the step went on."""


async def move(
    source: Whole, target: Store, tables: Sequence[TableSpec], tell: Tell
) -> list[Moved]:
    """Bring every document of `tables` to the target, where its version is 1, and compare.

    What is there already, from a move that was broken off, is passed over. Nothing is overwritten:
    raises MoveRefused where the target holds what the source does not, or holds it otherwise; then
    nothing was written. Both stores must be left alone meanwhile.
    """
    names = [spec.name for spec in tables]
    there = {name: await _arrived(source, target, name, tell) for name in names}
    sent = {name: await _sent(source, target, name, there[name], tell) for name in names}
    return [
        Moved(
            table=name,
            written=sent[name].documents - len(there[name]),
            source=sent[name],
            target=await _summed(target, name, tell),
        )
        for name in names
    ]


def digest(row: Row) -> int:
    """128 bits that stand for a document: its id and its JSON, keys in order, without spaces.

    BLAKE2b (RFC 7693) of the id, a NUL (which no id holds) and the JSON. The version is left out:
    it begins anew in another store.
    """
    canonical = msgspec.json.encode(row.document, order="sorted")
    hashed = hashlib.blake2b(row.id.encode() + b"\0" + canonical, digest_size=_BITS // 8)
    return int.from_bytes(hashed.digest())


async def _arrived(source: Whole, target: Store, table: str, tell: Tell) -> set[int]:
    """The digests of what the target holds already, all of which the source holds too. About 100
    bytes of memory a document."""
    there: set[int] = set()
    async for rows in target.rows(table):
        there.update(map(digest, rows))
        tell("look", table, len(rows))
    strange = set(there)
    if there:
        async for rows in source.rows(table):
            strange.difference_update(map(digest, rows))
    if strange:
        raise await _refusal(source, target, table, strange)
    return there


async def _refusal(source: Whole, target: Store, table: str, strange: set[int]) -> MoveRefused:
    """Why a move cannot go on, told by the first document in its way."""
    first = ""
    async for rows in target.rows(table):
        if ids := [row.id for row in rows if digest(row) in strange]:
            first = ids[0]
            break
    same_id = await source.get(table, first)
    fault = "holds otherwise than the source" if same_id else "holds, and the source does not"
    others = f", and {len(strange) - 1} more like it" if len(strange) > 1 else ""
    return MoveRefused(
        f"{table}/{first} is a document that the target {fault}{others}: "
        "move to one that is empty, or that only this move has written to"
    )


async def _sent(source: Whole, target: Store, table: str, there: set[int], tell: Tell) -> Summary:
    """Write to the target what is not `there`, a commit a page; what the source holds."""
    summary = Summary()
    async for rows in source.rows(table):
        digests = [digest(row) for row in rows]
        missing = [row for row, known in zip(rows, digests, strict=True) if known not in there]
        await _write(target, table, missing)
        summary = summary.add(digests)
        tell("write", table, len(rows))
    return summary


async def _summed(store: Whole, table: str, tell: Tell) -> Summary:
    """What a table holds."""
    summary = Summary()
    async for rows in store.rows(table):
        summary = summary.add(map(digest, rows))
        tell("verify", table, len(rows))
    return summary


async def _write(target: Store, table: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    puts = [Put(table=table, id=row.id, document=row.document, expected=0) for row in rows]
    try:
        await target.commit(puts)
    except Conflict as conflict:
        raise MoveRefused(
            f"{conflict.table}/{conflict.id} came into the target meanwhile: "
            "stop whatever writes to it, and move again"
        ) from conflict
