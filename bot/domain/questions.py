"""Which unflagged posts people are asked about, so that what is missed is learnt too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b

import msgspec

from bot.domain.judgements import Judgement
from bot.domain.levels import Limits
from bot.domain.mention import Mention
from bot.domain.precision import interval

PERIOD = timedelta(days=1)
"""How far back a day's questions are drawn from."""

OPEN_FOR = timedelta(days=7)
"""A question that nobody answered in this time is not shown any more."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that people are asked about: drawn for a watch on a day (in the team's time zone),
    which it was asked `at`. `score` and `threshold` are the mention's and the watch's then."""

    mention: str
    watch: str
    day: str
    at: datetime
    score: float | None = None
    threshold: float | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question with the post that it is about, and what was said of it, if anything was."""

    question: Question
    mention: Mention
    judgement: Judgement | None = None


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """Of `judged` unflagged posts of a watch, drawn by chance, `negative` ones were negative: so
    were between `low` and `high` (0 to 1) of all that were not flagged."""

    watch: str
    judged: int
    negative: int
    low: float
    high: float


def drawn(
    mentions: Iterable[Mention],
    limits: Limits,
    known: Collection[str],
    most: int,
    day: date,
    now: datetime,
) -> list[Question]:
    """At most so many questions, drawn by chance from the mentions whose mood was read and that
    were not flagged; `known` are the ids of those that were told of, asked about or judged before.

    The chance is the watch's and the day's: whoever draws, draws the same.
    """
    watch = limits.watch.name
    unflagged = [
        mention
        for mention in mentions
        if mention.analysis.sentiment
        and mention.id not in known
        and not (mention.copy_of or mention.deleted)
        and not limits.flags(mention)
    ]
    lots = sorted(unflagged, key=lambda mention: _lot(watch, day, mention.id))
    return [_question(mention, limits, day, now) for mention in lots[:most]]


def _lot(watch: str, day: date, mention: str) -> bytes:
    data = "\n".join((watch.casefold(), day.isoformat(), mention))
    return blake2b(data.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _question(mention: Mention, limits: Limits, day: date, now: datetime) -> Question:
    sentiment = mention.analysis.sentiment
    return Question(
        mention=mention.id,
        watch=limits.watch.name,
        day=day.isoformat(),
        at=now,
        score=sentiment.score if sentiment else None,
        threshold=limits.for_mention(mention).score,
    )


def missed(watch: str, judgements: Sequence[Judgement]) -> Missed | None:
    """What the judgements of unflagged posts imply; None without any. What is not about us was no
    miss."""
    found = [one for one in judgements if not one.flagged]
    if not found:
        return None
    negative = sum(one.verdict == "right" for one in found)
    low, high = interval(negative, len(found))
    return Missed(watch=watch, judged=len(found), negative=negative, low=low, high=high)
