"""From the text of a query to its parts.

    query  = both, { "OR", both }
    both   = close, { ["AND"], close }
    close  = one, [ "near/N", one ]
    one    = ("NOT" | "-"), one | [field], "(", query, ")" | term
    term   = {"case:" | field}, (word | phrase) | ("#" | "@"), word | word, "*"
    field  = ("title" | "text" | "author" | "link" | "media"), ":", in English or French

A field before a group is that of every word in it. Every fault is a `QueryError` that points at
its character and says what would be right.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.query_lexer import CASELESS, ONE_FIELD, Lexer, Token
from bot.domain.query_nodes import And, Near, Node, Not, Or, Term
from bot.errors import QueryError
from bot.phrases import phrase

MAX_LENGTH = 2_000
MAX_NESTING = 50


def parse_nodes(query: str, most: int = MAX_LENGTH) -> Node:
    """The parts of a query of at most so many characters. Raises `QueryError`."""
    if len(query) > most:
        words = phrase("A query is at most {most} characters long: shorten it.")
        raise QueryError(query, most, words, most=f"{most:,}")
    if not query.strip():
        words = phrase("The query is empty: write at least one word.")
        raise QueryError(query, len(query), words)
    return _Parser(query).whole()


class _Parser:
    """Recursive descent over the tokens; it descends only into groups and negations."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = list(Lexer(query).tokens())
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self._either()
        if self._peek().kind == ")":
            raise self._error(
                phrase("This parenthesis closes nothing: remove it, or open one before.")
            )
        return node

    def _peek(self) -> Token:
        return self.tokens[self.at]

    def _take(self) -> Token:
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
        near = Near(self._placed(left, start), self._placed(right, then), distance)
        if len({term.field for term in (*near.left, *near.right)}) > 1:
            words = phrase("near looks in one field: write title:(a near/5 b).")
            raise QueryError(self.query, start, words)
        return near

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
        elif token.kind == "field":
            self._descend(token)
            node = self._within(self._group(self._take()), token)
        else:
            self.at -= 1
            raise self._missing()
        self.depth -= 1
        return node

    def _group(self, opening: Token) -> Node:
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

    def _within(self, node: Node, token: Token) -> Node:
        """A group with the field that stands before it, given to each of its words."""
        match node:
            case Term():
                return self._term_within(node, token)
            case Not(part):
                return Not(self._within(part, token), node.position)
            case Near(left, right, distance):
                return Near(self._side(left, token), self._side(right, token), distance)
            case And(parts) | Or(parts):
                return type(node)(tuple(self._within(part, token) for part in parts))

    def _side(self, terms: tuple[Term, ...], token: Token) -> tuple[Term, ...]:
        return tuple(self._term_within(term, token) for term in terms)

    def _term_within(self, term: Term, token: Token) -> Term:
        if term.field:
            raise QueryError(self.query, token.position, ONE_FIELD)
        if term.exact and token.field == "link":
            raise QueryError(self.query, token.position, CASELESS)
        return replace(term, field=token.field)

    def _descend(self, token: Token) -> None:
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
