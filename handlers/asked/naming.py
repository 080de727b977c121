"""Conversations and people as they are named in a line of words, however clumsily. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.domain.bulk import ALL
from bot.domain.folding import fold
from handlers.asked.question import ME, MEMBER

MOST_IDS = 20
"""Conversations that one line acts on; more are a task for `assign all`."""

_OVERDUE = frozenset({"overdue", "late", "retard", "en retard"})
_SMALL = frozenset({"to", "a", "pour", "for", "and", "et"})
_WORD = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>|@[^\s,;:]+|[^\s,;]+")


class Giving(NamedTuple):
    """Which conversations are given, to whom (more than one is a mistake), with which note."""

    ids: tuple[str, ...]
    whom: tuple[str, ...]
    note: str


def ids_in(rest: str) -> tuple[str, ...]:
    """The ids in a line, each once, in their order; people and small words are left out."""
    return _named([(found.group(), found.end()) for found in _WORD.finditer(rest)])


def overdue_in(rest: str) -> tuple[str, bool]:
    """The line without the word for overdue, and whether it had it."""
    written = rest.strip()
    words = written.split()
    for length in (2, 1):
        for place in range(len(words) - length + 1):
            if fold(" ".join(words[place : place + length])) in _OVERDUE:
                return " ".join(words[:place] + words[place + length :]), True
    return written, False


def giving_in(rest: str) -> Giving:
    """Who gets what, in any order: `ID ID @user a note`, `@user ID`, `ID to user`.

    Where nobody is marked as a person (@), the last of several words is one.
    """
    words = [(found.group(), found.end()) for found in _WORD.finditer(rest)]
    marked = next((n for n, (word, _) in enumerate(words) if _is_person(word)), None)
    if marked is None:
        named = ids_in(rest)
        return Giving(named[:-1], named[1:][-1:], "")
    taken = _people_at_the_start(words[marked:])
    after = words[marked + taken :]
    whom = _people_in(words[marked : marked + taken])
    if before := _named(words[:marked]):
        end = words[marked + taken - 1][1]
        return Giving(before, whom, rest[end:].lstrip(" ,;:").rstrip())
    return Giving(_named(after), (*whom, *_people_in(after)), "")


def people_in(rest: str) -> tuple[str, ...]:
    """Everybody who is marked as a person in a line."""
    return _people_in([(found.group(), found.end()) for found in _WORD.finditer(rest)])


def all_in(rest: str) -> Giving | None:
    """Many at once: whom they are given to, and as the `note` all else that says which are meant;
    None where the line does not begin with such a word as "all"."""
    words = [(found.group(), found.end()) for found in _WORD.finditer(rest)]
    if not words or fold(words[0][0]) not in ALL:
        return None
    whom = _people_in(words)
    others = [word for word, _ in words[1:] if not _is_person(word)]
    return Giving((), whom, " ".join(others))


def is_me(word: str, by: str) -> bool:
    """Whether a word that names a person names `by`, who wrote it."""
    found = MEMBER.fullmatch(word)
    return found[1] == by if found else word.casefold() in ME


def _people_at_the_start(words: list[tuple[str, int]]) -> int:
    """How many words name people one after the other: `@sam @camille`, `@sam and @camille`."""
    taken = 0
    for place, (word, _) in enumerate(words):
        if _is_person(word):
            taken = place + 1
        elif fold(word) not in _SMALL:
            break
    return taken


def _people_in(words: list[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(word for word, _ in words if _is_person(word))


def _is_person(word: str) -> bool:
    return bool(MEMBER.fullmatch(word)) or word.startswith("@") or word.casefold() in ME


def _named(words: list[tuple[str, int]]) -> tuple[str, ...]:
    """What may be ids, each once."""
    found = [word for word, _ in words if any(map(str.isalnum, word))]
    ids = [word for word in found if not _is_person(word) and fold(word) not in _SMALL]
    return tuple(dict.fromkeys(ids))[:MOST_IDS]
