"""What pictures of days have in common: a page, text on it, a scale, and the days under it.

They are drawn for a phone: some 360 points wide there, so that letters of 18 are of 10 points. The
colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people tell apart who
do not see all colours; no meaning hangs on colour alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import ceil, floor, log10

from bot.domain.trends import BY_HOUR, Span
from bot.i18n import Voice
from bot.pictures.svg import element, path, written

WIDTH = 640
LEFT, RIGHT = 78, 620
MARGIN = 20
LINE = 25
"""From one line of text to the next."""

LETTERS = 56
"""Characters of a line over the whole width, at 18."""

NAME = 40
"""Characters of a watch's name."""

_MOST_LABELS = 5
_DAY = timedelta(days=1)

STYLE = """
text{font-family:"DejaVu Sans",Verdana,sans-serif;font-size:18px;fill:#3a3f45}
.title{font-size:25px;fill:#14181c}
.strong{fill:#14181c}
.page{fill:#ffffff}
.grid{stroke:#d9dde2;stroke-width:1}
.axis{stroke:#8b929a;stroke-width:1}
.hatch{stroke:#8b929a;stroke-width:2}
.unseen{fill:url(#unseen)}
"""

DARK = """
text{fill:#c3cad2}
.title,.strong{fill:#f2f5f8}
.page{fill:#1a1d21}
.grid{stroke:#343a41}
.axis,.hatch{stroke:#79818a}
"""
"""The same for who reads on dark; pixels are always of the light one."""


def page(
    height: float, title: str, told: str, style: tuple[str, str], voice: Voice, *parts: str
) -> str:
    """A whole picture; `told` tells it to who does not see it, `style` is what it adds to the
    light and the dark look."""
    light, dark = style
    look = f"{STYLE}{light}@media (prefers-color-scheme:dark){{{DARK}{dark}}}"
    return element(
        "svg",
        element("title", written(title), id="what"),
        element("desc", written(told), id="told"),
        element("defs", element("style", look), _hatch()),
        element("rect", class_="page", width=WIDTH, height=round(height), rx=8),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=round(height),
        viewBox=f"0 0 {WIDTH} {round(height)}",
        role="img",
        lang=voice.language,
        aria_labelledby="what told",
    )


def text(x: float, y: float, words: str, look: str = "", *, anchor: str = "start") -> str:
    """Words whose line begins (or ends, or has its middle) at a point."""
    given = {"class_": look} if look else {}
    return element("text", written(words), x=x, y=y, text_anchor=anchor, **given)


def wrapped(words: str, letters: int = LETTERS) -> list[str]:
    """Words in lines that are no wider than the picture."""
    return textwrap.wrap(words, letters, break_on_hyphens=False) or [""]


def paragraph(y: float, words: str, look: str = "") -> list[str]:
    """Words over the whole width, the first line at `y`."""
    return [text(MARGIN, y + LINE * n, line, look) for n, line in enumerate(wrapped(words))]


def rect(x: float, y: float, width: float, height: float, look: str) -> str:
    """A rectangle; what would be turned inside out is nothing."""
    return element("rect", class_=look, x=x, y=y, width=max(0.0, width), height=max(0.0, height))


class Scale:
    """Counts from 0 to a round number above `most`, between two heights of the picture."""

    def __init__(self, most: float, top: float, bottom: float) -> None:
        self.top, self.bottom = top, bottom
        self.step = nice_step(most)
        self.most = max(1, ceil(most / self.step)) * self.step

    def y(self, count: float) -> float:
        """The height at which a count stands."""
        return self.bottom - (self.bottom - self.top) * min(count, self.most) / self.most

    def grid(self, voice: Voice) -> Iterator[str]:
        """A line for each step, with its number."""
        for count in range(0, self.most + 1, self.step):
            yield rule(self.y(count), "grid")
            yield text(LEFT - 8, self.y(count) + 6, voice.number(count), anchor="end")


def length_words(length: timedelta, voice: Voice) -> str:
    """How long it is that is shown: 30 days, and not 4 weeks 2 days."""
    days = round(length / _DAY)
    if length <= BY_HOUR and length % _DAY:
        return voice.plural("{n} hour", "{n} hours", round(length / (_DAY / 24)))
    return voice.plural("{n} day", "{n} days", days)


def nice_step(most: float) -> int:
    """A round number of which some three reach `most`."""
    if most <= 3:
        return 1
    size = 10 ** floor(log10(most / 3))
    return int(next(size * times for times in (1, 2, 5, 10) if size * times * 3 >= most))


def rule(y: float, look: str) -> str:
    """A line from the left to the right."""
    return element("path", class_=look, d=path([(LEFT, y), (RIGHT, y)]))


class Columns:
    """Where the spans of a picture stand, each as wide as the others."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.width = (RIGHT - LEFT) / len(spans)

    def left(self, number: int) -> float:
        """Where a column begins."""
        return LEFT + self.width * number

    def middle(self, number: int) -> float:
        return LEFT + self.width * (number + 0.5)

    def bar(self, number: int, y: float, bottom: float, look: str) -> str:
        """A bar that leaves some room to its neighbours."""
        gap = min(6.0, self.width * 0.2)
        return rect(self.left(number) + gap / 2, y, self.width - gap, bottom - y, look)

    def labels(self, y: float, voice: Voice, *, by_hour: bool) -> Iterator[str]:
        """Some of the spans by their day, or their hour."""
        every = max(1, ceil(len(self.spans) / _MOST_LABELS))
        last = len(self.spans) - 1
        for number in range(last % every, last + 1, every):
            at = self.spans[number].at
            words = voice.time(at) if by_hour else voice.short_day(at)
            x = min(max(self.middle(number), LEFT + 8), RIGHT - 28)
            yield text(x, y, words, anchor="middle")


def _hatch() -> str:
    return element(
        "pattern",
        element("path", class_="hatch", d="M0 0L0 8"),
        id="unseen",
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
