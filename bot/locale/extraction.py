"""Finds the words for the translators in the code."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "say": None,
    "phrase": None,
    "plural": (1, 2),
    "ConversationError": None,
    "IllegalTransition": None,
    "UnknownConversation": None,
}
"""Calls whose first argument is said to people; of `plural` the first two, one and many."""

METHODS = [("**.py", "python")]


def extracted(root: Path) -> Catalog:
    """Every message in the code below `root`, the folder that holds `bot` and `handlers`."""
    catalogue = Catalog(charset="utf-8")
    for package in ("bot", "handlers"):
        found = extract_from_dir(
            root / package, METHODS, keywords=KEYWORDS, directory_filter=_speaks
        )
        for file, line, words, comments, context in found:
            catalogue.add(
                words,
                locations=[(f"{package}/{file}", line)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def _speaks(folder: str) -> bool:
    """The stand-in's words are Slack's and the made-up people's, not Vigie's."""
    return Path(folder).name not in ("standin", "__pycache__")
