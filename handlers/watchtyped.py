"""What was typed into the form of a watch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.conditions import Noise
from bot.domain.flagging import flagging
from bot.domain.folding import fold
from bot.domain.pulses import ALSO, Also
from bot.services.watchforms import Typed, tidy
from bot.slack import ids
from bot.slack.blocks.watchform import PAUSED, Shown
from bot.slack.blocks.watchnoise import noise_in
from handlers.carrying import carried_as
from handlers.submitted import chosen, text

View = Mapping[str, Any]


def shown_in(view: View) -> Shown:
    """Which watch a form is about (its name is `""` for a new one), and as it was seen. Raises
    NotOurs."""
    return carried_as(str(view.get("private_metadata") or ""), Shown)


def typed_in(view: View) -> Typed:
    """What stands in the fields of a form."""
    negative = chosen(view, ids.WATCH_BELOW)
    return Typed(
        name=shown_in(view).name or tidy(text(view, ids.WATCH_NAME)),
        query=tidy(text(view, ids.WATCH_QUERY)),
        needs=_words(view, ids.WATCH_NEEDS),
        without=_words(view, ids.WATCH_WITHOUT),
        noise=_noise(view),
        sources=_many(view, ids.WATCH_SOURCES),
        negative=_channel(view, ids.WATCH_NEGATIVE),
        below=_number(negative),
        flag=negative if flagging(negative) else "" if negative else None,
        spike=_channel(view, ids.WATCH_SPIKE),
        once_in=_length(chosen(view, ids.WATCH_ONCE_IN)),
        alarm=words_apart(text(view, ids.WATCH_ALARM)),
        also=_also(view),
        paused=PAUSED in _many(view, ids.WATCH_PAUSED),
    )


def words_apart(written: str) -> tuple[str, ...]:
    """Words and phrases that commas or lines set apart; each once, whatever its case."""
    parts = (tidy(part) for line in written.splitlines() for part in line.split(","))
    found: dict[str, str] = {}
    for part in parts:
        if part:
            found.setdefault(fold(part), part)
    return tuple(found.values())


def _words(view: View, block: str) -> tuple[str, ...] | None:
    """The same of a field; None where the form did not ask."""
    return words_apart(text(view, block)) if _state(view, block) else None


def _noise(view: View) -> Noise | None:
    """What is noise; None where the form did not ask."""
    asked = _state(view, ids.WATCH_NOISE)
    return noise_in(text(view, ids.WATCH_NOISE)) if asked else None


def _number(written: str) -> float | None:
    try:
        number = float(written)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _length(written: str) -> timedelta | None:
    """A length of time, of which the form carries the seconds."""
    seconds = _number(written)
    try:
        return None if seconds is None else timedelta(seconds=seconds)
    except OverflowError:
        return None


def _state(view: View, block: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    held: Mapping[str, Any] = (values.get(block) or {}).get(ids.VALUE) or {}
    return held


def _also(view: View) -> tuple[Also, ...] | None:
    """What is told as well; None where the form did not ask."""
    if not _state(view, ids.WATCH_ALSO):
        return None
    told = _many(view, ids.WATCH_ALSO)
    return tuple(one for one in ALSO if one in told)


def _many(view: View, block: str) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in _state(view, block).get("selected_options") or ())


def _channel(view: View, block: str) -> str:
    return str(_state(view, block).get("selected_conversation") or "")
