"""How an alert came to its channel: kept with it, so that what is explained is what was decided."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.domain.severity import Severity

Condition = Literal["watch", "kind", "severity", "language", "theme", "hours"]


class Miss(msgspec.Struct, frozen=True, kw_only=True):
    """Why a route did not fit: its first condition that was not met, what that asks for, and what
    was found in its place (nothing, where the posts had no theme)."""

    route: str
    condition: Condition
    wanted: tuple[str, ...]
    found: tuple[str, ...] = ()


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at on the way: the routes before the one that fitted, in their order.

    `severity` is how bad it was then. `is_open` says whether the team worked; `hushed` that the
    alert would have rung, had it.
    """

    severity: Severity
    is_open: bool
    misses: tuple[Miss, ...] = ()
    hushed: bool = False
