"""How a term is written for a search that has a language of its own. Pure."""

from __future__ import annotations

_OPERATORS = frozenset({"and", "or", "not", "near"})


def quoted(term: str) -> str:
    """A term that can be read as nothing but words: phrases, what might be syntax (`from:x`) and
    the names of operators stand in quotes. The term holds none."""
    is_plain = term.isalnum() and term.casefold() not in _OPERATORS
    return term if is_plain else f'"{term}"'
