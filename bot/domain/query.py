"""The question that a watch puts to every post.

    lumo "smart lamp" -giveaway          both, and not that
    (lumo OR lumi) near/5 refund*        either, at most five words from refund, refunds, …
    case:Orange NOT (fruit OR jus)       the company, not the fruit
    #lumo OR @lumo_app                   only the tag, or only the handle
    title:lumo OR author:"maison lumo"   in one field: title, text, author, link or media
    link:(lumo.com OR lumo.fr)           what the post links to
    C++ OR Canal+ OR F#                  only with what ends them; AT&T, e-mail are words in a row

Words and phrases are compared without regard to case and accents, on word boundaries: `lumo`
is in "#lumo", "Lumo's" and "l'lumo", not in "illumost". Without a field they are looked for in
title and text, and there in no address: `lumo` is not in "https://lumo.com/x". AND, OR, NOT are
written in capitals; words side by side mean AND; NOT binds before near, near before AND, AND
before OR.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bot.domain.folding import Wording
from bot.domain.query_nodes import And, Landmark, Node, Not, Or, Term, anchors, positive_terms
from bot.domain.query_parser import parse_nodes
from bot.errors import QueryError
from bot.phrases import phrase

_HINTS = {
    **dict.fromkeys(("and", "et"), "AND"),
    **dict.fromkeys(("or", "ou"), "OR"),
    **dict.fromkeys(("not", "sauf"), "NOT"),
    "near": "near/5",
}


class Hint(NamedTuple):
    """A `word` that is looked for as a word, and the `operator` that it may have been meant for."""

    word: str
    operator: str


@dataclass(frozen=True)
class Query:
    """A query that was read; two are equal where they ask the same in the same order.

    `also` is what must hold besides (see `where`): it tells posts about the brand from others, and
    is none of the brand's own words.
    """

    node: Node
    also: tuple[Node, ...] = ()

    @cached_property
    def whole(self) -> Node:
        """The query with all that must hold besides, as one."""
        if not self.also:
            return self.node
        own = self.node.parts if isinstance(self.node, And) else (self.node,)
        return And((*own, *self.also))

    def where(self, *also: Node) -> Query:
        """The query for posts of which these hold as well; it is searched for by the same words."""
        return Query(self.node, (*self.also, *also))

    def matches(self, text: str | Wording) -> bool:
        """Whether a post is what the query asks for, or a text that is no post's.

        A `Wording` saves folding the same text once a query, and knows the parts of its post.
        """
        wording = _wording(text)
        return self.node.holds(wording) and all(node.holds(wording) for node in self.also)

    def found(self, text: str | Wording) -> tuple[str, ...]:
        """The query's words and phrases as they stand in the post, each once, as met: those of
        title and text first."""
        wording = _wording(text)
        found = [
            (not term.is_spoken, *span, wording.part(term.field).as_written(*span))
            for term in dict.fromkeys(positive_terms(self.node))
            for span in term.spans(wording)
        ]
        return tuple(dict.fromkeys(written for *_, written in sorted(found)))

    def anchors(self) -> tuple[str, ...]:
        """Words or phrases of which every matching post holds at least one: what to search for.

        As written (accents kept), without quotes, `#`, `@`, `case:` and field; of a `word*` the
        letters before the star, with which a word of the post begins. They stand in title or text
        if the query lets them; those of a query that asks for an author, a link or a media alone
        stand there, where not every search looks.
        """
        return self._anchors

    @cached_property
    def _anchors(self) -> tuple[str, ...]:
        found = anchors(self.node)
        return () if isinstance(found, Not) else _written(found)

    def landmarks(self) -> tuple[Landmark, ...]:
        """Folded words of which every matching post holds at least one, and which are looked for
        in place of the anchors; a post that holds one that `suffices` matches."""
        found = anchors(self.node)
        if isinstance(found, Not):
            return ()
        parts = self.node.parts if isinstance(self.node, Or) else (self.node,)
        return tuple(
            landmark if term in parts and not self.also else landmark._replace(suffices=False)
            for term in found
            for landmark in term.landmarks
        )

    def words(self) -> tuple[str, ...]:
        """All words and phrases whose presence can make a post match, as written."""
        return self._words

    @cached_property
    def _words(self) -> tuple[str, ...]:
        return _written(positive_terms(self.node))

    def hints(self) -> tuple[Hint, ...]:
        """What the author may have meant otherwise."""
        plain = (term.written for term in positive_terms(self.node) if not term.phrase)
        return tuple(Hint(word, _HINTS[word]) for word in dict.fromkeys(plain) if word in _HINTS)

    def __str__(self) -> str:
        """The whole query in print; it reads back as one that asks the same."""
        return self._print

    @cached_property
    def _print(self) -> str:
        return str(self.whole)


def parse(text: str) -> Query:
    """Read a query.

    Raises `QueryError` at the character at fault, also where NOT alone would let through posts
    that hold none of the query's words: nothing could be searched for.
    """
    return _searched_for(text, parse_nodes(text))


def read_back(printed: str) -> Query:
    """A query that was printed, however long its conditions made it. Raises `QueryError`."""
    return _searched_for(printed, parse_nodes(printed, len(printed)))


def _searched_for(text: str, node: Node) -> Query:
    found = anchors(node)
    if isinstance(found, Not):
        words = phrase("NOT needs a word beside it that posts must hold, like lumo NOT giveaway.")
        raise QueryError(text, found.position, words)
    return Query(node)


def _wording(text: str | Wording) -> Wording:
    return text if isinstance(text, Wording) else Wording(text)


def _written(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.written for term in terms))
