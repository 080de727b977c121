"""Finds sentences in source text that are not said through a voice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.locale.extraction import SAID

FOR_OPERATORS = frozenset({"debug", "info", "warning", "error", "exception", "level", "compile"})
"""Calls whose words nobody reads in Slack: the log's, and patterns."""

ALLOWED = frozenset({"Vigie", "en retard"})
"""The bot's name; and a word that people write, in their language, for it to read."""

_SENTENCE = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]{2,}|^[A-Z][a-zé]{2,}…?$")


def unsaid(path: Path) -> Iterator[tuple[int, str]]:
    """The literals of a file that read like a sentence (or a label) and are not said, with their
    lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _within(tree)


def _within(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in (
            SAID.keys() | FOR_OPERATORS
        ):
            parts: list[ast.AST] = [*node.args[SAID.get(name, 1) :], *node.keywords]
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return
        case ast.Constant(value=str(words)) if _SENTENCE.search(words) and words not in ALLOWED:
            yield node.lineno, words
            return
        case _:
            parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from _within(part)
