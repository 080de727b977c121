"""How a watch went, as a picture: what was seen over what is usual, its spikes by number, and under
it how much was negative."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from bot.domain.about import About
from bot.domain.excerpt import shorten
from bot.domain.trends import Peak, Step, Trend
from bot.i18n import Voice
from bot.pictures.chart import (
    LEFT,
    LINE,
    MARGIN,
    NAME,
    Columns,
    Scale,
    length_words,
    page,
    paragraph,
    rect,
    rule,
    text,
    wrapped,
)
from bot.pictures.svg import element, path

NUMBERED = 5
"""Spikes that are told of beneath the picture, the greatest."""

_VOLUME, _MOOD = 210, 90
_RADIUS = 12

_LIGHT = """
.band{fill:#b9c2cc;fill-opacity:.6}
.due{fill:none;stroke:#3a3f45;stroke-width:2;stroke-dasharray:6 4}
.seen{fill:#0072b2}
.negative{fill:#d55e00}
.ring{fill:#14181c;stroke:#ffffff;stroke-width:2}
.number{fill:#ffffff;font-size:16px}
"""

_DARK = """
.band{fill:#5b6570}
.due{stroke:#dfe4ea}
.seen{fill:#56b4e9}
.negative{fill:#e69f00}
.ring{fill:#f2f5f8;stroke:#1a1d21}
.number{fill:#14181c}
"""

Naming = Callable[[About], str]
"""What a spike was about, in plain words; `""` where nobody can say."""


def trend_svg(trend: Trend, naming: Naming, voice: Voice) -> str:
    """The picture."""
    title = trend_title(trend, voice)
    top = MARGIN + 24.0
    headline = trend_words(trend, voice)
    under = top + 34 + LINE * (len(wrapped(headline)) - 1)
    volume = under + 84
    mood = volume + _VOLUME + 84
    listed = mood + _MOOD + 44
    peaks = numbered(trend)
    drawn = [
        text(MARGIN, top, title, "title"),
        *paragraph(top + 34, headline, "strong"),
        *_legend(under + 30, voice),
        *_volume(trend, volume, peaks, voice),
        *_mood(trend, mood, voice),
    ]
    for number, peak in peaks:
        words = peak_words(number, peak, naming, voice)
        drawn += paragraph(listed, words)
        listed += LINE * len(wrapped(words))
    return page(listed - 4, title, trend_alt(trend, naming, voice), (_LIGHT, _DARK), voice, *drawn)


def trend_alt(trend: Trend, naming: Naming, voice: Voice) -> str:
    """The picture in words, for who does not see it."""
    parts = [f"{trend_title(trend, voice)}.", trend_words(trend, voice)]
    busiest = max(trend.steps, key=lambda step: step.seen)
    if busiest.seen:
        parts.append(
            voice.say(
                "The most was {n}, on {when}.",
                n=voice.number(busiest.seen),
                when=when(busiest, trend, voice),
            )
        )
    parts += [peak_words(number, peak, naming, voice) + "." for number, peak in numbered(trend)]
    return " ".join(parts)


def trend_title(trend: Trend, voice: Voice) -> str:
    """What stands above it; plain text."""
    return voice.say("Trend: {watch}", watch=shorten(trend.watch, NAME))


def trend_words(trend: Trend, voice: Voice) -> str:
    """The sentence that matters: how much, how much more than before, and how many spikes."""
    length = length_words(trend.length, voice)
    mentions = voice.plural(
        "{n} mention in {length}", "{n} mentions in {length}", trend.total, length=length
    )
    parts = [_held_against(mentions, trend.growth, voice)]
    parts.append(
        voice.plural("{n} spike", "{n} spikes", len(trend.peaks))
        if trend.peaks
        else voice.say("no spike")
    )
    share = trend.felt.share
    if share is not None:
        parts.append(voice.say("{share} negative", share=voice.share(share)))
    return voice.say("{parts}.", parts=" · ".join(parts))


def _held_against(mentions: str, growth: float | None, voice: Voice) -> str:
    if growth is None:
        return mentions
    if abs(growth) < 0.005:
        return voice.say("{mentions}, as many as in the same time before", mentions=mentions)
    share = voice.share(abs(growth))
    if growth > 0:
        return voice.say(
            "{mentions}, {share} more than in the same time before", mentions=mentions, share=share
        )
    return voice.say(
        "{mentions}, {share} fewer than in the same time before", mentions=mentions, share=share
    )


def numbered(trend: Trend) -> list[tuple[int, Peak]]:
    """The greatest spikes in their order, with their numbers."""
    greatest = sorted(trend.peaks, key=_height, reverse=True)[:NUMBERED]
    return list(enumerate(sorted(greatest, key=lambda peak: peak.ring.began), start=1))


def peak_words(number: int, peak: Peak, naming: Naming, voice: Voice) -> str:
    """A spike in a line of plain text: when, how much, and what about."""
    words = voice.say(
        "{number}: {when}, {n} in an hour",
        number=voice.number(number),
        when=voice.moment(peak.ring.began),
        n=voice.number(peak.ring.peak),
    )
    about = naming(peak.about)
    return (
        voice.say("{spike} – {about}", spike=words, about=shorten(about, NAME)) if about else words
    )


def when(step: Step, trend: Trend, voice: Voice) -> str:
    """A step by its day, or its hour."""
    return voice.moment(step.span.at) if trend.is_by_hour else voice.day(step.span.at)


def _height(peak: Peak) -> float:
    return peak.ring.peak - peak.ring.evidence.expected


def _legend(y: float, voice: Voice) -> Iterator[str]:
    """What each sign means: two a line."""
    signs = (
        (rect(0, 1, 16, 14, "seen"), voice.say("mentions")),
        (rect(0, 1, 16, 14, "band"), voice.say("95 of 100 ordinary ones")),
        (_ring(8, 8, ""), voice.say("spike")),
        (rect(0, 1, 16, 14, "unseen"), voice.say("not seen whole")),
    )
    x, row = MARGIN, y
    for number, (sign, words) in enumerate(signs):
        wide = 34 + 11 * len(words)
        if number == 2:
            x, row = MARGIN, y + LINE - 1
        yield element("g", sign, text(24, 14, words), transform=f"translate({x} {row - 14:.0f})")
        x += max(170, wide)


def _volume(
    trend: Trend, top: float, peaks: Sequence[tuple[int, Peak]], voice: Voice
) -> Iterator[str]:
    steps, bottom = trend.steps, top + _VOLUME
    columns = Columns([step.span for step in steps])
    highest = max(max(step.seen, step.usual.high if step.usual else 0) for step in steps)
    scale = Scale(highest, top, bottom)
    yield from scale.grid(voice)
    for run in _known(steps):
        yield element("path", class_="band", d=path(_band(columns, scale, run), closed=True))
    for number, step in enumerate(steps):
        if step.seen:
            yield columns.bar(number, scale.y(step.seen), bottom, "seen")
        if not step.whole:
            yield rect(columns.left(number), top, columns.width, _VOLUME, "unseen")
    for run in _known(steps):
        yield element("path", class_="due", d=path(_stairs(columns, scale, run)))
    yield rule(bottom, "axis")
    yield from _marked(trend, columns, scale, peaks)
    yield from columns.labels(bottom + 24, voice, by_hour=trend.is_by_hour)


def _known(steps: Sequence[Step]) -> list[list[tuple[int, Step]]]:
    """The steps of which it is known what is usual, as long as they follow each other."""
    runs = groupby(enumerate(steps), key=lambda one: one[1].usual is not None)
    return [list(run) for known, run in runs if known]


def _band(
    columns: Columns, scale: Scale, run: Sequence[tuple[int, Step]]
) -> Iterator[tuple[float, float]]:
    for number, step in run:
        high = scale.y(step.usual.high if step.usual else 0)
        yield from ((columns.left(number), high), (columns.left(number + 1), high))
    for number, step in reversed(run):
        low = scale.y(step.usual.low if step.usual else 0)
        yield from ((columns.left(number + 1), low), (columns.left(number), low))


def _stairs(
    columns: Columns, scale: Scale, run: Sequence[tuple[int, Step]]
) -> Iterator[tuple[float, float]]:
    for number, step in run:
        y = scale.y(step.usual.expected if step.usual else 0)
        yield from ((columns.left(number), y), (columns.left(number + 1), y))


def _marked(
    trend: Trend, columns: Columns, scale: Scale, peaks: Sequence[tuple[int, Peak]]
) -> Iterator[str]:
    """Each spike above its bar: those that are told of by their number. Two above one bar stand on
    each other."""
    numbers = {peak.ring.began: number for number, peak in peaks}
    for place, group in groupby(trend.peaks, key=lambda peak: _place(trend.steps, peak)):
        there = list(group)
        room = scale.top + _RADIUS * (2 * len(there) - 2)
        lowest = max(room, scale.y(trend.steps[place].seen) - _RADIUS - 5)
        for height, peak in enumerate(there):
            number = numbers.get(peak.ring.began)
            y = lowest - 2 * _RADIUS * height
            yield _ring(columns.middle(place), y, str(number) if number else "")


def _place(steps: Sequence[Step], peak: Peak) -> int:
    """The step in which a spike began, the first where that was before."""
    return max((n for n, step in enumerate(steps) if step.span.at <= peak.ring.began), default=0)


def _ring(x: float, y: float, number: str) -> str:
    mark = element("circle", class_="ring", cx=x, cy=y, r=_RADIUS if number else 6)
    return mark + text(x, y + 6, number, "number", anchor="middle") if number else mark


def _mood(trend: Trend, top: float, voice: Voice) -> Iterator[str]:
    """The share of negative posts; a line where it is 0, nothing where too few were read."""
    bottom = top + _MOOD
    columns = Columns([step.span for step in trend.steps])
    yield text(MARGIN, top - 16, voice.say("Negative, of those whose mood is read"), "strong")
    scale = Scale(100, top, bottom)
    for share in (0, 50, 100):
        yield rule(scale.y(share), "grid")
        yield text(LEFT - 8, scale.y(share) + 6, voice.share(share / 100), anchor="end")
    for number, step in enumerate(trend.steps):
        part = step.felt.share
        if part is not None:
            yield columns.bar(number, min(scale.y(100 * part), bottom - 2), bottom, "negative")
    yield rule(bottom, "axis")
