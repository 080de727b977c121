"""A file of JSON as rows: an array, objects one after the other, or one on each line. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bot.sources.items import UNREADABLE
from bot.sources.sent.encodings import is_torn
from bot.sources.sent.lines import BadLine
from bot.sources.sent.tables import Row

LISTS = ("data", "posts", "items", "results", "mentions", "documents", "hits", "messages")
"""Under which names answers of APIs hold their posts."""

DEEPEST = 3
"""How deep the values of an item may lie: `{"author": {"stats": {"followers": 3}}}`."""

_NEXT = re.compile(r"[}\]]\s*,?\s*(?=\{)")
"""Where, after what cannot be read, the next object may begin."""

_BETWEEN = re.compile(r"[\s,]*")

_decoder = json.JSONDecoder()


def rows_of_lines(lines: Iterable[str]) -> Iterator[Row | BadLine]:
    """The objects of a file that has one on each line (JSON Lines); empty lines are left out."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if is_torn(line):
            yield BadLine(number, "holds bytes that are not UTF-8")
            continue
        try:
            value = msgspec.json.decode(line)
        except UNREADABLE as error:
            yield BadLine(number, f"is not JSON: {error}")
            continue
        except UnicodeEncodeError:
            yield BadLine(number, "holds bytes that are not UTF-8")
            continue
        yield _row(number, value)


def rows_of_text(text: str) -> Iterator[Row | BadLine]:
    """The objects of an array, or of a text that holds one after the other. After one that cannot
    be read it goes on with the next that begins."""
    place, line, counted = _start(text), 1, 0
    while (place := _BETWEEN.match(text, place).end()) < len(text):  # type: ignore[union-attr]
        if text[place] == "]":
            place += 1
            continue
        line += text.count("\n", counted, place)
        counted = place
        try:
            value, place = _decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            yield BadLine(line, f"is not JSON: {_why(error)}")
            found = _NEXT.search(text, place)
            place = found.end() if found else len(text)
            continue
        yield from _listed(line, value)


def _start(text: str) -> int:
    """After the bracket with which an array begins."""
    found = re.match(r"\s*\[", text)
    return found.end() if found else 0


def _why(error: Exception) -> str:
    """Without a word of what stands there."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    return "nested too deep, or a number that is too long"


def _listed(line: int, value: object) -> Iterator[Row | BadLine]:
    """An object, or those of the list that an API's answer holds."""
    if isinstance(value, dict):
        for name in LISTS:
            inner = value.get(name)
            if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
                for one in inner:
                    yield _row(line, one)
                return
    yield _row(line, value)


def _row(line: int, value: object) -> Row | BadLine:
    if not isinstance(value, dict):
        return BadLine(line, "is no object")
    return Row(line, _flat(value))


def _flat(value: Mapping[str, object], before: str = "", depth: int = 1) -> dict[str, object]:
    """An object's values by their names, those of inner objects as `"author.name"`."""
    found: dict[str, object] = {}
    for name, inner in value.items():
        if not isinstance(inner, dict):
            found[f"{before}{name}"] = inner
        elif depth < DEEPEST:
            found.update(_flat(inner, f"{before}{name}.", depth + 1))
    return found
