"""XML entities: those that a document declares and that can do harm, and numbers that stand for no
character, are taken out before it is read.

Entities that name one another grow a few bytes to gigabytes ("billion laughs",
owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing), and external ones
have the reader fetch what they name. Short plain ones are how old feeds write an é. Pure.
"""

from __future__ import annotations

import re

from bot.errors import SourceGarbled

LONGEST = 64
"""Bytes that an entity may stand for: it grows a document tenfold at most, as a name and its two
signs take some six."""

MOST = 300
"""Entities that are kept; HTML 4 has 252."""

_DECLARED = re.compile(rb"<!\s*ENTITY\b", re.IGNORECASE)
_PLAIN = re.compile(
    rb"""<!ENTITY\s+([A-Za-z_][\w.-]{0,40})\s+(?:"([^"&%<]{0,64})"|'([^'"&%<]{0,64})')\s*>"""
)
_NUMBERED = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_LAST = 0x10FFFF
_HALVES = range(0xD800, 0xE000)
_NO_CHARACTER = b"&#xfffd;"

_UNSEEN = b"\0"


def without_harm(body: bytes) -> bytes:
    """The document with no entities declared but short ones of plain text.

    Raises SourceGarbled where the declarations cannot be told from the rest.
    """
    if not declares_entities(body):
        return body
    start = _declaration(body.lower())
    end = _end_of_doctype(body, start)
    if start < 0 or end < 0 or _DECLARED.search(body, end):
        raise SourceGarbled("The feed declares XML entities that cannot be read safely.")
    kept = [_written(found) for found in _PLAIN.finditer(body, start, end)][:MOST]
    doctype = b"<!DOCTYPE feed [\n" + b"".join(kept) + b"]>" if kept else b""
    return body[:start] + doctype + body[end:]


def of_characters(body: bytes) -> bytes:
    """The document with a mark in the place of numbers that stand for no character, such as half an
    emoji where a text was cut: feedparser falls over each."""
    return _NUMBERED.sub(_numbered, body)


def _numbered(found: re.Match[bytes]) -> bytes:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    significant = digits.lstrip(b"0") or b"0"
    number = int(significant, base) if len(significant) < 8 else _LAST + 1
    return _NO_CHARACTER if number > _LAST or number in _HALVES else found[0]


def _written(found: re.Match[bytes]) -> bytes:
    """A declaration as feedparser takes it: on a line of its own, in double quotes."""
    return b'<!ENTITY %s "%s">\n' % (found[1], found[2] or found[3] or b"")


def declares_entities(body: bytes) -> bool:
    """Whether an XML document declares entities of its own.

    Looks at the letters alone, so that UTF-16 and UTF-32 are understood too.
    """
    letters = body.replace(_UNSEEN, b"").lower()
    start = _declaration(letters)
    return start >= 0 and b"<!entity" in letters[start:]


def _declaration(letters: bytes) -> int:
    """Where the first declaration begins, comments and instructions passed over; -1 where an
    element comes first."""
    position = 0
    while (position := letters.find(b"<", position)) >= 0:
        if letters.startswith(b"<!--", position):
            position = letters.find(b"-->", position)
        elif letters.startswith(b"<?", position):
            position = letters.find(b"?>", position)
        else:
            return position if letters.startswith(b"<!", position) else -1
        if position < 0:
            return -1
    return -1


def _end_of_doctype(body: bytes, start: int) -> int:
    """Where what follows the declaration begins; -1 where it has no end."""
    inner = body.find(b"[", start)
    close = body.find(b">", start)
    if close < 0 or inner < 0 or close < inner:
        return close + 1 if close >= 0 else -1
    close = body.find(b"]", inner)
    end = body.find(b">", close) if close >= 0 else -1
    return end + 1 if end >= 0 else -1
