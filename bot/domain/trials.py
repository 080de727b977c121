"""A watch that is tried out on posts that are kept already: what it would have matched."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from bot.domain.alerts import negative_reason
from bot.domain.folding import Wording, full_text
from bot.domain.matching import Matcher
from bot.domain.mention import Mention
from bot.domain.watch import Watch

SHOWN = 3
"""Posts that a trial shows."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: of `looked` posts `matched` would have been mentions; of those `flagged`
    would have been negative, and the mood of `unread` is not known.

    `examples` are the newest that matched, with the query's words that were found in each. `since`
    is how far back it was looked, and `whole` whether that is all that was to be looked at.
    """

    since: datetime
    whole: bool = True
    looked: int = 0
    matched: int = 0
    flagged: int = 0
    unread: int = 0
    examples: tuple[Example, ...] = ()


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
        self._matched = self._flagged = self._unread = 0
        self._newest: list[Mention] = []

    def look(self, mentions: Iterable[Mention]) -> None:
        """Take in mentions of any watches; one post counts once. Some 10 µs each."""
        for mention in mentions:
            post = mention.post
            if (post.source, post.id) in self._seen:
                continue
            self._seen.add((post.source, post.id))
            if post.source in self._watch.sources and self._matches(mention):
                self._count(mention)

    def _matches(self, mention: Mention) -> bool:
        return bool(self._matcher.matching(Wording(full_text(mention.post))))

    def _count(self, mention: Mention) -> None:
        self._matched += 1
        post = mention.post
        if mention.analysis.sentiment is None:
            self._unread += 1
        elif (post.source, post.author.casefold()) not in self._own and negative_reason(
            mention, self._watch.negative_below, mention.at
        ):
            self._flagged += 1
        self._newest.append(mention)
        if len(self._newest) > 2 * SHOWN:
            self._newest = _newest(self._newest)

    def result(self, since: datetime, *, whole: bool) -> Trial:
        """What it came to, having looked back to `since`."""
        query = self._watch.query
        return Trial(
            since=since,
            whole=whole,
            looked=len(self._seen),
            matched=self._matched,
            flagged=self._flagged,
            unread=self._unread,
            examples=tuple(
                Example(mention=mention, words=query.found(full_text(mention.post)))
                for mention in _newest(self._newest)
            ),
        )


def _newest(mentions: list[Mention]) -> list[Mention]:
    return sorted(mentions, key=lambda mention: (mention.at, mention.id), reverse=True)[:SHOWN]
