"""From the text of a query to its words, signs and operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.fields import Beside, Field
from bot.domain.folding import words_of
from bot.domain.query_nodes import Term
from bot.errors import QueryError
from bot.phrases import phrase

MAX_DISTANCE = 100
MIN_PREFIX = 3

_QUOTES = '"“”„‟«»＂'
_MINUS = "-‐‑‒–—−"
"""The hyphen, and what keyboards and word processors make of it."""

_ANYWHERE: Field = ""
_FIELDS: dict[str, Field] = {
    **dict.fromkeys(("title", "titre"), "title"),
    **dict.fromkeys(("text", "texte"), "text"),
    **dict.fromkeys(("author", "auteur", "auteure"), "author"),
    **dict.fromkeys(("link", "lien"), "link"),
    **dict.fromkeys(("media", "média", "médias"), "media"),
}
"""What stands before a colon, in English and in French."""

_MEANT: dict[str, Field] = {
    "intitle": "title",
    "intext": "text",
    **dict.fromkeys(("by", "from", "user"), "author"),
    **dict.fromkeys(("domain", "inurl", "site", "url", "links", "liens"), "link"),
}
"""What other search boxes call a field."""

_FOREIGN = frozenset(
    ("after", "before", "filter", "hashtag", "lang", "language", "since", "source", "to", "until")
)
"""Other search boxes' operators; as words they would never be met, and nobody told."""

ONE_FIELD = phrase("A word has one field: write title:lumo OR link:lumo for either.")
CASELESS = phrase("Addresses are compared without case: leave case: out.")

_BREAKS = _QUOTES + "()"
Kind = Literal["(", ")", "AND", "OR", "NOT", "near", "field", "term", "end"]
_OPERATORS: dict[str, Kind] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}


@dataclass(frozen=True)
class Token:
    """A piece of a query; `position` is its first character. A `field` is that of the group which
    follows."""

    kind: Kind
    position: int
    distance: int = 0
    term: Term | None = None
    field: Field = ""


