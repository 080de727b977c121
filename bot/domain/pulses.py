"""What is known of a watch beside its volume: its moods, and the wave or the silence that runs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from bot.domain.severity import Severity
from bot.domain.velocity import Clock, Speeds
from bot.domain.waves import Moods

Also = Literal["wave", "silence", "theme", "velocity"]
"""What a watch may tell beside negative posts and spikes."""

ALSO: tuple[Also, ...] = get_args(Also)

USUALLY: tuple[Also, ...] = ("wave", "silence")
"""What it tells unless it says otherwise."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """What was found and is not over: `alert` is its own, or the one in whose thread it is told
    (`is_line`); `""` while it is muted. `told` is how severe it was when it was last told."""

    alert: str
    began: datetime
    told: Severity
    is_line: bool = False


class ToldTheme(msgspec.Struct, frozen=True):
    """A new theme, and when it was told."""

    theme: str
    at: datetime


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """The pulse of a watch, of a bounded size."""

    watch: str
    moods: Moods = Moods()
    wave: Running | None = None
    silence: Running | None = None
    speeds: Speeds = Speeds()
    clocks: tuple[Clock, ...] = ()
    themes: tuple[ToldTheme, ...] = ()
