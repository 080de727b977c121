"""A text made short without breaking a word."""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"
_JOINER = "\u200d"


def shorten(text: str, limit: int) -> str:
    """The text on one line, in at most `limit` characters (Python's; at least 1).

    A cut falls between words and is marked by "…"; only a first word too long for the limit is
    cut itself, and then never inside what is seen as one character (an accent, a flag, a joined
    emoji; the rules of Unicode Annex 29 that matter at a cut).
    """
    if limit < 1:
        raise ValueError(f"A text cannot be shortened to {limit} characters.")
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    room = limit - len(ELLIPSIS)
    whole = line[: room + 1].rpartition(" ")[0]
    if not whole:
        whole = line[: _last_seam(line, room)]
    return whole.rstrip(" ,.;:–—-") + ELLIPSIS


def _last_seam(text: str, at: int) -> int:
    """The last place not after `at` where the text can be cut between seen characters."""
    while at > 0 and _joined(text, at):
        at -= 1
    return at


def _joined(text: str, at: int) -> bool:
    """Whether the characters around `at` are seen as one."""
    before, after = text[at - 1], text[at]
    if _extends(after) or before == _JOINER:
        return True
    return _is_flag_half(before) and _is_flag_half(after) and _flag_halves(text, at) % 2 == 1


def _extends(char: str) -> bool:
    """Marks, variation selectors, joiners, skin tones, and the tags of regional flags."""
    code = ord(char)
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F or char == _JOINER:
        return True
    return unicodedata.category(char) in ("Mn", "Me", "Mc")


def _is_flag_half(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _flag_halves(text: str, at: int) -> int:
    """How many flag halves stand in a row right before `at`."""
    start = at
    while start > 0 and _is_flag_half(text[start - 1]):
        start -= 1
    return at - start
