"""What the work weighs, by the week: for a person themselves, and for the team as a whole.

There is no list of persons here on purpose: figures that rank people are gamed, and what weighs on
one is for them to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from bot.domain.conversation import VIGIE, AuditEvent
from bot.domain.hours import OpeningHours
from bot.domain.judgements import Judgement

WEEK = timedelta(days=7)

_GIVEN = ("assign", "hand_over")


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A week's work, from the Monday `week` on: conversations that were `taken` (claimed, or
    given), negative posts that were `read`, and deeds out of opening hours."""

    week: date
    taken: int = 0
    read: int = 0
    out_of_hours: int = 0


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """This week as far as it went, the last one whole, and how many conversations are open now."""

    this: Load
    last: Load
    open: int = 0


def monday(moment: datetime, zone: tzinfo) -> date:
    """The Monday of the week that holds `moment`, in the zone."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def starts(week: date, zone: tzinfo) -> datetime:
    """The midnight (in UTC) with which a week begins in the zone."""
    return datetime.combine(week, time(), zone).astimezone(UTC)


def load(
    week: date,
    events: Iterable[AuditEvent],
    judgements: Iterable[Judgement],
    posts: Mapping[str, Sequence[str]],
    hours: OpeningHours,
    who: str = "",
) -> Load:
    """The week's load of a person, or (`who` empty) of everybody together.

    `events` and `judgements` are taken from that week in the zone of `hours`. Who acts on a
    conversation has read its posts: `posts` tells their ids, and one that it does not know counts
    as a post. What several people read was read once by the team.
    """
    start, end = starts(week, hours.zone), starts(week + WEEK, hours.zone)
    within = [event for event in events if start <= event.at < end and event.by != VIGIE]
    own = [event for event in within if who in ("", event.by)]
    read = {post for event in own for post in posts.get(event.conversation, (event.conversation,))}
    read.update(
        judgement.mention
        for judgement in judgements
        if start <= judgement.at < end and who in ("", judgement.by)
    )
    return Load(
        week=week,
        taken=sum(_takes(event, who) for event in within),
        read=len(read),
        out_of_hours=sum(not hours.is_open(event.at) for event in own),
    )


def _takes(event: AuditEvent, who: str) -> bool:
    """Whether a conversation came to `who` (or to anybody) by this."""
    if event.deed == "claim":
        return who in ("", event.by)
    return event.deed in _GIVEN and who in ("", event.to)
