"""A file of JSON as rows: an array, objects one after the other, or one on each line. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from bot.sources.items import UNREADABLE, parsed
from bot.sources.sent.encodings import is_torn
from bot.sources.sent.lines import BadLine
from bot.sources.sent.tables import Row

LISTS = ("data", "posts", "items", "results", "mentions", "documents", "hits", "messages")
"""Under which names answers of APIs hold their posts."""

DEEPEST = 3
"""How deep the values of an item may lie: `{"author": {"stats": {"followers": 3}}}`."""

_NEXT = re.compile(r"[}\]]\s*+(?:,\s*+)?(?=\{)")
"""Where, after what cannot be read, the next object may begin."""

_BETWEEN = re.compile(r"[\s,]*")

_WINDOW = 1 << 16
_EDGE = 64
"""Characters of an object that are looked at by themselves, and at whose end what seems wrong may
be but cut off: `json` counts all lines before a fault, which takes for ever in a file of many."""

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
            value = parsed(line.encode(), object)
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
            value, place = _decoded(text, place)
        except _Fault as fault:
            yield BadLine(line, f"is not JSON: {fault.told(text, line, place)}")
            found = _NEXT.search(text, place)
            place = found.end() if found else len(text)
            continue
        yield from _listed(line, value)


def _start(text: str) -> int:
    """After the bracket with which an array begins."""
    found = re.match(r"\s*\[", text)
    return found.end() if found else 0


class _Fault(Exception):
    """Why there is no value in a text; what was looked at began at `start`."""

    def __init__(self, error: Exception, start: int) -> None:
        super().__init__(str(error))
        self._error = error
        self._start = start

    def told(self, text: str, line: int, place: int) -> str:
        """In words that hold nothing of what stands there; the value begins at `place`, on this
        line."""
        if not isinstance(self._error, json.JSONDecodeError):
            return "nested too deep, or a number that is too long"
        at = self._start + self._error.pos
        line += text.count("\n", place, at)
        return f"{self._error.msg} (line {line}, column {at - text.rfind(chr(10), 0, at)})"


def _decoded(text: str, place: int) -> tuple[object, int]:
    """The value that begins at a place, and where it ends. Raises _Fault."""
    part = text[place : place + _WINDOW]
    is_all = place + _WINDOW >= len(text)
    try:
        value, end = _decoder.raw_decode(part)
        is_sure = is_all or end < len(part)
    except (ValueError, RecursionError) as error:
        if is_all or not _may_be_cut(error, len(part)):
            raise _Fault(error, place) from None
        is_sure = False
    if is_sure:
        return value, place + end
    try:
        return _decoder.raw_decode(text, place)
    except (ValueError, RecursionError) as error:
        raise _Fault(error, 0) from None


def _may_be_cut(error: Exception, length: int) -> bool:
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= length - _EDGE or error.msg.startswith("Unterminated")


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
