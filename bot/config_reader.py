"""Reading untyped tables into structs, noting every fault instead of stopping at the first."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from bot.domain.duration import duration
from bot.errors import Fault

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")

_SHOWN = 60
"""Characters that are repeated of a text that is wrong."""

_KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}

_TIMES = {datetime: "a date and time", date: "a date", time: "a time of day"}
"""TOML's times; a `datetime` is a `date` too, and so comes first."""

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)

_LONG_NUMBER = 10**18
"""From here on a number is not repeated: one of thousands of digits cannot even be written."""


class Faults(list[Fault]):
    """The faults found so far, at most one a place: the first is the cause of what follows."""

    def add(self, place: str, message: str) -> None:
        """Note what is wrong at a place; an empty message says that nothing is."""
        if message and not self.at(place):
            self.append(Fault(place, message))

    def at(self, place: str) -> bool:
        """Whether something is wrong there already."""
        return any(fault.place == place for fault in self)

    def add_unknown(self, place: str, found: str, known: Collection[str], what: str) -> None:
        """`found` is none of `known`: say so, with the nearest that is."""
        found = found[:_SHOWN]
        near = difflib.get_close_matches(found, known, n=1, cutoff=0.5)
        hint = (
            f"did you mean “{near[0]}”?"
            if near
            else f"there are: {', '.join(sorted(known)) or 'none'}"
        )
        self.add(place, f"“{found}” is not {what} here; {hint}")

    def each(self, place: str, items: Sequence[T]) -> Iterator[tuple[str, T]]:
        """The items, each with its place in the file."""
        for n, item in enumerate(items):
            yield f"{place}[{n}]", item

    def check_unique(self, place: str, name: str, taken: set[str]) -> None:
        """No other thing of its kind has a name already, whatever its case; taken from now on."""
        if name.casefold() in taken:
            self.add(place, f"“{name}” is taken already; names are unique, whatever their case")
        taken.add(name.casefold())


def read_struct(kind: type[S], raw: object, faults: Faults, place: str = "") -> S:
    """`raw` as a `kind`; what is wrong in it is added to `faults`.

    A setting that cannot be read has its default, or nothing, in what is returned: good enough
    for looking on for more faults, and for nothing else.
    """
    table: Mapping[object, object] = raw if isinstance(raw, Mapping) else {}
    if not isinstance(raw, Mapping):
        faults.add(place or "the file", f"is a table, not {_seen(raw)}")
    fields, hints = _shape(kind)
    for key in table:
        if key not in fields:
            faults.add_unknown(_at(place, str(key)), str(key), fields, "a setting")
    values: dict[str, object] = {}
    for name, field in fields.items():
        found = _NOTHING
        if name in table:
            found = _read(hints[field.name], table[name], faults, _at(place, name))
        elif field.required:
            faults.add(_at(place, name), "is missing")
        if found is not _NOTHING:
            values[name] = found
        elif field.required:
            values[name] = _blank(hints[field.name])
    return kind(**values)


_NOTHING = object()


@cache
def _shape(
    kind: type[msgspec.Struct],
) -> tuple[Mapping[str, msgspec.structs.FieldInfo], Mapping[str, object]]:
    """The settings of a struct by their names in a file, and the types of its fields. Looked up
    once a struct: a file may hold 10,000 watches."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    return fields, get_type_hints(kind)


def _blank(kind: object) -> object:
    """A value of a type that stands for none: an empty text, the first of some choices."""
    choices = get_args(kind)
    if get_origin(kind) is tuple:
        return ()
    if kind is date:
        return date.min
    return choices[0] if choices else ""


def _read(kind: object, raw: object, faults: Faults, place: str) -> object:
    """`raw` as a `kind`, or `_NOTHING` and a fault."""
    kind = _where_present(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return read_struct(kind, raw, faults, place)
    if get_origin(kind) is tuple:
        return _read_all(get_args(kind)[0], raw, faults, place)
    if get_origin(kind) is dict:
        return _read_table(get_args(kind)[1], raw, faults, place)
    if kind is timedelta:
        return _read_duration(raw, faults, place)
    if kind is time:
        return _read_clock(raw, faults, place)
    if kind is date:
        return _read_day(raw, faults, place)
    if get_origin(kind) is UnionType or get_origin(kind) is Union:
        kind = _all_choices(kind)
    return _read_plain(kind, raw, faults, place)


def _where_present(kind: object) -> object:
    """What stands in the file where a thing that may be left out does not: TOML has no null."""
    present = [part for part in get_args(kind) if part is not NoneType]
    is_optional = NoneType in get_args(kind) and len(present) == 1
    return present[0] if is_optional else kind


def _read_all(kind: object, raw: object, faults: Faults, place: str) -> object:
    if not isinstance(raw, list):
        faults.add(place, f"is a list in [brackets], not {_seen(raw)}")
        return _NOTHING
    found = [_read(kind, item, faults, f"{place}[{n}]") for n, item in enumerate(raw)]
    return tuple(_blank(kind) if item is _NOTHING else item for item in found)


def _read_table(kind: object, raw: object, faults: Faults, place: str) -> object:
    """A table whose keys are not known beforehand."""
    if not isinstance(raw, Mapping):
        faults.add(place, f"is a table, not {_seen(raw)}")
        return _NOTHING
    found = {key: _read(kind, item, faults, _at(place, str(key))) for key, item in raw.items()}
    return {key: item for key, item in found.items() if item is not _NOTHING}


def _read_duration(raw: object, faults: Faults, place: str) -> object:
    length = duration(raw) if isinstance(raw, str) else None
    if length is None:
        faults.add(
            place, f'is a length of time such as "90s", "5m", "1h" or "30d", not {_seen(raw)}'
        )
        return _NOTHING
    return length


def _read_clock(raw: object, faults: Faults, place: str) -> object:
    """A time of day, written "9:00" or as TOML's own."""
    if isinstance(raw, time):
        return raw
    found = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return time(int(found[1]), int(found[2]))
    faults.add(place, f'is a time of day such as "09:00", not {_seen(raw)}')
    return _NOTHING


def _read_day(raw: object, faults: Faults, place: str) -> object:
    """A date, written "2026-12-25" or as TOML's own."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    with contextlib.suppress(ValueError):
        if isinstance(raw, str):
            return date.fromisoformat(raw)
    faults.add(place, f'is a date such as "2026-12-25", not {_seen(raw)}')
    return _NOTHING


def _all_choices(kind: object) -> object:
    """Choices out of choices, as one."""
    choices = tuple(choice for part in get_args(kind) for choice in get_args(part))
    return Literal[choices]


def _read_plain(kind: object, raw: object, faults: Faults, place: str) -> object:
    choices = get_args(kind)
    if choices and raw not in choices:
        faults.add(place, f"is one of {', '.join(map(str, choices))}, not {_seen(raw)}")
        return _NOTHING
    try:
        return msgspec.convert(raw, type=kind)
    except msgspec.ValidationError:
        wanted = _KINDS.get(kind, "something else") if isinstance(kind, type) else "something else"
        faults.add(place, f"is {wanted}, not {_seen(raw)}")
        return _NOTHING


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _seen(raw: object) -> str:
    match raw:
        case bool():
            return "true" if raw else "false"
        case str():
            return f"“{raw[:_SHOWN]}”"
        case int() if abs(raw) >= _LONG_NUMBER:
            return "a very long number"
        case int() | float():
            return str(raw)
        case list():
            return "a list"
        case _:
            return next(
                (words for kind, words in _TIMES.items() if isinstance(raw, kind)), "a table"
            )
