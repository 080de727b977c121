"""A watch that is tried out on posts that are kept already: what it would have matched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import msgspec

from bot.domain.folding import Wording
from bot.domain.levels import Limits, Origin, levels_of
from bot.domain.matching import Matcher
from bot.domain.mention import Mention
from bot.domain.watch import Watch

_DAY = timedelta(days=1)

SHOWN = 3
"""Posts that a trial shows."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: of `looked` posts `matched` would have been mentions; of those `flagged`
    would have been negative, and the mood of `unread` is not known. `limited` says where the limit
    came from by which they were; `days` is from the first post that was looked at to the last.

    `examples` are the newest that matched, with the query's words that were found in each. `since`
    is how far back it was looked, and `whole` whether that is all that was to be looked at.
    """

    since: datetime
    whole: bool = True
    looked: int = 0
    matched: int = 0
    flagged: int = 0
    unread: int = 0
    limited: Origin = "threshold"
    days: float = 1.0
    examples: tuple[Example, ...] = ()

    @property
    def a_day(self) -> float:
        """How many a day would have been flagged."""
        return self.flagged / self.days


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A post that matched, and by which words."""

    mention: Mention
    words: tuple[str, ...]


class Tally:
    """Counts what a watch would have matched, some posts after the other.

    `own` are the brand's accounts (source and author, casefolded), whose posts are never negative.
    """

    def __init__(self, watch: Watch, own: Collection[tuple[str, str]]) -> None:
        self._watch = watch
        self._own = own
        self._matcher = Matcher((watch,))
        self._seen: set[tuple[str, str]] = set()
        self._matched = self._unread = 0
        self._felt: list[Mention] = []
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._newest: list[Mention] = []

    def look(self, mentions: Iterable[Mention]) -> None:
        """Take in mentions of any watches; one post counts once. Some 10 µs each."""
        for mention in mentions:
            post = mention.post
            if (post.source, post.id) in self._seen:
                continue
            self._seen.add((post.source, post.id))
            self._first = min(self._first or mention.at, mention.at)
            self._last = max(self._last or mention.at, mention.at)
            if post.source in self._watch.sources and self._matches(mention):
                self._count(mention)

    def _matches(self, mention: Mention) -> bool:
        return bool(self._matcher.matching(Wording.of(mention.post)))

    def _count(self, mention: Mention) -> None:
        self._matched += 1
        post = mention.post
        if mention.analysis.sentiment is None:
            self._unread += 1
        elif (post.source, post.author.casefold()) not in self._own:
            self._felt.append(mention)
        self._newest.append(mention)
        if len(self._newest) > 2 * SHOWN:
            self._newest = _newest(self._newest)

    @property
    def _days(self) -> float:
        if self._first is None or self._last is None:
            return 1.0
        return max((self._last - self._first) / _DAY, 1.0)

    def _limits(self, now: datetime) -> Limits:
        """What it would flag by the levels of what it matched, as long as that was."""
        felt = [
            (mention.analysis.language, sentiment)
            for mention in self._felt
            if (sentiment := mention.analysis.sentiment)
        ]
        return Limits(self._watch, levels_of(self._watch.name, felt, self._days, now))

    def _most_often(self, limits: Limits) -> Origin:
        origins = Counter(limits.for_mention(mention).origin for mention in self._felt)
        found = origins.most_common(1)
        return found[0][0] if found else "threshold"

    def result(self, since: datetime, *, whole: bool) -> Trial:
        """What it came to, having looked back to `since`."""
        query = self._watch.query
        limits = self._limits(since)
        flagged = [mention for mention in self._felt if limits.flags(mention)]
        return Trial(
            since=since,
            whole=whole,
            looked=len(self._seen),
            matched=self._matched,
            flagged=len(flagged),
            unread=self._unread,
            limited=self._most_often(limits),
            days=self._days,
            examples=tuple(
                Example(mention=mention, words=query.found(Wording.of(mention.post)))
                for mention in _newest(self._newest)
            ),
        )


def _newest(mentions: list[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda mention: (mention.at, mention.id), reverse=True)[:SHOWN]
