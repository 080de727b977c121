"""Finds the words for the translators in the code.

The code is read as Python reads it, so that words are found wherever they are said: over several
lines, and within the braces of other text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog

SAID: dict[str, int] = {
    "say": 1,
    "phrase": 1,
    "plural": 2,
    "CampaignError": 1,
    "CommentsClosed": 1,
    "ConversationError": 1,
    "SourceError": 1,
    "SourceGarbled": 1,
    "SourceRateLimited": 1,
    "SourceRefused": 1,
    "SourceResting": 1,
    "SourceUnavailable": 1,
    "IllegalTransition": 1,
    "InsightError": 1,
    "NotThere": 1,
    "NothingThere": 1,
    "TurnedAway": 1,
    "UnknownConversation": 1,
    "WatchError": 1,
    "_Theirs": 1,
}
"""Calls whose first argument is said to people; of `plural` the first two, one and many."""

PACKAGES = ("bot", "handlers")

SLACKS_OWN = "standin"
"""The folder whose words are Slack's and the made-up people's, not Vigie's."""


def extracted(root: Path) -> Catalog:
    """Every message in the code below `root`, the folder that holds `bot` and `handlers`."""
    catalogue = Catalog(charset="utf-8")
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if SLACKS_OWN in path.relative_to(root).parts:
                continue
            place = path.relative_to(root).as_posix()
            for line, words in _said(ast.parse(path.read_text(encoding="utf-8"))):
                catalogue.add(words, locations=[(place, line)])
    return catalogue


def _said(tree: ast.AST) -> Iterator[tuple[int, str | tuple[str, str]]]:
    """What is said in a file, with its line: words, or a pair of them for one and for many."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or (count := SAID.get(_name(node), 0)) == 0:
            continue
        words = [_literal(argument) for argument in node.args[:count]]
        if len(words) == count and all(words):
            yield node.lineno, words[0] if count == 1 else (words[0], words[1])


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _literal(argument: ast.AST) -> str:
    match argument:
        case ast.Constant(value=str(words)):
            return words
    return ""
