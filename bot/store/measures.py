"""How much a table holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.store.base import TableSize
from bot.store.catalogue import DataFile
from bot.store.fields import UNDATED
from bot.store.tables import DayTable, WholeTable


def size_of(table: WholeTable | DayTable, files: Sequence[DataFile]) -> TableSize:
    """A table's documents and bytes: those of its files, and of what is still in the journal."""
    mine = [file for file in files if file.table == table.spec.name]
    in_files = sum(file.size for file in mine)
    if isinstance(table, WholeTable):
        unwritten = (table.changed | table.frozen) & table.documents.keys()
        waiting = sum(len(table.documents[id].json) for id in unwritten)
        return TableSize(name=table.spec.name, documents=len(table), bytes=in_files + waiting)
    living = set(table.archive.files())
    days = {file.day for file in mine if file.number in living and file.day}
    waiting = 0
    for _, stored in table.in_memory():
        waiting += len(stored.json)
        days.add(table.fields.day_of(table.fields(stored.json)))
    known = sorted(day for day in days if day and day != UNDATED)
    return TableSize(
        name=table.spec.name,
        documents=len(table),
        bytes=in_files + waiting,
        oldest=date.fromisoformat(known[0]) if known else None,
        newest=date.fromisoformat(known[-1]) if known else None,
    )
