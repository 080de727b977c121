"""How long each kind of data is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.config_reader import Faults

FOREVER = timedelta.max


class KeepConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How long what was read, and what was made of it, is kept.

    `mentions` counts from when a post was written; `conversations` from when one was closed, with
    its thread; `alerts` from when they were raised, but not before their conversation is closed;
    `audit` and `judgements` from when something was done or said; `insights` from the last that
    became of one that is closed; `drills` is how long a score is kept; `drafts` is for proposals
    and checklists as well; `deliveries` is for what was said in Slack.

    What is about mentions, or quotes them, goes when they do, or sooner: conversations, alerts,
    judgements and conversions.
    """

    mentions: timedelta = FOREVER
    conversations: timedelta = FOREVER
    alerts: timedelta = FOREVER
    audit: timedelta = FOREVER
    insights: timedelta = FOREVER
    judgements: timedelta = FOREVER
    conversions: timedelta = FOREVER
    drills: timedelta = timedelta(days=730)
    drafts: timedelta = timedelta(days=90)
    deliveries: timedelta = timedelta(days=30)

    @property
    def with_mentions(self) -> KeepConfig:
        """The same, where nothing that is about mentions is kept for longer than they are."""
        return replace(
            self,
            conversations=min(self.conversations, self.mentions),
            alerts=min(self.alerts, self.mentions),
            judgements=min(self.judgements, self.mentions),
            conversions=min(self.conversions, self.mentions),
        )


_A_MONTH, _A_WEEK = timedelta(days=30), timedelta(days=7)

_SHORTEST: dict[str, tuple[timedelta, str]] = {
    "mentions": (_A_MONTH, "is at least “30d”: what is usual is told by four weeks"),
    "conversations": (_A_MONTH, "is at least “30d”: somebody may write back"),
    "alerts": (_A_MONTH, "is at least “30d”: a story may go on"),
    "audit": (_A_MONTH, "is at least “30d”: who did what is asked for later"),
    "insights": (_A_MONTH, "is at least “30d”: those who asked are answered back to"),
    "judgements": (_A_MONTH, "is at least “30d”: it is learnt from them"),
    "conversions": (_A_MONTH, "is at least “30d”: campaigns are told by them"),
    "drills": (_A_MONTH, "is at least “30d”: their messages are drawn again for as long"),
    "drafts": (_A_WEEK, "is at least “7d”: it is asked for who wrote what"),
    "deliveries": (_A_WEEK, "is at least “7d”: what is forgotten is struck out of what was said"),
}


def check_keep(written: KeepConfig, faults: Faults) -> KeepConfig:
    """How long each kind is kept in the end; to be used only without faults."""
    for name, (shortest, why) in _SHORTEST.items():
        if getattr(written, name) < shortest:
            faults.add(f"keep.{name}", why)
    return written.with_mentions


def kept_since(length: timedelta, now: datetime) -> datetime | None:
    """From when on what is kept for a length of time is kept, None where that is for ever."""
    return None if length == FOREVER else now - length
