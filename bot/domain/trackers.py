"""What a tracker (Jira, Linear, GitHub, a script) is told of each change of an insight, and when it
is told again that did not take it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from bot.domain.insights import Change, Deed, Insight, Kind, State

SOONEST, LATEST = timedelta(seconds=30), timedelta(hours=1)
"""The shortest and the longest pause before it is told again."""

FOR = timedelta(days=3)
"""How long it is tried."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An insight as a tracker is told it: what it says, what it counts, and how far it is."""

    id: str
    title: str
    kind: Kind
    theme: str
    team: str
    watch: str
    state: State
    language: str
    people: int
    posts: int
    reach: int
    first: datetime
    heard: datetime
    decided: datetime | None
    planned: datetime | None
    shipped: datetime | None
    answered: datetime | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change: `id` stays the same however often it is told, and `order` grows with every change
    of all insights. `insight` is told as it is by now, which may be later than the change."""

    id: str
    order: int
    at: datetime
    deed: Deed
    by: str
    was: State
    now: State
    reason: str
    insight: Told


def event_id(insight: str, change: Change) -> str:
    """By what a change is known."""
    return f"{insight}.{change.order}"


def event_of(insight: Insight, id: str) -> Event | None:
    """What is told of a change of this insight; None where it has none of that id."""
    change = next((one for one in insight.changes if event_id(insight.id, one) == id), None)
    if change is None:
        return None
    return Event(
        id=id,
        order=change.order,
        at=change.at,
        deed=change.deed,
        by=change.by,
        was=change.was,
        now=change.now,
        reason=change.reason,
        insight=msgspec.convert(insight, Told, from_attributes=True),
    )


def again_at(changed: datetime, now: datetime) -> datetime | None:
    """When a change is told again that was not taken now: after as long as it is known, so that the
    pauses grow; None where that was long enough."""
    if now - changed >= FOR:
        return None
    return now + min(max(now - changed, SOONEST), LATEST)
