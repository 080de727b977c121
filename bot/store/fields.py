"""The indexed fields of a table's documents, read from their JSON and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any

import msgspec

from bot.store.base import Index, Key, TableSpec

Fields = Sequence[Key | None]
"""The indexed fields of a document, each in its slot; None where it has none."""

Group = Key | tuple[Key, ...]
"""The values of an index's equal fields, in the order of their names; bare where it is one."""

UNDATED = ""
"""The day of a document that has none."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class FieldsReader:
    """Reads what `spec` names from a document's JSON.

    Called, it raises ValueError where a field is of another type than declared, holds a NUL, or,
    in a table that is kept by day, is no time where an index or the day needs one. There, what an
    index is ordered by is read as its `position`.
    """

    def __init__(self, spec: TableSpec) -> None:
        self._table = spec.name
        equal = sorted({path for index in spec.indexes for path in index.equal})
        orders = sorted({index.order for index in spec.indexes})
        self._paths = [*equal, *orders, *([spec.day] if spec.day else [])]
        self._equal = {path: slot for slot, path in enumerate(equal)}
        self._order = {path: slot for slot, path in enumerate(orders, len(equal))}
        self._positions = tuple(self._order.values()) if spec.day else ()
        self._day = len(self._paths) - 1 if spec.day else None
        self._decoder = msgspec.json.Decoder(
            _shape(spec, [path.split(".") for path in self._paths])
        )
        self._get = _getter(self._paths)

    def __call__(self, json: bytes) -> Fields:
        return self._placed(self._values(json))

    def by_path(self, json: bytes) -> Mapping[str, Key | None]:
        """The fields as they are written, by their paths. Raises ValueError as a call does."""
        values = self._values(json)
        self._placed(values)
        return dict(zip(self._paths, values, strict=True))

    def _placed(self, values: Sequence[Key | None]) -> Fields:
        """The values, with positions for the times; checks these, and the day."""
        fields = list(values)
        for slot in self._positions:
            if (value := fields[slot]) is not None:
                fields[slot] = self._position(slot, value)
        if self._day is not None and (day := fields[self._day]) is not None:
            self._check_day(self._day, str(day))
        return tuple(fields)  # which the garbage collector leaves alone, unlike a list

    def _values(self, json: bytes) -> list[Key | None]:
        try:
            document = self._decoder.decode(json)
        except msgspec.ValidationError as fault:
            raise ValueError(f"{self._table}: {fault}") from fault
        try:
            fields = list(self._get(document))
        except AttributeError:  # a field within a field that is not there
            fields = [_at(document, path.split(".")) for path in self._paths]
        if b"\\u0000" in json:
            self._refuse_nul(fields)
        return fields

    def day_of(self, fields: Fields) -> str:
        """The day (ISO) by which a document is kept; `UNDATED` where it has none."""
        value = None if self._day is None else fields[self._day]
        return UNDATED if value is None else str(value)[:10]

    def placer(self, index: Index) -> Callable[[Fields], tuple[Group, Key] | None]:
        """Tells in which group of an index a document stands, and what it is ordered by there;
        None where it is not in the index."""
        slots = [self._equal[path] for path in sorted(index.equal)]
        group_of: Callable[[Fields], Any] = itemgetter(*slots) if slots else lambda _: ()
        single = len(slots) == 1
        order_slot = self._order[index.order]

        def place(fields: Fields) -> tuple[Group, Key] | None:
            order = fields[order_slot]
            group = group_of(fields)
            if order is None or (group is None if single else None in group):
                return None
            return group, order

        return place

    def _check_day(self, slot: int, value: str) -> None:
        self._position(slot, value)
        if (value[4:5], value[7:8]) != ("-", "-"):
            path = self._paths[slot]
            raise ValueError(f"{self._table}: `{path}` begins with no day like 2026-11-24")

    def _position(self, slot: int, value: Key) -> int:
        try:
            return position(value)
        except ValueError as fault:
            raise ValueError(f"{self._table}: `{self._paths[slot]}` is no time: {fault}") from fault

    def _refuse_nul(self, fields: Fields) -> None:
        for path, value in zip(self._paths, fields, strict=True):
            if isinstance(value, str) and "\0" in value:
                raise ValueError(f"{self._table}: `{path}` holds a NUL")


def fields_reader(spec: TableSpec) -> Callable[[bytes], Mapping[str, Key | None]]:
    """Reads the indexed fields, and the day, of a document by their paths; see `FieldsReader`."""
    return FieldsReader(spec).by_path


def position(value: Key) -> int:
    """Where a time, a date (its midnight) or a number stands among its like: times in microseconds
    since 1970, numbers as they are. Raises ValueError where text is no time."""
    if isinstance(value, int):
        return value
    at = datetime.fromisoformat(value)
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def group_of(values: Sequence[Key]) -> Group:
    """A group by its values, in the order of the fields' names."""
    return values[0] if len(values) == 1 else tuple(values)


def _getter(paths: Sequence[str]) -> Callable[[Any], tuple[Key | None, ...]]:
    if not paths:
        return lambda _: ()
    get: Callable[[Any], Any] = attrgetter(*paths)
    return get if len(paths) > 1 else lambda document: (get(document),)


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


def _at(document: Any, names: Sequence[str]) -> Key | None:
    for name in names:
        if document is None:
            return None
        document = getattr(document, name)
    found: Key | None = document
    return found
