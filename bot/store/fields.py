"""The indexed fields of a table's documents, read from their JSON and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.store.base import Key, TableSpec

Fields = Mapping[str, Key | None]
"""Each indexed field (and the day) by its path; None where a document has none."""


def fields_reader(spec: TableSpec) -> Callable[[bytes], Fields]:
    """Reads what `spec` names from a document's JSON.

    The reader raises ValueError where a field is of another type than declared, or holds a NUL.
    """
    paths = sorted(
        {path for index in spec.indexes for path in (*index.equal, index.order)}
        | ({spec.day} if spec.day else set())
    )
    decoder = msgspec.json.Decoder(_shape(spec, [path.split(".") for path in paths]))
    steps = [(path, tuple(path.split("."))) for path in paths]

    def read(json: bytes) -> Fields:
        try:
            document = decoder.decode(json)
        except msgspec.ValidationError as fault:
            raise ValueError(f"{spec.name}: {fault}") from fault
        fields = {path: _at(document, names) for path, names in steps}
        for path, value in fields.items():
            if isinstance(value, str) and "\0" in value:
                raise ValueError(f"{spec.name}: `{path}` holds a NUL")
        return fields

    return read


def _shape(spec: TableSpec, paths: list[list[str]], above: str = "") -> Any:
    """A struct type with the fields of `paths`, structs for those that have fields themselves."""
    fields: list[tuple[str, Any, Any]] = []
    for name in sorted({path[0] for path in paths}):
        path = f"{above}{name}"
        within = [rest for first, *rest in paths if first == name and rest]
        kind: Any = int if path in spec.numbers else str
        if within:
            kind = _shape(spec, within, f"{path}.")
        fields.append((name, kind | None, None))
    return msgspec.defstruct("Keys", fields, gc=False)


def _at(document: Any, names: tuple[str, ...]) -> Key | None:
    for name in names:
        if document is None:
            return None
        document = getattr(document, name)
    found: Key | None = document
    return found
