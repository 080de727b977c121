"""In which encoding a file was written, as far as its bytes tell. Pure but for reading them."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4_000
_LONGEST_LINE = 1 << 20


class Encoding(msgspec.Struct, frozen=True):
    """`name` is Python's; `words` tell of it where it is a guess, `""` where it is sure. Bytes that
    are none of it become lone surrogates, by which what holds them is known."""

    name: str
    words: str = ""

    @property
    def errors(self) -> str:
        return "surrogateescape" if self.name.startswith("utf-8") else "replace"


def encoding_of(file: BinaryIO) -> Encoding:
    """The encoding of a file, which is read through from its beginning and left there.

    One that is mostly UTF-8 is UTF-8, with bad lines; one with bytes that are never UTF-8 is taken
    for Windows-1252, in which spreadsheets of Western Europe and America write.
    """
    start = file.read(_SAMPLE)
    file.seek(0)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return Encoding(name)
    if name := _unmarked_utf16(start):
        return Encoding(name, f"The file has no mark of its encoding; it is read as {name}.")
    good, bad, first = 0, 0, 0
    for number, line in enumerate(_lines(file), 1):
        if line.isascii():
            continue
        try:
            line.decode()
            good += 1
        except UnicodeDecodeError:
            first = first or number
            bad += 1
    file.seek(0)
    if bad > good:
        words = f"The file is not UTF-8 (line {first:,}); it is read as Windows-1252."
        return Encoding("cp1252", words)
    return Encoding("utf-8")


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines, or pieces of those that are too long to be held."""
    return iter(lambda: file.readline(_LONGEST_LINE), b"")


def _unmarked_utf16(start: bytes) -> str:
    """Text of the West in UTF-16 has a zero in every second place."""
    half = len(start) // 2
    if half >= 4:
        if start[1::2].count(0) > 0.7 * half and not start[::2].count(0):
            return "utf-16-le"
        if start[::2].count(0) > 0.7 * half and not start[1::2].count(0):
            return "utf-16-be"
    return ""


def is_torn(text: str) -> bool:
    """Whether bytes in it were none of the encoding."""
    return not text.isascii() and any("\udc80" <= letter <= "\udcff" for letter in text)
