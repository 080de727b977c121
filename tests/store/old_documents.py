"""Writes what a version of Vigie keeps: documents of its tables, and how these are declared.

Run it in a checkout of that version; of what the files of earlier ones hold nothing is said again:

    PYTHONPATH=. python old_documents.py tests/store/written/*.json > tests/store/written/0013.json

One document has every field, one only those that have no default; where a field is of several
kinds, such as the reason of an alert, there is one of each. `test_store_upgrades.py` upgrades them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect


def samples(kind: inspect.Type, *, full: bool) -> list[Any]:
    """Values of a type, in the plain form that JSON has: one at least."""
    match kind:
        case inspect.StructType(fields=fields) | inspect.TypedDictType(fields=fields):
            return _structs(kind, [one for one in fields if one.required or full], full=full)
        case inspect.NamedTupleType(fields=fields):
            return [[samples(one.type, full=full)[0] for one in fields]]
        case inspect.UnionType(types=types):
            some = [one for one in types if not isinstance(one, inspect.NoneType)]
            return [value for one in some for value in samples(one, full=full)]
        case inspect.LiteralType(values=values):
            return [values[0]]
        case inspect.EnumType(cls=cls):
            return [next(iter(cls)).value]
        case (
            inspect.VarTupleType()
            | inspect.ListType()
            | inspect.SetType()
            | inspect.FrozenSetType()
        ):
            return [[samples(kind.item_type, full=full)[0]] if full else []]
        case inspect.TupleType(item_types=types):
            return [[samples(one, full=full)[0] for one in types]]
        case inspect.DictType():
            key, value = (
                samples(kind.key_type, full=full)[0],
                samples(kind.value_type, full=full)[0],
            )
            return [{key: value} if full else {}]
        case inspect.CustomType() | inspect.AnyType() | inspect.RawType():
            return [{}]
    return [_PLAIN[type(kind)]]


_PLAIN: dict[type, object] = {
    inspect.StrType: "lumo",
    inspect.IntType: 2,
    inspect.FloatType: 0.5,
    inspect.BoolType: True,
    inspect.NoneType: None,
    inspect.DateTimeType: "2026-11-24T10:00:00Z",
    inspect.DateType: "2026-11-24",
    inspect.TimeType: "09:00:00",
    inspect.TimeDeltaType: "P1D",
    inspect.DecimalType: "2.50",
    inspect.BytesType: "AAAA",
}


def _structs(kind: Any, fields: Sequence[inspect.Field], *, full: bool) -> list[Any]:
    values = {
        one.encode_name: [_PLAIN[inspect.DateType]]
        if one.name == "day" and isinstance(one.type, inspect.StrType)
        else samples(one.type, full=full)
        for one in fields
    }
    most = max((len(some) for some in values.values()), default=1)
    made = [
        {name: some[min(n, len(some) - 1)] for name, some in values.items()} for n in range(most)
    ]
    if getattr(kind, "array_like", False):
        return [list(one.values()) for one in made]
    if getattr(kind, "tag_field", None):
        made = [{kind.tag_field: kind.tag, **one} for one in made]
    return made


def documents() -> dict[str, list[Any]]:
    """The documents of each table of the version that is imported, as it encodes them."""
    from bot.store.repositories import Records

    tables: dict[str, list[Any]] = {}
    for repository in vars(Records(object())).values():  # type: ignore[arg-type]
        if type(repository).__name__ != "Repository":
            continue
        decoder = repository._decoder
        kind = inspect.type_info(decoder.type)
        values = [one for full in (False, True) for one in samples(kind, full=full)]
        typed = [msgspec.convert(value, decoder.type) for value in values]
        table = getattr(repository, "table", None) or repository._table
        tables[table] = [json.loads(msgspec.json.encode(value)) for value in typed]
    return tables


def declarations() -> dict[str, Any]:
    """How each table is declared."""
    from bot.store.repositories import TABLES

    return {
        spec.name: {
            "day": spec.day,
            "numbers": spec.numbers,
            "indexes": [[sorted(index.equal), index.order] for index in spec.indexes],
        }
        for spec in TABLES
    }


def news(earlier: Sequence[Path]) -> dict[str, Any]:
    """What the files of `earlier` versions, in their order, do not say."""
    said: dict[str, list[Any]] = {}
    declared: dict[str, Any] = {}
    for path in earlier:
        version = json.loads(path.read_text(encoding="utf-8"))
        declared |= version["declared"]
        for table, found in version["documents"].items():
            said.setdefault(table, []).extend(found)
    now = json.loads(json.dumps({"declared": declarations(), "documents": documents()}))
    fresh = {
        table: [one for one in found if one not in said.get(table, ())]
        for table, found in now["documents"].items()
    }
    changed = {name: one for name, one in now["declared"].items() if declared.get(name) != one}
    return {"declared": changed, "documents": {table: one for table, one in fresh.items() if one}}


def lines(version: dict[str, Any]) -> str:
    """The JSON, a table a line."""
    parts = [
        f"{_dense(part)}:{{\n"
        + ",\n".join(f"{_dense(k)}:{_dense(v)}" for k, v in of.items())
        + "\n}"
        for part, of in version.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


def _dense(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    sys.stdout.write(lines(news(sorted(map(Path, sys.argv[1:])))))
