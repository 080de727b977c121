"""A source that answers again and brings at once what it had kept, to many watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.mention import Mention
from bot.domain.pairs import Pair

WATCHES = 3
"""So many watches that jump at once for one source say something of the source."""

NEARLY_ALL = 0.9
"""The share of an excess that one source has to bring."""

SETTLES = timedelta(minutes=10)
"""How long a spike waits to be told where its source may have filled in what it missed: whether
other watches jump as well shows within a round of polls."""

LASTS = timedelta(hours=2)
"""How long after a gap a source may still fill in."""

REISSUED = 0.5
"""The share of posts that were seen before, under other ids, from which on a source repeats itself.
"""


def source_behind(hour: Sequence[Mention], past: Sequence[Mention], expected: float) -> str | None:
    """The source that brought nearly all of an hour's excess over what was `expected`, None where
    several did."""
    usual = Counter(mention.post.source for mention in past)
    excess = len(hour) - expected
    for source, seen in Counter(mention.post.source for mention in hour).most_common(1):
        share = usual[source] / len(past) if past else 0.0
        if excess > 0 and seen - expected * share >= NEARLY_ALL * excess:
            return source
    return None


def is_back(pair: Pair, now: datetime) -> bool:
    """Whether a source answered again not long ago, after a gap."""
    return pair.back is not None and now - pair.back <= LASTS


def is_reissued(hour: Sequence[Mention], past: Sequence[Mention], source: str) -> bool:
    """Whether a source shows old posts as new ones: the same words by the same author."""
    known = {(m.post.author, m.post.text, m.post.title) for m in past if m.post.source == source}
    new = [(m.post.author, m.post.text, m.post.title) for m in hour if m.post.source == source]
    return bool(new) and sum(words in known for words in new) >= REISSUED * len(new)
