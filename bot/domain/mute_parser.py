"""A mute as somebody asks for it in words, in either language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Kind
from bot.domain.duration import duration
from bot.domain.folding import fold
from bot.domain.mutes import Scope
from bot.errors import ConversationError, UnknownWatch

LONGEST = timedelta(days=90)
"""A mute is for a while; what is not wanted for longer is a matter of the watch itself."""

LONGEST_WORD = 100


class Asked(NamedTuple):
    """A mute as somebody asked for it; `length` is None where they did not say for how long."""

    scope: Scope
    length: timedelta | None


_QUOTED = r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]"
_TOKEN = re.compile(rf"{_QUOTED}|\S+")
_QUOTES = "“”\"«»„'’\u00a0\u202f "

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("spike", "spikes", "pic", "pics"), "spike"),
    **dict.fromkeys(("negative", "negatives", "negatif", "negatifs"), "negative"),
    **dict.fromkeys(("wave", "waves", "vague", "vagues"), "wave"),
    **dict.fromkeys(("silence", "silences"), "silence"),
    **dict.fromkeys(("theme", "themes"), "theme"),
    **dict.fromkeys(("velocity", "velocite"), "velocity"),
}
_AUTHOR = frozenset({"author", "authors", "auteur", "auteurs", "autrice"})
_WORD = frozenset({"word", "words", "phrase", "mot", "mots"})
_EVERYTHING = frozenset({"all", "everything", "tout"})
_FILLERS = frozenset(
    {"for", "of", "on", "about", "by", "the", "a", "posts", "post", "alerts", "and", "in", "during"}
    | {"pour", "de", "du", "des", "sur", "par", "les", "le", "la", "un", "une", "pendant", "et"}
    | {"alertes", "mentions", "durant", "messages"}
)

_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds", "seconde", "secondes"), "s"),
    **dict.fromkeys(("m", "min", "mins", "mn", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures"), "h"),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours"), "d"),
    **dict.fromkeys(("w", "week", "weeks", "sem", "semaine", "semaines"), "w"),
}
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)")
_HALVES = re.compile(r"(\d{1,3})h(\d{2})", re.ASCII)


def read(words: str, watches: Sequence[str]) -> Asked:
    """What somebody means by the words after `/vigie mute`, in either language.

    A watch's name comes before any other meaning of its words; quotes keep the words of an author
    or a phrase together. Raises a ConversationError whose words say what is wrong: an unknown
    watch, a length of time that is none, nothing to hold back.
    """
    return _Reader(_TOKEN.findall(words), watches).read()


def length_of(written: str) -> timedelta | None:
    """A length of time: 4h, 1h30, 2 days, 3 jours; None where it is none."""
    folded = fold(written).strip()
    if halves := _HALVES.fullmatch(folded):
        folded = f"{halves[1]}h{halves[2]}m"
    if amount := _AMOUNT.fullmatch(folded):
        unit = _UNITS.get(amount[2])
        folded = f"{amount[1].replace(',', '.')}{unit}" if unit else folded
    return duration(folded)


class _Reader:
    """Takes tokens from the left until none is left; what each means goes into the scope."""

    def __init__(self, tokens: Sequence[str], watches: Sequence[str]) -> None:
        self._tokens = list(tokens)
        self._named = {fold(watch): watch for watch in reversed(watches)}
        self._words = sorted({len(watch.split()) for watch in watches} - {1}, reverse=True)
        self._known = watches
        self._scope = Scope()
        self._everything = False
        self._length: timedelta | None = None

    def read(self) -> Asked:
        while self._tokens:
            if not (self._take_watch() or self._take_length() or self._take_keyword()):
                raise UnknownWatch(_unquoted(" ".join(self._up_to_a_length())), self._known)
        if self._scope == Scope() and not self._everything:
            raise ConversationError("What is to be held back? Name a watch, `spikes`, or `all`.")
        return Asked(_sensible(self._scope), self._length)

    def _take_watch(self) -> bool:
        if self._scope.watch:
            return False
        written = [(taken, " ".join(self._tokens[:taken])) for taken in self._words]
        for taken, called in (*written, (1, _unquoted(self._tokens[0]))):
            if watch := self._named.get(fold(called)):
                del self._tokens[:taken]
                self._scope = replace(self._scope, watch=watch)
                return True
        return False

    def _take_length(self) -> bool:
        """A length of time in one word, or in two: “2 days”."""
        taken = 2 if length_of(" ".join(self._tokens[:2])) else 1
        written = " ".join(self._tokens[:taken])
        length = length_of(written)
        if length is None and not _is_amount(written):
            return False
        if length is None or length > LONGEST:
            raise ConversationError(
                "“{written}” is no length of time that a mute can have: "
                "30m, 4h, 2d and 1w are, up to 90 days.",
                written=_shown(written),
            )
        if self._length is not None:
            raise ConversationError("Two lengths of time are one too many.")
        self._length = length
        del self._tokens[:taken]
        return True

    def _take_keyword(self) -> bool:
        word = fold(self._tokens[0])
        scope = self._scope
        if word in _AUTHOR or word in _WORD:
            del self._tokens[0]
            named = self._take_operand()
            if word in _AUTHOR:
                self._scope = replace(scope, author=named)
            else:
                self._scope = replace(scope, word=named)
            return True
        if word in _KINDS:
            self._scope = replace(scope, kind=_KINDS[word])
        elif word in _EVERYTHING:
            self._everything = True
        elif word not in _FILLERS:
            return False
        del self._tokens[0]
        return True

    def _take_operand(self) -> str:
        """What stands in quotes, a handle, or else all words up to a length of time."""
        taken = self._up_to_a_length()
        if self._tokens and (_is_quoted(self._tokens[0]) or self._tokens[0].startswith("@")):
            taken = self._tokens[:1]
        del self._tokens[: len(taken)]
        named = _unquoted(" ".join(taken))[:LONGEST_WORD].strip()
        if not fold(named).strip():
            raise ConversationError('Which one? Write `author @name`, or `word "two words"`.')
        return named

    def _up_to_a_length(self) -> list[str]:
        """The words before a length of time; a number may be the first of them (“word 2026”)."""
        lengths = (
            n
            for n, token in enumerate(self._tokens)
            if length_of(token) or (n and _is_amount(token))
        )
        return self._tokens[: next(lengths, None)]


def _sensible(scope: Scope) -> Scope:
    """Whoever names an author or a word means posts, and nothing that many make."""
    if not scope.author and not scope.word:
        return scope
    if scope.kind not in ("", "negative"):
        raise ConversationError(
            "Only negative posts have an author and words: mute other alerts by their watch."
        )
    return replace(scope, kind="")


def _is_amount(token: str) -> bool:
    return bool(re.match(r"[-+−]?\d", token))


def _is_quoted(token: str) -> bool:
    return len(token) > 1 and token[0] in '“"«„' and token[-1] in '”"»“'


def _unquoted(token: str) -> str:
    return token.strip(_QUOTES)


def _shown(written: str) -> str:
    return "".join(letter for letter in written if letter.isalnum() or letter in ".,- ")[:30]
