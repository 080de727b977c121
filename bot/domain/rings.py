"""When a spike rings: as it begins, again when it has grown much, and not in a cool-down."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.domain.verdicts import Ring

HOUR = timedelta(hours=1)

CALM = 1.0
"""Days; a spike is over when for an hour nothing was rarer than once in that many."""


class Settings(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """`slot` is the length of a slot and divides an hour; a spike is what happens once in
    `once_in_days`; after a ring, nothing rings for `cool_down` but what is `growth` times as
    strong; the hours of the day are those of `zone`."""

    slot: timedelta = timedelta(minutes=15)
    once_in_days: float = 12.0
    cool_down: timedelta = timedelta(hours=24)
    growth: float = 3.0
    zone: str = "UTC"


class Spike(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The last spike, on or `over`.

    `rang_at` and `strength` (mentions beyond the expected, in terms of it) are of the last ring,
    which for a spike that began in another's cool-down is the other's; `last_rare` is when it was
    last rarer than `CALM`.
    """

    since: datetime
    rang_at: datetime
    strength: float
    last_rare: datetime
    over: bool = False


def raised(
    spike: Spike | None, strength: float, begun: datetime, at: datetime, settings: Settings
) -> tuple[Spike, Ring]:
    """The spike after a slot that was as rare as asked for, and whether that is told."""
    if spike is None:
        return Spike(begun, at, strength, at), "onset"
    grown = strength >= settings.growth * spike.strength
    if spike.over:
        if grown or at - spike.rang_at >= settings.cool_down:
            return Spike(begun, at, strength, at), "onset"
        return Spike(begun, spike.rang_at, spike.strength, at), "none"
    untold = spike.rang_at < spike.since and at - spike.rang_at >= settings.cool_down
    if grown or untold:
        return Spike(spike.since, at, strength, at), "onset" if untold else "growth"
    return Spike(spike.since, spike.rang_at, spike.strength, at), "none"


def fading(spike: Spike, days: float, unseen: int, at: datetime) -> Spike:
    """The spike after a slot that does not carry it."""
    if spike.over:
        return spike
    if days >= CALM:
        return replace(spike, last_rare=at)
    calm = not unseen and at - spike.last_rare >= HOUR
    return replace(spike, over=True) if calm else spike
