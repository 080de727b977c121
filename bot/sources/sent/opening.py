"""A file of text, opened as it was written: its encoding is found out, and what is no text is told
for what it is."""

from __future__ import annotations

from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

import msgspec

from bot.sources.sent.encodings import encoding_of

_LONGEST_LINE = 1 << 20
_FOREIGN = {
    b"PK\x03\x04": "is a workbook or an archive: save its sheet as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "is an old workbook: save its sheet as CSV",
    b"\x1f\x8b": "is packed (gzip): unpack it first",
    b"%PDF": "is a PDF: export a table instead",
}


class UnreadableFile(Exception):
    """A file of which nothing can be made; its words say why."""


class Text(msgspec.Struct, frozen=True):
    """A file's text, and what is to be said of its encoding where it is a guess."""

    file: TextIOWrapper
    words: str

    def lines(self) -> Iterator[str]:
        """Its lines from where it stands; those that are too long to be held in pieces."""
        return iter(lambda: self.file.readline(_LONGEST_LINE), "")

    def rewind(self) -> None:
        """Stand at its beginning again."""
        self.file.seek(0)


def text_of(binary: BinaryIO) -> Text:
    """The text of a file, which is read from its beginning. Raises UnreadableFile where it is known
    to be something else."""
    start = binary.read(8)
    binary.seek(0)
    for mark, words in _FOREIGN.items():
        if start.startswith(mark):
            raise UnreadableFile(words)
    encoding = encoding_of(binary)
    file = TextIOWrapper(binary, encoding.name, encoding.errors, newline="")
    return Text(file, encoding.words)
