"""What people wrote: a post as its source returned it, and the mention a watch made of it.

Frozen, and made of text, numbers and each other, they are in no cycle: the garbage collector is
spared looking at each of thousands.
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class Post(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What a source returned, before any brand is matched.

    `id` is the source's own, unchanging identity of the post; with `source` it is unique.
    `text` is plain text (no markup, unescaped once), untrusted. `at` is when the post says it
    was written: aware, UTC, whole seconds, never later than the fetch. `thread` is the id of
    the post that this one answers (the root where the source tells it), `""` where it starts a
    thread. `engagement` sums likes, replies and reshares (at a forum: points and comments).

    What stands beside the text, and is matched only where a watch says so: `links` are the whole
    addresses that it links to, `media` what its author wrote to describe pictures and films.
    `handles` are those it speaks to and `tags` what it is filed under, as the source tells them,
    without `@` and `#`; those that can be read in the text stand there as well.

    What its source needs to ask for the rest of the thread: `local_id` is what the server polled
    calls the post, where that is not `id`; `comments_url` the address of a feed of its answers.
    """

    source: str
    id: str
    url: str
    text: str
    author: str
    at: datetime
    title: str = ""
    author_url: str = ""
    language: str | None = None
    followers: int | None = None
    engagement: int = 0
    thread: str = ""
    local_id: str = ""
    comments_url: str = ""
    links: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class WeighedWord(msgspec.Struct, frozen=True, gc=False):
    """A word as it stands in a post, and what it added to the post's sentiment (-4 to 4)."""

    word: str
    weight: float


class Opinion(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A second opinion on a post: how likely (0 to 1) it is negative, `by` the name of whom."""

    negative: float
    by: str


UNKNOWN = "unknown"
"""The language of a post of which none can be told."""

NEUTRAL = 0.05
"""Scores nearer to 0 than this are neutral, as VADER's authors draw the line."""


class Sentiment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a post feels: `score` from -1 (worst) to 1, and the words that weighed most, first.

    `engine` says who read it: "rules" ("vader" in what was kept before there were others), or
    "learnt" from the team's judgements; then `rules` is the score that the rules gave, and `chance`
    (0 to 1) how likely the post is negative by these judgements. Scores of two engines, or of two
    languages, do not compare. An `opinion` that it is not negative after all spares the post an
    alert.
    """

    score: float
    words: tuple[WeighedWord, ...] = ()
    engine: str = "rules"
    rules: float | None = None
    chance: float | None = None
    opinion: Opinion | None = None

    @property
    def is_spared(self) -> bool:
        """Whether the second opinion is that it is not negative."""
        return self.opinion is not None and self.opinion.negative < 0.5


class Analysis(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a post's text says.

    `language` is an ISO 639-1 code or `"unknown"`; `confidence` (0 to 1) how likely it is, None
    where the source's tag is all there is to go by. `sentiment` is None where no engine reads
    the language: unknown is not neutral. `themes` are folded words or word pairs, best first; those
    that a list names (`listed`) come before all others. `reach` estimates how many people may
    have seen the post: at least 1.
    """

    language: str
    sentiment: Sentiment | None
    confidence: float | None = None
    themes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    reach: int = 1


class Mention(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """A post that a watch matched.

    `id` is unique over watches (see `bot.domain.identity`); `conversation` is the id that its
    conversation has, or would have if nobody worked it yet. `seen` is when Vigie first read it.

    `copies` of it were met that say the same (see `bot.domain.copies`), which reach `shared` people
    more; each is a mention of its own, `copy_of` this one. `deleted` is since when Vigie knows that
    its author took it back, or (`forgotten`) had it forgotten: nothing that was said is left of it
    then, and it still counts.
    """

    id: str
    watch: str
    conversation: str
    at: datetime
    seen: datetime
    post: Post
    analysis: Analysis
    copies: int = 0
    shared: int = 0
    copy_of: str = ""
    deleted: datetime | None = None
    forgotten: bool = False

    @property
    def reach(self) -> int:
        """How many people may have seen it, or a copy of it."""
        return self.analysis.reach + self.shared
