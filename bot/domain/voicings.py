"""Who voices an insight of late, how they feel, and which of their posts say it best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.domain.folding import words_of
from bot.domain.insights import Voiced
from bot.domain.mention import Mention

WEEK = timedelta(days=7)

SHOWN = 3
"""Posts on a card."""


class Lately(msgspec.Struct, frozen=True, kw_only=True):
    """What voices an insight: `people` in so many `days` (1 and more, up to the last post); people
    of the last seven days (`week`) and of the seven before (`before`); `mood` is how their posts
    feel, each person's last one, from -1 to 1, None where nobody can tell."""

    people: int
    days: int
    week: int
    before: int
    mood: float | None = None


def lately(voices: Iterable[Voiced], now: datetime, first: datetime | None = None) -> Lately:
    """What is known of those who voice an insight; what was erased is not among them. `first` is
    when the first post was written, where that may be gone."""
    heard = sorted(voices, key=lambda voice: (voice.at, voice.id))
    span = heard[-1].at - min(first or heard[0].at, heard[0].at) if heard else timedelta()
    last = {voice.who: voice.score for voice in heard if voice.score is not None}
    return Lately(
        people=_people(heard),
        days=max(1, -(-span // timedelta(days=1))),
        week=_people(voice for voice in heard if voice.at > now - WEEK),
        before=_people(voice for voice in heard if now - 2 * WEEK < voice.at <= now - WEEK),
        mood=sum(last.values()) / len(last) if last else None,
    )


def best(mentions: Sequence[Mention], titled: str = "", most: int = SHOWN) -> list[Mention]:
    """The posts that say it best, each of another author and in other words: that which gave it its
    title, then those that reached most. What is deleted, or passes another's words on, says
    nothing."""
    told = [one for one in mentions if not one.deleted and not one.copy_of]
    ranked = sorted(told, key=lambda one: (one.id != titled, -one.reach, one.at, one.id))
    by_author = {(one.post.source, one.post.author): one for one in reversed(ranked)}
    shown: dict[str, Mention] = {}
    for mention in ranked:
        if by_author[mention.post.source, mention.post.author] is mention:
            shown.setdefault(" ".join(words_of(mention.post.text or mention.post.title)), mention)
    return list(shown.values())[:most]


def _people(voices: Iterable[Voiced]) -> int:
    return len({voice.who for voice in voices})
