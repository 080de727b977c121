"""The playbook's phrases: which of them fit a post, and what stands where they leave a gap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from bot.domain.folding import words_of

GAPS = ("author", "me")
"""What a phrase may leave open: the post's author, and the person who answers."""

_GAP = re.compile(r"\{(\w*)\}")
_AUTHOR_GAP = re.compile(r"[ \t\u00a0]*\{author\}")


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase in a language (ISO 639-1), for posts that hold one of `about` (none: for all).
    `{author}` and `{me}` in its text are the post's author and the person who answers."""

    name: str
    language: str
    text: str
    about: tuple[str, ...] = ()


class Offer(NamedTuple):
    """The phrases for a post, the best first. `is_its_language` is False where there is none in
    the post's language and these are in others."""

    phrases: tuple[Phrase, ...]
    is_its_language: bool


def fitting(phrases: Sequence[Phrase], language: str, text: str) -> Offer:
    """The phrases that fit a post: those about most of its words first, those for all posts last.

    `language` is the post's, or "unknown", which is nobody's.
    """
    words = words_of(text)
    weighed = [(_weight(phrase, words), phrase) for phrase in phrases]
    fits = [phrase for weight, phrase in sorted(weighed, key=lambda pair: -pair[0]) if weight >= 0]
    own = tuple(phrase for phrase in fits if phrase.language == language)
    return Offer(own, True) if own else Offer(tuple(fits), not fits)


def _weight(phrase: Phrase, words: Sequence[str]) -> int:
    """How many of its words a text holds; 0 where it is for all, -1 where it does not fit."""
    if not phrase.about:
        return 0
    return sum(_holds(words, words_of(about)) for about in phrase.about) or -1


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the `wanted` words stand in a row."""
    length = len(wanted)
    return bool(wanted) and any(
        words[start : start + length] == wanted for start in range(len(words) - length + 1)
    )


def filled(text: str, *, author: str, me: str) -> str:
    """A phrase's text with its gaps filled; one whose author is not known says no name, and has
    no space where the name would be."""
    if not author:
        text = _AUTHOR_GAP.sub("", text)
    values = {"author": author, "me": me}
    return _GAP.sub(lambda gap: values.get(gap[1], gap[0]), text).strip()


def unknown_gaps(text: str) -> tuple[str, ...]:
    """What a phrase's text leaves open that nobody could fill, each as it is written there."""
    return tuple(dict.fromkeys(gap[0] for gap in _GAP.finditer(text) if gap[1] not in GAPS))


def with_phrase(written: str, chosen: str, offered: Iterable[str]) -> str:
    """A draft after a phrase was chosen: it takes the place of another phrase as it was offered,
    and follows on what somebody wrote themselves."""
    own = written.strip()
    if not own or own in {text.strip() for text in offered}:
        return chosen
    return f"{own}\n\n{chosen}"
