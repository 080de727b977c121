"""The way of insights as a picture: how many were heard, accepted, planned, shipped and answered,
and how long each step takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.domain.insights import State
from bot.domain.ranking import Passed, Ranking
from bot.i18n import Voice, phrase
from bot.pictures.chart import LINE, MARGIN, RIGHT, page, paragraph, rect, text, wrapped

_TALL = 190
_GAP = 14.0

_NAMES: Mapping[State, str] = {
    "heard": phrase("heard"),
    "accepted": phrase("accepted"),
    "planned": phrase("planned"),
    "shipped": phrase("shipped"),
    "answered": phrase("answered back"),
}

_LIGHT = """
.stage{fill:#0072b2}
.fall{fill:#dbe8f1}
.count{font-size:25px;fill:#14181c}
"""

_DARK = """
.stage{fill:#56b4e9}
.fall{fill:#26384a}
.count{fill:#f2f5f8}
"""


def circuit_svg(found: Ranking, title: str, voice: Voice) -> str:
    """The picture; `title` is plain text."""
    lines = wrapped(title, 40)
    top = MARGIN + 24.0 + LINE * (len(lines) - 1) + 56
    bottom = top + _TALL
    notes = circuit_notes(found, voice)
    drawn = [
        *(text(MARGIN, MARGIN + 24 + LINE * n, line, "title") for n, line in enumerate(lines)),
        *_columns(found, top, bottom, voice),
    ]
    below = bottom + 3 * LINE + 14
    for note in notes:
        drawn += paragraph(below, note)
        below += LINE * len(wrapped(note))
    return page(below, title, circuit_alt(found, title, voice), (_LIGHT, _DARK), voice, *drawn)


def circuit_alt(found: Ranking, title: str, voice: Voice) -> str:
    """The picture in words, for who does not see it."""
    parts = [_told(passed, voice) for passed in found.circuit]
    return f"{title}. {voice.say('{parts}.', parts='; '.join(parts))}"


def circuit_notes(found: Ranking, voice: Voice) -> list[str]:
    """What stands beneath."""
    notes = [
        voice.say(
            "Beneath each: half of them took so many days, or less, from the stage before; to be "
            "heard, from the first post."
        )
    ]
    if found.declined:
        notes.append(voice.plural("{n} was declined.", "{n} were declined.", found.declined))
    return notes


def _columns(found: Ranking, top: float, bottom: float, voice: Voice) -> Iterator[str]:
    most = max(1, *(passed.reached for passed in found.circuit))
    width = (RIGHT - MARGIN + _GAP) / len(found.circuit) - _GAP
    for place, passed in enumerate(found.circuit):
        left = MARGIN + (width + _GAP) * place
        middle = left + width / 2
        height = _TALL * passed.reached / most
        yield rect(left, top, width, _TALL, "fall")
        yield rect(left, bottom - height, width, height, "stage")
        yield text(middle, top - 12, voice.number(passed.reached), "count", anchor="middle")
        yield text(
            middle, bottom + LINE, voice.say(_NAMES[passed.stage]), "strong", anchor="middle"
        )
        yield text(middle, bottom + 2 * LINE, _days(passed.took, voice), anchor="middle")


def _days(took: timedelta | None, voice: Voice) -> str:
    """So many days, short; a dash where nobody knows."""
    if took is None:
        return "–"
    days = took / timedelta(days=1)
    return voice.say("{days} d", days=voice.decimal(days, 0 if days >= 10 else 1))


def _told(passed: Passed, voice: Voice) -> str:
    stage, count = voice.say(_NAMES[passed.stage]), voice.number(passed.reached)
    if passed.took is None:
        return voice.say("{stage}: {count}", stage=stage, count=count)
    return voice.say(
        "{stage}: {count}, {days} after", stage=stage, count=count, days=_days(passed.took, voice)
    )
