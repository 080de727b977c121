"""What would have rung, as a picture: the counts of each hour over what was expected, and under
them a row for each sensitivity that marks where it rang.

The colours are those of Okabe and Ito, which people tell apart who do not see all colours
(https://jfly.uni-koeln.de/color/); no meaning hangs on colour alone. They follow the reader's light
or dark where the SVG is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil, floor, log10

from bot.domain.excerpt import shorten
from bot.domain.replay import Hour, Replay, Ring, Row
from bot.i18n import Voice
from bot.pictures.svg import element, path, written

WIDTH = 960
LEFT, RIGHT = 56, 936
TOP, BOTTOM = 108, 348
ROWS_FROM, ROW = 392, 46
NAME = 60
"""Characters of a watch's name."""

MOST_DAYS = 9
"""Days that are named under the counts."""

_HOUR = timedelta(hours=1)

_STYLE = """
text{font-family:"DejaVu Sans",Verdana,sans-serif;font-size:13px;fill:#3a3f45}
.title{font-size:20px;fill:#14181c}
.strong{fill:#14181c}
.page{fill:#ffffff}
.grid{stroke:#d9dde2;stroke-width:1}
.axis{stroke:#8b929a;stroke-width:1}
.band{fill:#b9c2cc;fill-opacity:.55}
.due{fill:none;stroke:#3a3f45;stroke-width:1.2;stroke-dasharray:4 3}
.seen{fill:#0072b2}
.unseen{fill:url(#unseen)}
.hatch{stroke:#8b929a;stroke-width:1.5}
.ring{fill:#d55e00;stroke:#ffffff;stroke-width:1}
.while{fill:#d55e00;fill-opacity:.45}
.guide{stroke:#d55e00;stroke-width:1;stroke-dasharray:1 3}
@media (prefers-color-scheme:dark){
text{fill:#c3cad2}
.title,.strong{fill:#f2f5f8}
.page{fill:#1a1d21}
.grid{stroke:#343a41}
.axis,.hatch{stroke:#79818a}
.band{fill:#5b6570}
.due{stroke:#dfe4ea}
.seen{fill:#56b4e9}
.ring{fill:#e69f00;stroke:#1a1d21}
.while{fill:#e69f00}
.guide{stroke:#e69f00}
}
"""


def replay_svg(found: Replay, watch: str, voice: Voice) -> str:
    """The picture; `watch` is the watch's name as it is."""
    frame = _Frame(found)
    height = ROWS_FROM + ROW * len(found.rows) + 12
    return element(
        "svg",
        element("title", written(_title(watch, voice)), id="what"),
        element("desc", written(replay_alt(found, watch, voice)), id="told"),
        element("defs", element("style", _STYLE), _hatch()),
        element("rect", class_="page", width=WIDTH, height=height, rx=8),
        _text(24, 36, _title(watch, voice), "title"),
        _text(24, 60, _when(found, voice)),
        *_legend(voice),
        *_counts(frame, found.hours, voice),
        *_days(frame, found, voice),
        *_rows(frame, found, voice),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=height,
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        lang=voice.language,
        aria_labelledby="what told",
    )


def replay_alt(found: Replay, watch: str, voice: Voice) -> str:
    """The picture in words, for who does not see it."""
    busiest = max((hour for hour in found.hours if hour.seen), key=_seen, default=None)
    parts = [voice.say("Mentions of {watch} in each hour.", watch=shorten(watch, NAME))]
    parts.append(_when(found, voice))
    if busiest:
        parts.append(
            voice.say(
                "The busiest hour began {time}, with {n}.",
                time=voice.moment(busiest.at),
                n=voice.number(_seen(busiest)),
            )
        )
    parts += (row_words(found, row, voice) + "." for row in found.rows)
    return " ".join(parts)


def row_words(found: Replay, row: Row, voice: Voice) -> str:
    """How often it would have rung at a sensitivity, in a line."""
    return voice.plural(
        "{sensitivity}: {n} alert, {rate} a week",
        "{sensitivity}: {n} alerts, {rate} a week",
        len(row.rings),
        sensitivity=sensitivity_words(row.days, voice),
        rate=voice.decimal(found.a_week(row)),
    )


def sensitivity_words(days: float, voice: Voice) -> str:
    """What rings, in words: once in so many ordinary days."""
    if days == int(days):
        return voice.plural("Once in {n} ordinary day", "Once in {n} ordinary days", int(days))
    return voice.say("Once in {days} ordinary days", days=voice.decimal(days))


