"""The first steps of a new member: whom Vigie showed round, and whom it asks again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

STEPS = 4
"""What an alert says; taking it and answering; Home and the queue; where help is."""

LATER = timedelta(days=7)
"""After “Not now” somebody is asked once more, at the earliest after this."""

TourState = Literal["offered", "later", "never", "done"]

_SETTLED: frozenset[TourState] = frozenset({"never", "done"})


class Tour(msgspec.Struct, frozen=True, kw_only=True):
    """`who` (a Slack user id) was offered the tour `offers` times, last at the time `offered`; they
    are at a `step`, 0 before the first."""

    who: str
    offered: datetime
    offers: int = 1
    step: int = 0
    state: TourState = "offered"


def offer(tour: Tour | None, who: str, now: datetime) -> Tour | None:
    """The tour as it is to be offered to somebody who does something; None where it is not: it was
    before, and once more for who had no time then."""
    if tour is None:
        return Tour(who=who, offered=now)
    if tour.state == "later" and tour.offers == 1 and now - tour.offered >= LATER:
        return replace(tour, offered=now, offers=2, state="offered")
    return None


def at_step(tour: Tour, step: int) -> Tour:
    """The tour of who looks at a step (1 to `STEPS`); beyond the last it is done. Who looks again
    has not asked to be asked again."""
    if step > STEPS:
        return replace(tour, step=STEPS, state="done")
    state: TourState = tour.state if tour.state in _SETTLED else "offered"
    return replace(tour, step=max(1, step), state=state)


def put_off(tour: Tour, *, for_ever: bool) -> Tour:
    """The tour of who does not want it now, or never; who said never, or saw it all, before, is
    not asked again."""
    if tour.state in _SETTLED and not for_ever:
        return tour
    return replace(tour, state="never" if for_ever or tour.offers > 1 else "later")
