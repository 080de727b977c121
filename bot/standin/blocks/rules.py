"""A small language for what Block Kit allows; `table.py` is written in it.

Each rule answers what is wrong with a value, in Slack's words, with a JSON pointer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where (a JSON pointer) and what."""

    pointer: str
    words: str

    def __str__(self) -> str:
        return f"{self.words} [json-pointer:{self.pointer}]"


class Rule(Protocol):
    """What a value must be."""

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        """All that is wrong with `value`, which stands at the pointer `at`."""
        ...


@dataclass(frozen=True)
class Words:
    """A string of `least` to `most` code points."""

    most: int
    least: int = 1

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(at, "must be a string")
        elif len(value) > self.most:
            yield Fault(at, f"must be less than {self.most + 1} characters")
        elif len(value) < self.least:
            yield Fault(at, f"must be more than {self.least - 1} characters")


@dataclass(frozen=True)
class Address:
    """A URL with a scheme and a host, up to `most` characters."""

    most: int = 3000
    schemes: tuple[str, ...] = ("http", "https", "slack", "mailto", "tel")

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        yield from (found := tuple(Words(self.most).faults(value, at)))
        if not found and value.partition(":")[0].lower() not in self.schemes:
            yield Fault(at, "must be a valid URL")


@dataclass(frozen=True)
class Text:
    """A text object; `plain` allows plain_text alone."""

    most: int
    plain: bool = False

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(at, "must provide an object")
            return
        allowed = ("plain_text",) if self.plain else ("plain_text", "mrkdwn")
        if value.get("type") not in allowed:
            yield Fault(f"{at}/type", f"must be one of: {', '.join(allowed)}")
            return
        flag = "emoji" if value["type"] == "plain_text" else "verbatim"
        fields: dict[str, Rule] = {"text": Words(self.most), flag: Flag()}
        yield from Shape(fields, required=("text",)).faults(value, at)


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield Fault(at, "must be a boolean")


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Fault(at, "must be an integer")
        elif not self.least <= value <= self.most:
            yield Fault(at, f"must be between {self.least} and {self.most}")


@dataclass(frozen=True)
class OneOf:
    """One of these strings."""

    allowed: tuple[str, ...]

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if value not in self.allowed:
            yield Fault(at, f"must be one of: {', '.join(self.allowed)}")


@dataclass(frozen=True)
class Written:
    """A string of a form, such as a date."""

    pattern: str
    example: str

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value, re.ASCII):
            yield Fault(at, f"must be of the form {self.example}")


@dataclass(frozen=True)
class Anything:
    """What is not checked here, for Slack documents no limit."""

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        yield from ()


@dataclass(frozen=True)
class Items:
    """A list of `least` to `most` things."""

    of: Rule
    most: int
    least: int = 1

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, list | tuple):
            yield Fault(at, "must provide an array")
            return
        if len(value) > self.most:
            yield Fault(at, f"no more than {self.most} items allowed")
        if len(value) < self.least:
            yield Fault(at, f"no fewer than {self.least} items allowed")
        for place, each in enumerate(value):
            yield from self.of.faults(each, f"{at}/{place}")


@dataclass(frozen=True)
class Shape:
    """An object with these fields and no others; `relation` checks what they say together."""

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    relation: Callable[[Mapping[str, Any]], str] = field(default=lambda _: "")

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(at, "must provide an object")
            return
        for name in self.required:
            if name not in value:
                yield Fault(at, f"missing required field: {name}")
        for name, held in value.items():
            if name in self.fields:
                yield from self.fields[name].faults(held, f"{at}/{name}")
            elif name != "type":
                yield Fault(at, f"invalid additional property: {name}")
        if words := self.relation(value):
            yield Fault(at, words)


@dataclass(frozen=True)
class ByType:
    """An object whose `type` picks its shape out of these."""

    shapes: Mapping[str, Rule]

    def faults(self, value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(at, "must provide an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in self.shapes:
            yield Fault(f"{at}/type", f"unsupported type: {kind}")
            return
        yield from self.shapes[kind].faults(value, at)