class _Frame:
    """Where a moment and a count stand in the picture."""

    def __init__(self, found: Replay) -> None:
        self.since, self.until = found.since, found.until
        most = max((max(hour.seen or 0, hour.high or 0) for hour in found.hours), default=0)
        self.step = _nice_step(most)
        self.top = max(1, ceil(most / self.step)) * self.step

    def x(self, at: datetime) -> float:
        inside = min(max(at, self.since), self.until)
        return LEFT + (RIGHT - LEFT) * ((inside - self.since) / (self.until - self.since))

    def y(self, count: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * min(count, self.top) / self.top

    def ends(self, hour: Hour) -> tuple[float, float]:
        """Where an hour begins and ends."""
        return self.x(hour.at), self.x(hour.at + _HOUR)


def _nice_step(most: int) -> int:
    """A round number of which some four reach `most`."""
    if most <= 4:
        return 1
    size = 10 ** floor(log10(most / 4))
    return int(next(size * times for times in (1, 2, 5, 10) if size * times * 4 >= most))


def _title(watch: str, voice: Voice) -> str:
    return voice.say("What would have rung: {watch}", watch=shorten(watch, NAME))


def _when(found: Replay, voice: Voice) -> str:
    return voice.say(
        "From {since} to {until}.",
        since=voice.moment(found.since),
        until=voice.moment(found.until),
    )


def _legend(voice: Voice) -> Iterator[str]:
    """What each sign means, one beside the other."""
    x = 24.0
    signs = (
        (_box("seen"), voice.say("mentions in an hour")),
        (_box("band"), voice.say("95 of 100 ordinary hours")),
        (_line("due"), voice.say("expected")),
        (_box("unseen"), voice.say("not seen whole")),
        (_triangle(7, 9, "ring"), voice.say("rang")),
    )
    for sign, words in signs:
        yield element("g", sign, _text(22, 12, words), transform=f"translate({x:.0f} 76)")
        x += 44 + 7.6 * len(words)


def _box(look: str) -> str:
    return element("rect", class_=look, x=0, y=1, width=15, height=13)


def _line(look: str) -> str:
    return element("path", class_=look, d="M0 8L15 8")


def _hatch() -> str:
    line = element("path", class_="hatch", d="M0 0L0 6")
    return element(
        "pattern",
        line,
        id="unseen",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def _counts(frame: _Frame, hours: Sequence[Hour], voice: Voice) -> Iterator[str]:
    for count in range(0, frame.top + 1, frame.step):
        y = frame.y(count)
        yield element("path", class_="grid", d=path([(LEFT, y), (RIGHT, y)]))
        yield _text(LEFT - 8, y + 4, voice.number(count), anchor="end")
    for run in _runs(hours):
        yield element("path", class_="band", d=path(_band(frame, run), closed=True))
    seen = [hour for hour in hours if hour.seen]
    bars = "".join(path(_bar(frame, hour), closed=True) for hour in seen)
    if bars:
        yield element("path", class_="seen", d=bars)
    for hour in hours:
        if hour.seen is None:
            left, right = frame.ends(hour)
            yield element(
                "rect", class_="unseen", x=left, y=TOP, width=right - left, height=BOTTOM - TOP
            )
    for run in _runs(hours):
        yield element("path", class_="due", d=path(_stairs(frame, run)))
    yield element("path", class_="axis", d=path([(LEFT, BOTTOM), (RIGHT, BOTTOM)]))


def _runs(hours: Sequence[Hour]) -> Iterator[list[Hour]]:
    """The hours of which something is known, as long as they follow each other."""
    run: list[Hour] = []
    for hour in hours:
        if hour.expected is not None:
            run.append(hour)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _bar(frame: _Frame, hour: Hour) -> list[tuple[float, float]]:
    left, right = frame.ends(hour)
    y = frame.y(_seen(hour))
    return [(left, BOTTOM), (left, y), (right, y), (right, BOTTOM)]


def _band(frame: _Frame, run: Sequence[Hour]) -> Iterator[tuple[float, float]]:
    for hour in run:
        left, right = frame.ends(hour)
        yield from ((left, frame.y(hour.high or 0)), (right, frame.y(hour.high or 0)))
    for hour in reversed(run):
        left, right = frame.ends(hour)
        yield from ((right, frame.y(hour.low or 0)), (left, frame.y(hour.low or 0)))


def _stairs(frame: _Frame, run: Sequence[Hour]) -> Iterator[tuple[float, float]]:
    for hour in run:
        left, right = frame.ends(hour)
        yield from ((left, frame.y(hour.expected or 0)), (right, frame.y(hour.expected or 0)))


def _days(frame: _Frame, found: Replay, voice: Voice) -> Iterator[str]:
    """The midnights of the reader's zone, some of them with their day."""
    midnight = found.since.astimezone(voice.zone).replace(hour=0, minute=0, second=0)
    count = (found.until.astimezone(voice.zone).date() - midnight.date()).days
    every = max(1, ceil(count / MOST_DAYS))
    for number in range(1, count + 1, every):
        day = midnight + timedelta(days=number)
        x = frame.x(day)
        yield element("path", class_="axis", d=path([(x, BOTTOM), (x, BOTTOM + 5)]))
        if x < RIGHT - 20:
            yield _text(x, BOTTOM + 20, voice.short_day(day), anchor="middle")


def _rows(frame: _Frame, found: Replay, voice: Voice) -> Iterator[str]:
    for number, row in enumerate(found.rows):
        y = ROWS_FROM + ROW * number
        yield _text(LEFT, y + 6, row_words(found, row, voice), "strong")
        yield element("path", class_="axis", d=path([(LEFT, y + 28.0), (RIGHT, y + 28.0)]))
        for ring in row.rings:
            yield _ring(frame, ring, y)


def _ring(frame: _Frame, ring: Ring, y: int) -> str:
    """A mark where it rang, with how long it lasted behind it, and the way up to the count."""
    left, right = frame.x(ring.began), frame.x(ring.last)
    top = frame.y(ring.peak)
    return (
        element("rect", class_="while", x=left, y=y + 24, width=max(2.0, right - left), height=8)
        + (element("path", class_="guide", d=path([(left, top), (left, BOTTOM)])))
        + _triangle(left, y + 28, "ring")
    )


def _triangle(x: float, y: float, look: str) -> str:
    return element(
        "path", class_=look, d=path([(x - 6, y + 6.0), (x, y - 7.0), (x + 6, y + 6.0)], closed=True)
    )


def _text(x: float, y: float, words: str, look: str = "", *, anchor: str = "start") -> str:
    given = {"class_": look} if look else {}
    return element("text", written(words), x=x, y=y, text_anchor=anchor, **given)


def _seen(hour: Hour) -> int:
    return hour.seen or 0
