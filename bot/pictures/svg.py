"""The pieces of an SVG; all text in them is escaped here.

https://www.w3.org/TR/SVG2/
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_REFUSED = re.compile(r"[^\t\n\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""https://www.w3.org/TR/xml/#charsets"""


def element(name: str, *children: str, **attributes: object) -> str:
    """An element; `_` in the name of an attribute stands for `-`, at its end for nothing.

    `children` are elements, or text that `written` made.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_told(value))}"
        for key, value in attributes.items()
    )
    inside = "".join(children)
    return f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>"


def written(words: str) -> str:
    """Text as it may stand in an element: what XML cannot hold is replaced."""
    return escape(_REFUSED.sub("\N{REPLACEMENT CHARACTER}", words))


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The `d` of a path through points."""
    steps = [f"{'L' if n else 'M'}{_told(x)} {_told(y)}" for n, (x, y) in enumerate(points)]
    return "".join((*steps, "Z" if closed else ""))


def _told(value: object) -> str:
    """A number with at most a digit behind the point; all else as it is."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)
