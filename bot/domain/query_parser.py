"""From the text of a query to its parts.

    query  = both, { "OR", both }
    both   = close, { ["AND"], close }
    close  = one, [ "near/N", one ]
    one    = ("NOT" | "-"), one | "(", query, ")" | term
    term   = ["case:"], (word | phrase) | ("#" | "@"), word | word, "*"

Every fault is a `QueryError` that points at its character and says what would be right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.domain.folding import words_of
from bot.domain.query_nodes import And, Near, Node, Not, Or, Term
from bot.errors import QueryError
from bot.phrases import phrase

MAX_LENGTH = 2_000
MAX_NESTING = 50
MAX_DISTANCE = 100
MIN_PREFIX = 3

_QUOTES = '"“”„‟«»＂'
_MINUS = "-‐‑‒–—−"
"""The hyphen, and what keyboards and word processors make of it."""

_FOREIGN = frozenset(
    {
        *("after", "author", "before", "domain", "filter", "from", "hashtag", "inurl", "intitle"),
        *("lang", "language", "since", "site", "source", "title", "to", "until", "url"),
    }
)
"""Other search boxes' operators; as words they would never be met, and nobody told."""
_BREAKS = _QUOTES + "()"
Kind = Literal["(", ")", "AND", "OR", "NOT", "near", "term", "end"]
_OPERATORS: dict[str, Kind] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}


@dataclass(frozen=True)
class _Token:
    kind: Kind
    position: int
    distance: int = 0
    term: Term | None = None


def parse_nodes(query: str) -> Node:
    """The parts of a query. Raises `QueryError`."""
    if len(query) > MAX_LENGTH:
        words = phrase("A query is at most {most} characters long: shorten it.")
        raise QueryError(query, MAX_LENGTH, words, most=f"{MAX_LENGTH:,}")
    if not query.strip():
        words = phrase("The query is empty: write at least one word.")
        raise QueryError(query, len(query), words)
    return _Parser(query).whole()