class Lexer:
    """Cuts a query into tokens; `at` is the character that is read next."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0

    def tokens(self) -> Iterator[Token]:
        while self._skip_blanks():
            start, char = self.at, self.query[self.at]
            if char == "(" or char == ")":
                self.at += 1
                yield Token("(" if char == "(" else ")", start)
            elif char in _QUOTES:
                yield Token("term", start, term=self._phrase())
            elif char in _MINUS and self._opens(start + 1):
                self.at += 1
                yield Token("NOT", start)
            else:
                yield self._word()
        yield Token("end", len(self.query))

    def _skip_blanks(self) -> bool:
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
        return self.at < len(self.query)

    def _opens(self, position: int) -> bool:
        """Whether something stands there that a minus can be meant for."""
        following = self.query[position : position + 1]
        return following not in ("", ")") and not following.isspace()

    def _phrase(self, *, exact: bool = False, field: Field = "") -> Term:
        opening = self.at
        closing = opening + 1
        while closing < len(self.query) and self.query[closing] not in _QUOTES:
            closing += 1
        if closing == len(self.query):
            raise self._error(opening, phrase('This quote is not closed: end the phrase with ".'))
        written = " ".join(self.query[opening + 1 : closing].split())
        if "*" in written:
            star = self.query.index("*", opening)
            raise self._error(
                star, phrase("A star cannot stand in a phrase: use it after a single word.")
            )
        if not words_of(written):
            raise self._error(
                opening, phrase("This phrase holds no word: write one between the quotes.")
            )
        self.at = closing + 1
        return Term(written, phrase=True, exact=exact, field=field)

    def _word(self) -> Token:
        start = self.at
        word = self._run()
        if word in _OPERATORS:
            return Token(_OPERATORS[word], start)
        if word == "NEAR" or word.lower().startswith("near/"):
            return Token("near", start, distance=self._distance(word, start))
        if word[0] == "!" and word != "!":
            raise self._error(
                start, phrase("Write NOT or - before what posts must not hold, not “!”.")
            )
        return self._marked(word, start)

    def _marked(self, word: str, start: int) -> Token:
        """A term with what stands before it: its field and case:, whichever first."""
        exact, field, at = False, _ANYWHERE, start
        while mark := self._mark(word[at - start :], at):
            if mark == "case" and not exact:
                exact = True
            elif mark in _FIELDS and not field:
                field = _FIELDS[mark]
            elif mark in _FIELDS:
                raise self._error(at, ONE_FIELD)
            else:
                break
            at += len(mark) + 1
        if exact and field == "link":
            raise self._error(
                start, phrase("Addresses are compared without case: leave case: out.")
            )
        if rest := word[at - start :]:
            return Token("term", start, term=self._term(rest, at, exact=exact, field=field))
        return self._opened(start, exact, field)

    def _mark(self, word: str, start: int) -> str:
        """What a word has before its first colon, if that is an operator, in small letters."""
        operator, colon, rest = word.partition(":")
        mark = operator.lower()
        if not colon or rest[:2] == "//":
            return ""
        if mark in _MEANT:
            words = phrase("There is no {operator}: in a query; write {field}: instead.")
            raise self._error(start, words, operator=operator, field=_MEANT[mark])
        if mark in _FOREIGN:
            words = phrase(
                "There is no {operator}: in a query; it can ask for title:, text:, author:, "
                "link: and media:."
            )
            raise self._error(start, words, operator=operator)
        return mark if mark == "case" or mark in _FIELDS else ""

    def _opened(self, start: int, exact: bool, field: Field) -> Token:
        """The phrase, or the group, before which a field or case: stands."""
        following = self.query[self.at : self.at + 1]
        if following and following in _QUOTES:
            return Token("term", start, term=self._phrase(exact=exact, field=field))
        if following == "(" and field and not exact:
            return Token("field", start, field=field)
        if exact:
            words = phrase("case: needs its word right after it, like case:Orange.")
            raise self._error(self.at, words)
        words = phrase("{field}: needs its word right after it, like {field}:lumo.")
        raise self._error(self.at, words, field=field)

    def _run(self) -> str:
        """The characters up to a blank, a quote or a parenthesis."""
        start = self.at
        while self.at < len(self.query) and not (
            self.query[self.at].isspace() or self.query[self.at] in _BREAKS
        ):
            self.at += 1
        return self.query[start : self.at]

    def _distance(self, word: str, start: int) -> int:
        digits = word[len("near/") :]
        if not (digits.isascii() and digits.isdigit()):
            raise self._error(start, phrase("near needs a number of words: write it like near/5."))
        if len(digits) > 3 or int(digits) > MAX_DISTANCE:
            raise self._error(
                start, phrase("near reaches over at most {most} words."), most=MAX_DISTANCE
            )
        return int(digits)

    def _term(self, word: str, start: int, *, exact: bool, field: Field) -> Term:
        sigil: Beside | Literal[""] = "#" if word[0] == "#" else "@" if word[0] == "@" else ""
        body = word[len(sigil) :]
        prefix = body.endswith("*")
        body = body.removesuffix("*")
        if "*" in body:
            star = start + len(sigil) + body.index("*")
            raise self._error(
                star, phrase("A star stands only at the end of a word, like complain*.")
            )
        words = words_of(body)
        if not words:
            none = phrase("“{word}” holds no letter and no digit: only words are looked for.")
            raise self._error(start, none, word=word)
        if sigil and not body[0].isalnum() and body[0] != "_":
            apart = phrase("A word must follow {sigil} at once, like {sigil}lumo.")
            raise self._error(start + 1, apart, sigil=sigil)
        if prefix and not (body[-1].isalnum() and len(words[-1]) >= MIN_PREFIX):
            short = phrase("A star needs at least {least} letters before it, like complain*.")
            raise self._error(start + len(word) - 1, short, least=MIN_PREFIX)
        return Term(body, exact=exact, prefix=prefix, sigil=sigil, field=field)

    def _error(self, position: int, words: str, /, **values: object) -> QueryError:
        return QueryError(self.query, position, words, **values)
