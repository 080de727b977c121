"""What people type, as a lexicon spells it: apostrophes, emoji, handles, words run together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_NOT_ASCII = re.compile("\u200d[♀♂]|[^\x00-\x7f]")
_APOSTROPHES = "’‘ʼ`´"
_DRESSING = (
    *("\u200d♀", "\u200d♂", "\u200d", "\ufe0e", "\ufe0f"),
    *map(chr, range(0x1F3FB, 0x1F400)),
)
"""What makes an emoji a woman, dark or coloured, and nothing else of what it says."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"@\w+")
_HUMPED = re.compile(r"#\w*[a-z][A-Z]\w*")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GLUE = re.compile(r"(?:[,;!?/…]|\.\.|--)(?=[^\W\d_]{2})")


class Tidying:
    """Makes texts tidy. `descriptions` are of emojis in words; `known` emojis stay as they are."""

    def __init__(self, descriptions: Mapping[str, str], known: Collection[str]) -> None:
        self._signs: Mapping[str, str] = {
            **{emoji: f" {words} " for emoji, words in descriptions.items()},
            **{emoji: f" {emoji} " for emoji in known},
            **dict.fromkeys(_APOSTROPHES, "'"),
            **dict.fromkeys(_DRESSING, ""),
        }

    def tidy(self, text: str) -> str:
        """The text with plain apostrophes and each emoji a word, without addresses and
        handles ("@united" is nobody's joy), and "#NeverAgain" and "late,rude" apart."""
        if not text.isascii():
            text = _NOT_ASCII.sub(self._sign, text)
        if "://" in text or "www." in text:
            text = _ADDRESS.sub("", text)
        if "@" in text:
            text = _HANDLE.sub("@", text)
        if "#" in text:
            text = _HUMPED.sub(_humps_apart, text)
        return _GLUE.sub(r"\g<0> ", text).strip()

    def _sign(self, sign: re.Match[str]) -> str:
        return self._signs.get(sign[0], sign[0])


def _humps_apart(hashtag: re.Match[str]) -> str:
    return _HUMP.sub(" ", hashtag[0])
