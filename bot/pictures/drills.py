"""How a team does from drill to drill, as a picture: what it missed, and how soon it answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from bot.domain.drills import Drill
from bot.domain.drillscores import Score
from bot.domain.excerpt import shorten
from bot.i18n import Voice
from bot.pictures.chart import (
    LEFT,
    LINE,
    MARGIN,
    NAME,
    RIGHT,
    Scale,
    page,
    rect,
    rule,
    text,
    wrapped,
)

MOST = 8
"""Drills in one picture, the latest."""

_HEIGHT = 130
_MINUTE = timedelta(minutes=1)

_LIGHT = """
.missed{fill:#d55e00}
.soon{fill:#0072b2}
.none{fill:none;stroke:#8b929a;stroke-width:2;stroke-dasharray:4 3}
"""

_DARK = """
.soon{fill:#56b4e9}
.none{stroke:#79818a}
"""


class Held(NamedTuple):
    """A drill that was scored."""

    drill: Drill
    score: Score


def held(drills: Sequence[Drill]) -> list[Held]:
    """The latest of some drills (which come latest first), the first of them first."""
    scored = [Held(one, one.score) for one in drills if one.score]
    return scored[:MOST][::-1]


def drills_svg(shown: Sequence[Held], voice: Voice) -> str:
    """The picture of at most `MOST` drills of one team, in their order."""
    title = drills_title(shown, voice)
    y = MARGIN + 24.0
    lines = wrapped(title, 40)
    drawn = [text(MARGIN, y + LINE * n, line, "title") for n, line in enumerate(lines)]
    y += LINE * (len(lines) - 1) + 40
    drawn.append(text(MARGIN, y, voice.say("Missed, of the posts that wanted an answer"), "strong"))
    drawn += _missed(shown, y + 34, voice)
    y += 34 + _HEIGHT + 46
    drawn.append(text(MARGIN, y, voice.say("Minutes until half of the answers"), "strong"))
    drawn += _answered(shown, y + 34, voice)
    y += 34 + _HEIGHT + 24
    drawn += _labels(shown, y, voice)
    told = drills_alt(shown, voice)
    return page(y + LINE + 16, title, told, (_LIGHT, _DARK), voice, *drawn)


def drills_title(shown: Sequence[Held], voice: Voice) -> str:
    """What stands above it; plain text."""
    return voice.say("Drills in {channel}", channel=shorten(shown[0].drill.team, NAME))


def drills_alt(shown: Sequence[Held], voice: Voice) -> str:
    """The picture in words, for who does not see it."""
    parts = "; ".join(_in_words(one, voice) for one in shown)
    return f"{drills_title(shown, voice)}. {voice.say('{parts}.', parts=parts)}"


def _in_words(one: Held, voice: Voice) -> str:
    missed = voice.say(
        "{n} of {all} missed", n=voice.number(one.score.missed), all=voice.number(one.score.wanted)
    )
    answered = one.score.to_answer
    soon = (
        voice.say(
            "{n} answered, half of them within {span}",
            n=voice.number(one.score.answered),
            span=voice.span(answered.median),
        )
        if answered
        else voice.say("none answered")
    )
    return f"{voice.day(one.drill.began)}, {one.drill.speed}×: {missed}, {soon}"


def _missed(shown: Sequence[Held], top: float, voice: Voice) -> Iterator[str]:
    scale = Scale(100, top, top + _HEIGHT)
    for percent in (0, 50, 100):
        yield rule(scale.y(percent), "grid")
        yield text(LEFT - 8, scale.y(percent) + 6, voice.share(percent / 100), anchor="end")
    for place, one in enumerate(shown):
        part = 100 * one.score.missed / one.score.wanted if one.score.wanted else 0.0
        yield _bar(shown, place, scale.y(part), scale.bottom, "missed")
        label = f"{voice.number(one.score.missed)}/{voice.number(one.score.wanted)}"
        yield text(_middle(shown, place), scale.y(part) - 6, label, "strong", anchor="middle")
    yield rule(scale.bottom, "axis")


def _answered(shown: Sequence[Held], top: float, voice: Voice) -> Iterator[str]:
    minutes = [
        one.score.to_answer.median / _MINUTE if one.score.to_answer else None for one in shown
    ]
    scale = Scale(
        max((each for each in minutes if each is not None), default=1), top, top + _HEIGHT
    )
    yield from scale.grid(voice)
    for place, each in enumerate(minutes):
        middle = _middle(shown, place)
        if each is None:
            yield _bar(shown, place, scale.top, scale.bottom, "none")
            yield text(middle, scale.bottom - 8, "–", "strong", anchor="middle")
            continue
        yield _bar(shown, place, scale.y(each), scale.bottom, "soon")
        label = voice.decimal(each, 0 if each >= 10 else 1)
        yield text(middle, scale.y(each) - 6, label, "strong", anchor="middle")
    yield rule(scale.bottom, "axis")


def _labels(shown: Sequence[Held], y: float, voice: Voice) -> Iterator[str]:
    """The day of each, and the speed at which it was played."""
    for place, one in enumerate(shown):
        middle = _middle(shown, place)
        yield text(middle, y, voice.short_day(one.drill.began), anchor="middle")
        yield text(middle, y + LINE, f"{one.drill.speed}×", anchor="middle")


def _middle(shown: Sequence[Held], place: int) -> float:
    return LEFT + (RIGHT - LEFT) * (place + 0.5) / len(shown)


def _bar(shown: Sequence[Held], place: int, y: float, bottom: float, look: str) -> str:
    width = min(48.0, (RIGHT - LEFT) / len(shown) * 0.6)
    return rect(_middle(shown, place) - width / 2, y, width, bottom - y, look)
