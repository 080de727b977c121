"""What an operation added, as a picture: each day's mentions over what they would have been
without it, the days of the operation shaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.domain.daycounts import days_from
from bot.domain.excerpt import shorten
from bot.domain.lift import Lift, LiftDay
from bot.domain.trends import Span
from bot.i18n import Voice
from bot.pictures.campaignwords import (
    Counts,
    basis_words,
    figures_words,
    interval_words,
    verdict_words,
)
from bot.pictures.chart import (
    LINE,
    MARGIN,
    NAME,
    Columns,
    Scale,
    page,
    paragraph,
    rect,
    rule,
    text,
    wrapped,
)
from bot.pictures.svg import element, path

_HEIGHT = 260

_LIGHT = """
.span{fill:#f0e442;fill-opacity:.3}
.edge{stroke:#8b929a;stroke-width:2;stroke-dasharray:2 4}
.band{fill:#b9c2cc;fill-opacity:.7}
.due{fill:none;stroke:#14181c;stroke-width:3;stroke-dasharray:7 4}
.seen{fill:#0072b2}
"""

_DARK = """
.span{fill:#f0e442;fill-opacity:.18}
.edge{stroke:#79818a}
.band{fill:#5b6570}
.due{stroke:#f2f5f8}
.seen{fill:#56b4e9}
"""


def campaign_svg(found: Lift, name: str, voice: Voice, of: Counts = "mentions") -> str:
    """The picture of what is found `of` its mentions; `name` is the campaign's as it is."""
    title = campaign_title(name, voice)
    verdict = verdict_words(found, voice, of)
    y = MARGIN + 24.0
    drawn = [text(MARGIN, y, title, "title"), *paragraph(y + 34, verdict, "strong")]
    y += 34 + LINE * len(wrapped(verdict))
    drawn += _legend(y + 8, voice, of)
    top = y + LINE + 52
    drawn += _counts(found, top, voice)
    y = top + _HEIGHT + 62
    for words in (
        f"{figures_words(found, voice, of)} {interval_words(found, voice)}",
        basis_words(found, voice),
    ):
        drawn += paragraph(y, words)
        y += LINE * len(wrapped(words))
    return page(y - 4, title, campaign_alt(found, name, voice, of), (_LIGHT, _DARK), voice, *drawn)


def campaign_alt(found: Lift, name: str, voice: Voice, of: Counts = "mentions") -> str:
    """The picture in words, for who does not see it."""
    return " ".join(
        (
            f"{campaign_title(name, voice)}.",
            voice.say(
                "From {first} to {last}.", first=voice.day(found.first), last=voice.day(found.last)
            ),
            verdict_words(found, voice, of),
            figures_words(found, voice, of),
            interval_words(found, voice),
            basis_words(found, voice),
        )
    )


def campaign_title(name: str, voice: Voice) -> str:
    """What stands above it; plain text."""
    return voice.say("Campaign: {name}", name=shorten(name, NAME))


def _legend(y: float, voice: Voice, of: Counts) -> Iterator[str]:
    """What each sign means: two a line."""
    dashes = element("path", class_="due", d=path([(0, 8), (17, 8)]))
    seen = (
        voice.say("mentions of the day")
        if of == "mentions"
        else voice.say("positive mentions of the day")
    )
    signs = (
        (rect(0, 1, 16, 14, "seen"), seen, 0, 0),
        (rect(0, 1, 16, 14, "span"), voice.say("the campaign"), 1, 0),
        (dashes, voice.say("expected without it"), 0, 1),
        (rect(0, 1, 16, 14, "band"), voice.say("nine of ten such days"), 1, 1),
    )
    for sign, words, column, line in signs:
        x, row = MARGIN + 300 * column, y + LINE * line - 6
        yield element("g", sign, text(24, 14, words), transform=f"translate({x} {row:.0f})")


def _counts(found: Lift, top: float, voice: Voice) -> Iterator[str]:
    bottom = top + _HEIGHT
    days = days_from(found.days[0].day, found.last)
    known = {one.day: one for one in found.days}
    shown = [known.get(day) for day in days]
    columns = Columns([_span(day, voice) for day in days])
    scale = Scale(max(max(one.seen, one.high) for one in found.days), top, bottom)
    began = columns.left(days.index(found.first))
    yield rect(began, top, columns.left(len(days)) - began, _HEIGHT, "span")
    yield from scale.grid(voice)
    runs = _runs(shown)
    for run in runs:
        yield element("path", class_="band", d=path(_band(columns, scale, run), closed=True))
    for number, one in enumerate(shown):
        if one is None:
            yield rect(columns.left(number), top, columns.width, _HEIGHT, "unseen")
        elif one.seen:
            yield _bar(columns, number, scale.y(one.seen), bottom)
    for run in runs:
        yield element("path", class_="due", d=path(_stairs(columns, scale, run)))
    yield element("path", class_="edge", d=path([(began, top), (began, bottom)]))
    yield rule(bottom, "axis")
    yield from columns.labels(bottom + 24, voice, by_hour=False)


def _span(day: date, voice: Voice) -> Span:
    began = datetime.combine(day, time(), voice.zone)
    return Span(began, datetime.combine(day + timedelta(days=1), time(), voice.zone))


def _bar(columns: Columns, number: int, y: float, bottom: float) -> str:
    """A bar with the band to be seen beside it."""
    room = columns.width * 0.22
    left = columns.left(number) + room
    return rect(left, y, columns.width - 2 * room, bottom - y, "seen")


Run = Sequence[tuple[int, LiftDay]]


def _runs(shown: Sequence[LiftDay | None]) -> list[Run]:
    """The days that were seen, as long as they follow each other."""
    groups = groupby(enumerate(shown), key=lambda one: one[1] is not None)
    return [[(n, one) for n, one in group if one is not None] for seen, group in groups if seen]


def _band(columns: Columns, scale: Scale, run: Run) -> Iterator[tuple[float, float]]:
    for number, one in run:
        high = scale.y(one.high)
        yield from ((columns.left(number), high), (columns.left(number + 1), high))
    for number, one in reversed(run):
        low = scale.y(one.low)
        yield from ((columns.left(number + 1), low), (columns.left(number), low))


def _stairs(columns: Columns, scale: Scale, run: Run) -> Iterator[tuple[float, float]]:
    for number, one in run:
        y = scale.y(one.expected)
        yield from ((columns.left(number), y), (columns.left(number + 1), y))
