"""When a digest is due, and what it tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from bot.domain.alerts import Mute
from bot.domain.conversation import Conversation
from bot.domain.judgements import Proposal
from bot.domain.mention import Mention
from bot.domain.precision import Precision
from bot.domain.questions import Asked, Missed
from bot.domain.reports import Gained, Report
from bot.domain.responses import Responses, Waiting
from bot.domain.severity import Severity, at_least
from bot.domain.shares import Compared

LONGEST = timedelta(days=15)
"""The time that one digest tells of at most: two weeks of a weekly one whose day was a holiday, and
the hour by which clocks go back. After a longer silence it tells of its end."""

_FURTHEST = 60
"""Days that are looked through for a slot: holidays in a row are fewer."""


@dataclass(frozen=True, kw_only=True)
class Slots:
    """The times of a digest: at these times of day on these weekdays (0 is Monday) in a zone, but
    for holidays.

    A time that clocks skip comes as much later, one that they show twice comes the first time.
    """

    zone: tzinfo
    at: tuple[time, ...]
    days: frozenset[int]
    holidays: frozenset[date] = frozenset()

    def after(self, moment: datetime) -> datetime | None:
        """The first slot later than `moment` (UTC), None where none comes."""
        found = (slot for slot in self._around(moment, 1) if slot > moment)
        return next(found, None)

    def until(self, moment: datetime) -> datetime | None:
        """The last slot that is not later than `moment` (UTC), None where none was."""
        found = (slot for slot in self._around(moment, -1) if slot <= moment)
        return next(found, None)

    def _around(self, moment: datetime, step: int) -> Iterator[datetime]:
        """The slots from the day of `moment` on, or back from it, with a day to spare."""
        first = moment.astimezone(self.zone).date() - timedelta(days=step)
        for day in (first + timedelta(days=step * n) for n in range(_FURTHEST)):
            if day.weekday() in self.days and day not in self.holidays:
                slots = {datetime.combine(day, at, self.zone).astimezone(UTC) for at in self.at}
                yield from sorted(slots, reverse=step < 0)


def told_since(slots: Slots, due: datetime, now: datetime) -> datetime:
    """From when on a digest tells that was due at `due` and is made `now`: from the slot before
    the one that it was due for, so that a digest that is late tells of the whole time."""
    slot = slots.until(due) or due
    before = slots.until(slot - timedelta(seconds=1))
    return max(before or slot - timedelta(days=1), now - LONGEST)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a digest is about: these watches, what is in these languages (none: all), and what is
    at least that severe. `personal` ones leave out what is for a whole team."""

    watches: tuple[str, ...]
    languages: tuple[str, ...] = ()
    severity: Severity = "low"
    personal: bool = False

    @property
    def everything(self) -> bool:
        """Whether all mentions of its watches count, so that they can be held against the usual."""
        return not self.languages and self.severity == "low"

    def holds_mention(self, mention: Mention, severe: Collection[str]) -> bool:
        """Whether a mention counts; `severe` are the ids of conversations that are as severe as is
        asked for."""
        if self.languages and mention.analysis.language not in self.languages:
            return False
        return self.severity == "low" or mention.conversation in severe

    def holds(self, conversation: Conversation) -> bool:
        """Whether a conversation counts."""
        return (
            conversation.watch in self.watches
            and at_least(conversation.severity, self.severity)
            and (not self.languages or conversation.language in self.languages)
        )


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the time from `since` to `until`.

    `reports` are one a watch, `shares` what part each has; `responses_before` those of as long a
    time before; `held` the mutes that held alerts back; `precisions` those of watches
    of which anything was judged; `misses` what was said of unflagged posts, `asked` those of the
    day that nobody has judged yet; `proposals` those that wait for an admin's answer.
    """

    scope: Scope
    since: datetime
    until: datetime
    reports: tuple[Report, ...]
    waiting: Waiting = Waiting()
    responses: Responses | None = None
    responses_before: Responses | None = None
    shares: Compared | None = None
    gained: Gained = Gained()
    held: tuple[Mute, ...] = ()
    precisions: tuple[Precision, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    misses: tuple[Missed, ...] = ()
    asked: tuple[Asked, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        said = any(report.summary.total for report in self.reports)
        return not (
            said
            or self.waiting.total
            or self.responses
            or self.gained.heard
            or self.gained.shipped
            or self.held
            or self.proposals
        )
