"""What was said over a time: how much, in what mood, about what, by whom, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from bot.domain.duplicates import near_copies, near_duplicates
from bot.domain.folding import Wording
from bot.domain.grouping import Group, groups
from bot.domain.mention import NEUTRAL, Mention
from bot.domain.novelties import is_new
from bot.domain.representative import representative
from bot.domain.rising import Past

THEMES = 8
"""Themes that a summary names at most."""

_ASKED = 5
"""Posts that are asked how they write a theme, where the one that is shown does not hold it."""


class Mood(msgspec.Struct, frozen=True, kw_only=True):
    """How many mentions feel how; `mean` (-1 to 1) is over those that could be read, or None.

    `unknown` are those in a language that no engine reads: they are not neutral.
    """

    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unknown: int = 0
    mean: float | None = None

    @property
    def negative_share(self) -> float | None:
        """The share (0 to 1) of negative ones among those that could be read, or None."""
        read = self.negative + self.neutral + self.positive
        return self.negative / read if read else None


class LanguageCount(msgspec.Struct, frozen=True, kw_only=True):
    """An ISO 639-1 code, or "unknown", and its mentions."""

    language: str
    mentions: int


class ThemeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A theme, its mentions and their mood, and the post that stands for them; `copies` of that
    post were seen, itself included. Of the time `before`, so many mentions were of it: it `rises`
    where it has a greater part in what is said now, by more than chance, and `is_new` where that
    was nothing. `said` is how that post writes the theme, `""` where it does not; `fresh` are words
    of it that were not heard of it before."""

    theme: str
    mentions: int
    mood: Mood
    post: Mention
    copies: int
    said: str = ""
    before: int = 0
    rises: bool = False
    is_new: bool = False
    fresh: tuple[str, ...] = ()


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was heard: their mentions, and the `post` of them that reached furthest."""

    author: str
    source: str
    mentions: int
    reach: int
    post: Mention


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What `mentions` from `since` to `until` came to; `usual` many were expected.

    `mood_change` is the mean less that of the time before, None where either is unknown.
    `worst` are the most negative posts, `unanswered` one post of each conversation that waits
    (`unanswered_total` of them), most pressing first.
    """

    since: datetime
    until: datetime
    total: int
    usual: float
    mood: Mood
    mood_change: float | None
    languages: tuple[LanguageCount, ...]
    themes: tuple[ThemeSummary, ...]
    voices: tuple[Voice, ...]
    worst: tuple[Mention, ...]
    unanswered: tuple[Mention, ...]
    unanswered_total: int


def summarise(
    mentions: Sequence[Mention],
    *,
    usual: float,
    previous: Sequence[Mention],
    since: datetime,
    now: datetime,
    brand_words: Iterable[str] = (),
    unanswered: Collection[str] = (),
    limit: int = 5,
) -> Summary:
    """Sum up the mentions of one or more watches between `since` and `now`.

    `previous` are the mentions of the time before, against which the mood and the themes are
    held; `unanswered` the ids of conversations that nobody has answered. At most `limit` themes,
    voices, worst and unanswered posts. Time grows with the mentions: about 0.1 s for 1,000.
    """
    mood, before = mood_of(mentions), mood_of(previous)
    changed = mood.mean is not None and before.mean is not None
    return Summary(
        since=since,
        until=now,
        total=len(mentions),
        usual=usual,
        mood=mood,
        mood_change=(mood.mean or 0.0) - (before.mean or 0.0) if changed else None,
        languages=_languages(mentions),
        themes=_themes(
            groups(mentions, previous, THEMES, brand_words), len(mentions), len(previous)
        ),
        voices=_voices(mentions)[:limit],
        worst=_worst(mentions, limit),
        unanswered=_waiting(mentions, unanswered)[:limit],
        unanswered_total=len(unanswered),
    )


def mood_of(mentions: Iterable[Mention]) -> Mood:
    """The mood of some mentions."""
    sentiments = [mention.analysis.sentiment for mention in mentions]
    scores = [sentiment.score for sentiment in sentiments if sentiment is not None]
    negative = sum(score <= -NEUTRAL for score in scores)
    positive = sum(score >= NEUTRAL for score in scores)
    return Mood(
        negative=negative,
        neutral=len(scores) - negative - positive,
        positive=positive,
        unknown=len(sentiments) - len(scores),
        mean=sum(scores) / len(scores) if scores else None,
    )


