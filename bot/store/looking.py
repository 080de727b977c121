"""What a data folder holds, without its lock: also while a Vigie runs on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.store.base import Find, Row, TableSpec
from bot.store.catalogue import NAME
from bot.store.journal import inherited, numbered_journals
from bot.store.opening import Opening

_LOOKS = 5


def is_data_folder(folder: Path) -> bool:
    """Whether something in it says that a Vigie kept its data there."""
    return bool((folder / NAME).exists() or numbered_journals(folder) or inherited(folder))


def found_in(folder: Path, tables: Sequence[TableSpec], query: Find) -> list[Row]:
    """What `query` describes, as of the last commit; nothing is written. Raises OSError, and
    ValueError as `bot.store.tiny.TinyStore.open` does."""
    for looks_left in reversed(range(_LOOKS)):
        try:
            return _found(folder, tables, query)
        except FileNotFoundError:  # a fold replaced it this moment
            if not looks_left:
                raise
    raise AssertionError


def _found(folder: Path, tables: Sequence[TableSpec], query: Find) -> list[Row]:
    opened = Opening(folder, tables, mending=False).open()
    try:
        found = opened.tables[query.table].select(query).read()
    finally:
        opened.handles.close()
    return [Row(id, stored.version, stored.json) for id, stored in found]
