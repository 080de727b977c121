"""Where an alert goes: the first route that it fits, and why the ones before it did not."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from bot.domain.alerts import Kind
from bot.domain.severity import Severity

RouteHours = Literal["any", "open", "closed"]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: what is left out fits everything.

    `severity` is the mildest that fits. `hours`: *open* and *closed* are the team's. `here` rings
    for everybody who is active in the channel.
    """

    name: str
    channel: str
    watches: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    severity: Severity = "low"
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    hours: RouteHours = "any"
    here: bool = False


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What routes look at. `languages` and `themes` are those of the posts behind the alert;
    `is_open` says whether the team works at that moment."""

    watch: str
    kind: Kind
    severity: Severity
    languages: frozenset[str]
    themes: frozenset[str]
    is_open: bool
    at: datetime