def _languages(mentions: Iterable[Mention]) -> tuple[LanguageCount, ...]:
    counts = Counter(mention.analysis.language for mention in mentions)
    return tuple(
        LanguageCount(language=language, mentions=count)
        for language, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _themes(found: Iterable[Group], total: int, known: int) -> tuple[ThemeSummary, ...]:
    """Each theme with a post of its own, by different authors as far as there are any."""
    summaries: list[ThemeSummary] = []
    for group in found:
        post, copies = _post_of(group, [summary.post for summary in summaries])
        past = Past(counts={group.theme: group.before}, total=known)
        summaries.append(
            ThemeSummary(
                theme=group.theme,
                mentions=len(group.mentions),
                mood=mood_of(group.mentions),
                post=post,
                copies=copies,
                said=_said(group.theme, [post, *group.mentions[:_ASKED]]),
                before=group.before,
                rises=past.is_rising(group.theme, len(group.mentions), total),
                is_new=is_new(group.mentions, past, group.theme, total),
                fresh=tuple(_said(words, group.mentions) or words for words in group.fresh),
            )
        )
    return tuple(summaries)


def _says_it_itself(mention: Mention) -> bool:
    """An answer bears the headline of what it answers, and may say something else."""
    return not (mention.post.thread and mention.post.title)


def _said(theme: str, by: Iterable[Mention]) -> str:
    """How the first of some posts that holds a theme writes it, in small letters; `""`: none."""
    words = tuple(theme.split())
    for mention in by:
        if words and theme in mention.analysis.themes:
            wording = Wording.of(mention.post)
            for start in wording.places.get(words[0], ()):
                if wording.words[start : start + len(words)] == words:
                    return wording.as_written(start, start + len(words)).lower()
    return ""


def _post_of(group: Group, shown: Sequence[Mention]) -> tuple[Mention, int]:
    """The post that stands for a theme: the first of its copies, and how many these are. Only what
    shares half of its themes is looked at as a copy of it."""
    own = [mention for mention in group.mentions if _says_it_itself(mention)]
    best = representative(own or group.mentions, group.mentions, shown)
    themes = frozenset(best.analysis.themes)
    alike = [
        mention
        for mention in sorted(group.mentions, key=lambda mention: bool(mention.copy_of))
        if mention is best or 2 * len(themes.intersection(mention.analysis.themes)) > len(themes)
    ]
    copies = next(copies for copies in near_copies(alike) if best in copies)
    return copies[0], len(copies)


def _voices(mentions: Iterable[Mention]) -> tuple[Voice, ...]:
    """Who was heard, by the furthest reach, then by how often."""
    by_author: dict[tuple[str, str], list[Mention]] = {}
    for mention in mentions:
        author = (mention.post.author, mention.post.source)
        by_author.setdefault(author, []).append(mention)
    voices = [
        Voice(
            author=author,
            source=source,
            mentions=len(said),
            reach=max(mention.analysis.reach for mention in said),
            post=max(said, key=lambda mention: mention.analysis.reach),
        )
        for (author, source), said in by_author.items()
    ]
    return tuple(sorted(voices, key=lambda v: (-v.reach, -v.mentions, v.author, v.source)))


def _worst(mentions: Sequence[Mention], limit: int) -> tuple[Mention, ...]:
    """The most negative posts, near-copies and what was met as a copy left out."""
    known = {m.id for m in mentions if not m.copy_of}
    negative = [
        m for m in mentions if _score(m) <= -NEUTRAL and not m.deleted and m.copy_of not in known
    ]
    ranked = sorted(negative, key=lambda m: (_score(m), -m.analysis.reach, m.id))
    return tuple(told.mention for told in near_duplicates(ranked[: 20 * limit])[:limit])


def _waiting(mentions: Iterable[Mention], unanswered: Collection[str]) -> tuple[Mention, ...]:
    """The most pressing mention of each conversation that waits: negative, far, then old."""
    waiting = frozenset(unanswered)
    ranked = sorted(
        (m for m in mentions if m.conversation in waiting and not m.deleted),
        key=lambda m: (round(_score(m), 1), -m.analysis.reach, m.at, m.id),
    )
    first: dict[str, Mention] = {}
    for mention in ranked:
        first.setdefault(mention.conversation, mention)
    return tuple(first.values())


def _score(mention: Mention) -> float:
    sentiment = mention.analysis.sentiment
    return sentiment.score if sentiment else 0.0
