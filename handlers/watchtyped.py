"""What was typed into the form of a watch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from bot.config.file import WatchConfig
from bot.domain.folding import fold
from bot.slack import ids
from bot.slack.blocks.watchform import PAUSED, Shown
from handlers.submitted import chosen, text

View = Mapping[str, Any]

_shown = msgspec.json.Decoder(Shown)


class Typed(NamedTuple):
    """A watch as it was typed, but for its channels, which were chosen by their ids."""

    watch: WatchConfig
    negative: str
    spike: str


def shown_in(view: View) -> Shown:
    """Which watch a form is about (its name is `""` for a new one), and as it was seen."""
    return _shown.decode(str(view.get("private_metadata") or ""))


def typed_in(view: View, before: WatchConfig | None) -> Typed:
    """What stands in the fields; what a field cannot tell is as it was `before`."""
    name = shown_in(view).name or tidy(text(view, ids.WATCH_NAME))
    was = before or WatchConfig(name=name, query="", channel="")
    watch = replace(
        was,
        query=_query(view, was),
        sources=_many(view, ids.WATCH_SOURCES),
        negative_below=_number(chosen(view, ids.WATCH_BELOW), was.negative_below),
        spike_once_in=timedelta(
            seconds=_number(chosen(view, ids.WATCH_ONCE_IN), was.spike_once_in.total_seconds())
        ),
        alarm=words_of_alarm(text(view, ids.WATCH_ALARM)),
        paused=PAUSED in _many(view, ids.WATCH_PAUSED),
    )
    return Typed(watch, _channel(view, ids.WATCH_NEGATIVE), _channel(view, ids.WATCH_SPIKE))


def words_of_alarm(written: str) -> tuple[str, ...]:
    """Words and phrases that commas or lines set apart; each once, whatever its case."""
    parts = (tidy(part) for line in written.splitlines() for part in line.split(","))
    return tuple({fold(part): part for part in reversed(list(parts)) if part}.values())[::-1]


def tidy(written: str) -> str:
    """On one line, without blanks around it or too many in it."""
    return " ".join(written.split())


def _query(view: View, was: WatchConfig) -> str:
    """The query; as it was written before where nothing but its blanks is different."""
    written = tidy(text(view, ids.WATCH_QUERY))
    return was.query if written == tidy(was.query) else written


def _number(written: str, otherwise: float) -> float:
    try:
        return float(written)
    except ValueError:
        return otherwise


def _state(view: View, block: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    held: Mapping[str, Any] = (values.get(block) or {}).get(ids.VALUE) or {}
    return held


def _many(view: View, block: str) -> tuple[str, ...]:
    return tuple(str(one["value"]) for one in _state(view, block).get("selected_options") or ())


def _channel(view: View, block: str) -> str:
    return str(_state(view, block).get("selected_conversation") or "")
