"""What there is to tell of why a conversation was told as it was, or why it was not."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import msgspec

from bot.domain.alerts import LATE, Alert, Mute
from bot.domain.conversation import Conversation
from bot.domain.levels import Limit
from bot.domain.mention import Mention

Untold = Literal["own", "unread", "mild", "spared", "late", "copy", "muted", "unknown"]
"""Why there was no alert: *own*: an account of the brand's own wrote it; *unread*: nothing reads
the mood of its language; *mild*: its sentiment is above the watch's limit; *spared*: a second
opinion was that it is not negative; *late*: it was old when it was found; *copy*: it says what
another post said; *muted*: a mute held it back; *unknown*: none of these."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the answer to a why is made of.

    `alert` is the one that told of it, `part_of` that in whose thread it stands or to whose story
    it belongs. `mention` is the worst of its posts at hand. `mute` held it back when it was seen.
    `limit` is the watch's for it today, None where there is no such watch any more, and `rank`
    says among what share of its most negative posts it is (None where too few are known); `group`
    and `repeat_every` are those of the configuration. `taught` judgements teach what reads its
    language now; 0 where the rules do. `copied` is the id of the conversation with the post that
    this one is a copy of, `""` where it is none.
    """

    conversation: Conversation
    alert: Alert | None
    part_of: Alert | None
    mention: Mention | None
    mute: Mute | None
    is_own: bool
    limit: Limit | None
    group: timedelta
    repeat_every: timedelta
    rank: float | None = None
    taught: int = 0
    copied: str = ""


def untold(explained: Explained) -> Untold | None:
    """Why it raised no alert, None where it did."""
    mention = explained.mention
    if explained.alert or mention is None:
        return None if explained.alert else "unknown"
    if explained.is_own:
        return "own"
    sentiment, limit = mention.analysis.sentiment, explained.limit
    if sentiment is None:
        return "unread"
    if limit is not None and sentiment.score > limit.score:
        return "mild"
    if sentiment.is_spared:
        return "spared"
    if mention.at < mention.seen - LATE:
        return "late"
    if explained.copied:
        return "copy"
    return "muted" if explained.mute else "unknown"


def mildness(mention: Mention) -> float:
    """The sentiment by which the worst of several posts is told: an unread one comes last."""
    sentiment = mention.analysis.sentiment
    return sentiment.score if sentiment else 2.0
