"""A labelled series as a picture: what each hour held over what was expected, the windows in which
something happened, and where the detector rang.

The colours are those of Okabe and Ito, as in `bot.pictures.replay`; no meaning hangs on colour
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import floor, log10, sqrt

import msgspec

from bot.pictures.svg import element, path, written

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 708, 104, 342
RUNG = 360
"""Where the marks of what rang stand."""

_HOUR = timedelta(hours=1)

_STYLE = """
text{font-family:"DejaVu Sans",Verdana,sans-serif;font-size:17px;fill:#3a3f45}
.title{font-size:21px;fill:#14181c}
.page{fill:#fff}
.grid{stroke:#d9dde2}
.axis{stroke:#6b737b}
.window{fill:#f0e442;fill-opacity:.45;stroke:#8a8200;stroke-width:.8}
.band{fill:#8b929a;fill-opacity:.5}
.seen{fill:none;stroke:#0072b2;stroke-width:1.3}
.hit{fill:#d55e00;stroke:#d55e00;stroke-width:1.5}
.false{fill:#fff;stroke:#d55e00;stroke-width:2}
"""


class Hour(msgspec.Struct, frozen=True):
    """What a clock hour held, and between what 95 of 100 such hours lie (None: not known yet)."""

    at: datetime
    seen: int
    usual: tuple[int, int] | None


class Drawn(msgspec.Struct, frozen=True):
    """A series: its hours, the windows in which something happened, and when it rang."""

    name: str
    hours: list[Hour]
    windows: list[tuple[datetime, datetime]]
    rang: list[datetime]

    def is_hit(self, at: datetime) -> bool:
        return any(begun <= at <= over for begun, over in self.windows)


def alt(drawn: Drawn) -> str:
    """The picture in words."""
    hits = sum(map(drawn.is_hit, drawn.rang))
    found = sum(any(begun <= at <= over for at in drawn.rang) for begun, over in drawn.windows)
    return (
        f"Mentions of {drawn.name} in each hour. {found} of {len(drawn.windows)} windows were hit. "
        f"It rang {hits} times within them, and {len(drawn.rang) - hits} times outside."
    )


def picture(drawn: Drawn) -> str:
    """The SVG. Heights are roots, so that the usual is seen beside the greatest spike."""
    frame = _Frame(drawn)
    return element(
        "svg",
        element("title", written(f"Mentions of {drawn.name}")),
        element("desc", written(alt(drawn))),
        element("style", _STYLE),
        element("rect", class_="page", width=WIDTH, height=HEIGHT),
        _text(16, 32, f"{drawn.name}: mentions in an hour", "title"),
        *_legend(),
        *(_window(frame, *window) for window in drawn.windows),
        *_scale(frame),
        *(element("path", class_="band", d=path(run, closed=True)) for run in _bands(frame)),
        element("path", class_="seen", d=path(frame.point(hour) for hour in drawn.hours)),
        *_days(frame),
        *(_mark(frame.x(at), RUNG, is_hit=drawn.is_hit(at)) for at in drawn.rang),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
    )


class _Frame:
    """Where a moment and a count stand in the picture."""

    def __init__(self, drawn: Drawn) -> None:
        self.hours = drawn.hours
        self.since, self.until = drawn.hours[0].at, drawn.hours[-1].at + _HOUR
        self.most = max(1, *(hour.seen for hour in drawn.hours))

    def x(self, at: datetime) -> float:
        return LEFT + (RIGHT - LEFT) * ((at - self.since) / (self.until - self.since))

    def y(self, count: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * sqrt(min(count, self.most) / self.most)

    def point(self, hour: Hour) -> tuple[float, float]:
        return self.x(hour.at + _HOUR / 2), self.y(hour.seen)


def _bands(frame: _Frame) -> Iterator[list[tuple[float, float]]]:
    known = [(hour.at + _HOUR / 2, hour.usual) for hour in frame.hours if hour.usual]
    if known:
        tops = [(frame.x(at), frame.y(high)) for at, (_, high) in known]
        feet = [(frame.x(at), frame.y(low)) for at, (low, _) in reversed(known)]
        yield tops + feet


def _scale(frame: _Frame) -> Iterator[str]:
    size = 10 ** floor(log10(frame.most))
    round_ones = [times * size for times in (0.1, 0.5, 1, 2, 5) if 1 <= times * size <= frame.most]
    for count in [0, *round_ones]:
        y = frame.y(count)
        yield element("path", class_="grid", d=path([(LEFT, y), (RIGHT, y)]))
        yield _text(LEFT - 6, y + 6, f"{count:,.0f}", anchor="end")


def _days(frame: _Frame) -> Iterator[str]:
    """The axis, and a date every two weeks."""
    yield element("path", class_="axis", d=path([(LEFT, BOTTOM), (RIGHT, BOTTOM)]))
    day = frame.since.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while frame.x(day) < RIGHT - 40:
        x = frame.x(day)
        yield element("path", class_="axis", d=path([(x, BOTTOM), (x, BOTTOM + 6)]))
        yield _text(x, RUNG + 38, f"{day.day} {day:%b}", anchor="start")
        day += timedelta(days=14)


def _window(frame: _Frame, begun: datetime, over: datetime) -> str:
    left = frame.x(begun)
    return element(
        "rect", class_="window", x=left, y=TOP, width=frame.x(over) - left, height=BOTTOM - TOP
    )


def _mark(x: float, y: float, *, is_hit: bool) -> str:
    """A full triangle within a window, a hollow one outside."""
    corners: Sequence[tuple[float, float]] = [(x - 7, y + 6), (x, y - 8), (x + 7, y + 6)]
    return element("path", class_="hit" if is_hit else "false", d=path(corners, closed=True))


def _legend() -> Iterator[str]:
    signs = (
        (element("path", class_="seen", d="M0 0L18 0"), "seen", 0),
        (element("rect", class_="band", y=-7, width=18, height=14), "95 of 100", 80),
        (element("rect", class_="window", y=-7, width=18, height=14), "labelled", 212),
        (_mark(9, 1, is_hit=True), "rang within", 330),
        (_mark(9, 1, is_hit=False), "outside", 486),
    )
    for sign, words, x in signs:
        yield element("g", sign, _text(25, 6, words), transform=f"translate({x + 16} 64)")


def _text(x: float, y: float, words: str, look: str = "", *, anchor: str = "start") -> str:
    given = {"class_": look} if look else {}
    return element("text", written(words), x=x, y=y, text_anchor=anchor, **given)
