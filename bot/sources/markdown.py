"""Markdown, as Lemmy and GitHub have it, as people would read it. Pure."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from msgspec.structs import replace

from bot.sources.text import Parts, html_parts, plain

_MOST = 10_000
"""Characters that are read as Markdown; parsers take time with the square of some, and what comes
after so many is mostly a log."""

_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def markdown_parts(text: str, base: str = "") -> Parts:
    """What a piece of Markdown says (HTML in it as well), and what stands beside it; see
    `html_parts`. Of a long one the end is taken as it is."""
    parts = _read(text[:_MOST], base)
    rest = text[_MOST:]
    return replace(parts, text=plain(f"{parts.text}\n{rest}")) if rest else parts


@lru_cache(maxsize=200)
def _read(text: str, base: str) -> Parts:
    """Remembered, for polls read what is new several times."""
    return html_parts(_READER.render(text), base)