class _Lexer:
    """Cuts a query into tokens; `at` is the character that is read next."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0

    def tokens(self) -> Iterator[_Token]:
        while self._skip_blanks():
            start, char = self.at, self.query[self.at]
            if char == "(" or char == ")":
                self.at += 1
                yield _Token("(" if char == "(" else ")", start)
            elif char in _QUOTES:
                yield _Token("term", start, term=self._phrase())
            elif char in _MINUS and self._opens(start + 1):
                self.at += 1
                yield _Token("NOT", start)
            else:
                yield self._word()
        yield _Token("end", len(self.query))

    def _skip_blanks(self) -> bool:
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
        return self.at < len(self.query)

    def _opens(self, position: int) -> bool:
        """Whether something stands there that a minus can be meant for."""
        following = self.query[position : position + 1]
        return following not in ("", ")") and not following.isspace()

    def _phrase(self, *, exact: bool = False) -> Term:
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
        return Term(written, phrase=True, exact=exact)

    def _word(self) -> _Token:
        start = self.at
        word = self._run()
        if word in _OPERATORS:
            return _Token(_OPERATORS[word], start)
        if word == "NEAR" or word.lower().startswith("near/"):
            return _Token("near", start, distance=self._distance(word, start))
        if word[0] == "!" and word != "!":
            raise self._error(
                start, phrase("Write NOT or - before what posts must not hold, not “!”.")
            )
        operator, colon, rest = word.partition(":")
        if colon and rest[:2] != "//" and operator.lower() in _FOREIGN:
            words = phrase("There is no {operator}: in a query: it asks about a post’s text alone.")
            raise self._error(start, words, operator=operator)
        if word.lower().startswith("case:"):
            return _Token("term", start, term=self._exact(word, start))
        return _Token("term", start, term=self._term(word, start))

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

    def _exact(self, word: str, start: int) -> Term:
        rest = word[len("case:") :]
        if rest:
            return self._term(rest, start + len("case:"), exact=True)
        if self.at < len(self.query) and self.query[self.at] in _QUOTES:
            return self._phrase(exact=True)
        raise self._error(self.at, phrase("case: needs its word right after it, like case:Orange."))

    def _term(self, word: str, start: int, *, exact: bool = False) -> Term:
        sigil = word[0] if word[0] in "#@" else ""
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
        return Term(body, exact=exact, prefix=prefix, sigil=sigil)

    def _error(self, position: int, words: str, /, **values: object) -> QueryError:
        return QueryError(self.query, position, words, **values)


class _Parser:
    """Recursive descent over the tokens; it descends only into groups and negations."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = list(_Lexer(query).tokens())
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._peek().kind == ")":
            raise self._error(
                phrase("This parenthesis closes nothing: remove it, or open one before.")
            )
        return node

    def _peek(self) -> _Token:
        return self.tokens[self.at]

    def _take(self) -> _Token:
        token = self._peek()
        self.at += 1
        return token

    def _either(self) -> Node:
        parts = [self._both()]
        while self._peek().kind == "OR":
            self.at += 1
            parts.append(self._both())
        return _flat(Or, parts)

    def _both(self) -> Node:
        parts = [self._close()]
        while self._peek().kind not in ("OR", ")", "end"):
            if self._peek().kind == "AND":
                self.at += 1
            parts.append(self._close())
        return _flat(And, parts)

    def _close(self) -> Node:
        start = self._peek().position
        left = self._one()
        if self._peek().kind != "near":
            return left
        distance = self._take().distance
        then = self._peek().position
        right = self._one()
        if self._peek().kind == "near":
            raise self._error(phrase("near joins two things: write a near/5 b AND b near/5 c."))
        return Near(self._placed(left, start), self._placed(right, then), distance)

    def _placed(self, node: Node, position: int) -> tuple[Term, ...]:
        """The alternatives that a side of `near` stands for."""
        if isinstance(node, Term):
            return (node,)
        if isinstance(node, Or):
            terms = tuple(part for part in node.parts if isinstance(part, Term))
            if len(terms) == len(node.parts):
                return terms
        words = phrase(
            "near joins words, phrases, or an (a OR b) of them: move the rest out of it."
        )
        raise QueryError(self.query, position, words)

    def _one(self) -> Node:
        token = self._take()
        if token.kind == "term" and token.term is not None:
            return token.term
        if token.kind == "NOT":
            self._descend(token)
            node: Node = Not(self._one(), token.position)
        elif token.kind == "(":
            self._descend(token)
            node = self._group(token)
        else:
            self.at -= 1
            raise self._missing()
        self.depth -= 1
        return node

    def _group(self, opening: _Token) -> Node:
        if self._peek().kind == ")":
            raise QueryError(
                self.query,
                opening.position,
                phrase("These parentheses are empty: write a word in them."),
            )
        node = self._either()
        if self._take().kind != ")":
            raise QueryError(
                self.query,
                opening.position,
                phrase("This parenthesis is not closed: add a ) to end it."),
            )
        return node

    def _descend(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            words = phrase("Parentheses and NOT go at most {most} deep: make the query flatter.")
            raise QueryError(self.query, token.position, words, most=MAX_NESTING)

    def _missing(self) -> QueryError:
        """What is wrong where a word or a group should stand."""
        before = self.tokens[self.at - 1].kind if self.at else "("
        if before in ("AND", "OR", "NOT", "near"):
            words = phrase("A word, a phrase or a ( must follow {operator}.")
            return self._error(words, operator=before)
        named = self._peek().kind
        if named == "end":
            return self._error(
                phrase("This parenthesis is not closed: write a word and a ) after it.")
            )
        words = phrase("A word, a phrase or a ( must stand before {operator}.")
        return self._error(words, operator=named)

    def _error(self, words: str, /, **values: object) -> QueryError:
        return QueryError(self.query, self._peek().position, words, **values)


def _flat(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    """The parts joined; groups of the same kind melt into one, and one part stands alone."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(flat))
