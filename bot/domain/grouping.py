"""Mentions shared out among the themes that they speak of, whatever words they use for them.

A theme begins as a word or phrase that rises against the time before, with the posts that hold
it. Then the posts teach what else belongs to it (`bot.domain.mixture`): each goes to the theme
whose words make it likeliest, or to none, and the words are counted anew, some times over. Themes
that turn out to speak in the same words are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bot.domain.mention import Mention
from bot.domain.mixture import Shared, learnt, told_by
from bot.domain.naming import LEAST, Names, name_of
from bot.domain.rising import Past
from bot.domain.wordcounts import Marks, Places, WordCounts

SMALL, LARGE = 0.01, 0.1
"""Parts of all mentions: what is smaller is no theme; what is larger is one even while it falls."""

FEWEST = 3
"""Mentions of a theme, at least: what two have in common is mostly chance."""

LINE = 0.03
"""A theme that is as large has its line though it does not rise, unless it is as good as gone."""

GONE = 1 / 4
"""That part of what it was before is left of a theme that is going."""

GROWN = 1.5
"""One that grew so much has its line though it is smaller."""

_FRESH, _FRESH_PART, _FRESH_FROM = 2, 0.1, 3


@dataclass(frozen=True)
class Group:
    """The mentions of a theme, each in one group only; of the time before, so many would be in it
    or hold its name. `fresh` are words and phrases of it that were not heard of it before, the most
    telling first."""

    theme: str
    mentions: tuple[Mention, ...]
    before: int = 0
    fresh: tuple[str, ...] = ()


def groups(
    mentions: Sequence[Mention],
    previous: Sequence[Mention],
    limit: int,
    brand_words: Iterable[str] = (),
) -> tuple[Group, ...]:
    """At most `limit` themes of some mentions, held against the time before; largest first.

    One voice alone makes no theme. Themes that hold a brand word are none, but for those that a
    list names. Some 0.3 s for 10,000 beside 10,000.
    """
    listed = frozenset(theme for mention in mentions for theme in mention.analysis.listed)
    now = WordCounts.of(mentions, listed)
    if not now.words:
        return ()
    past = now.same_words(previous, listed)
    names = Names.of(now.words, listed, brand_words)
    shared = learnt(now, past, names)
    found = _lines(now, past, shared, names)
    chosen = [line for line in found if _is_told(line, mentions)]
    return tuple(
        Group(line.theme, tuple(mentions[place] for place in line.places), line.before, line.fresh)
        for line in sorted(_with_quota(chosen, limit), key=lambda line: -len(line.places))
    )


class _Line(NamedTuple):
    theme: str
    places: Places
    before: int
    grown: float
    fresh: tuple[str, ...]


def _lines(now: WordCounts, past: WordCounts, shared: Shared, names: Names) -> list[_Line]:
    """The themes by their names; those of one name, as a list gives in two languages, are one."""
    counts = now.counted_in(shared.theme, shared.none + 1)
    sizes = np.bincount(shared.theme, minlength=shared.none + 1)
    named: dict[int, list[int]] = defaultdict(list)
    for theme in range(shared.none):
        name = name_of(now, counts, sizes, theme, names)
        if name is not None:
            named[name].append(theme)
    was = told_by(shared, now, past)
    return [
        _line(now, past, np.isin(shared.theme, those), np.isin(was, those), name)
        for name, those in named.items()
    ]


def _line(
    now: WordCounts, past: WordCounts, inside: Marks, likely_before: Marks, name: int
) -> _Line:
    """What held the theme's name before counts as of it, too: nothing is said to be new that was
    spoken of."""
    places, inside_before = np.flatnonzero(inside), likely_before | past.holding([name])
    before = int(np.count_nonzero(inside_before))
    usual = before / max(1, past.total) + 1 / (now.total + 20)
    return _Line(
        now.words[name],
        places,
        before,
        len(places) / now.total / usual,
        _fresh(now, past, inside, inside_before, name),
    )


def _fresh(
    now: WordCounts, past: WordCounts, inside: Marks, inside_before: Marks, name: int
) -> tuple[str, ...]:
    """What the theme's posts speak of that those of the time before did not."""
    counts, before = now.counted(inside), past.counted(inside_before)
    size, was = int(np.count_nonzero(inside)), int(np.count_nonzero(inside_before))
    then = Past(counts={}, total=was)
    enough = np.flatnonzero((counts >= max(_FRESH_FROM, _FRESH_PART * size)) & (before <= 1))
    known = frozenset(now.words[name].split())
    found: list[str] = []
    by_rise = sorted(
        enough.tolist(), key=lambda place: (-int(counts[place]), -len(now.words[place]))
    )
    for place in by_rise:
        word = now.words[place]
        if known.isdisjoint(word.split()) and then.is_rising(word, int(counts[place]), size):
            found.append(word)
            known |= frozenset(word.split())
    return tuple(found[:_FRESH])


def _is_told(line: _Line, mentions: Sequence[Mention]) -> bool:
    """Whether a theme has a line, if there is room: large enough, risen or not gone, and of more
    than one voice."""
    part = len(line.places) / len(mentions)
    if part < SMALL or len(line.places) < FEWEST:
        return False
    stays = part >= LARGE or (part >= LINE and line.grown >= GONE)
    if not stays and line.grown < GROWN:
        return False
    return len({mentions[place].post.author for place in line.places.tolist()}) > 1


def _with_quota(lines: Sequence[_Line], limit: int) -> list[_Line]:
    """Half of the lines for the largest themes, half for those that grew most for their size: a
    small one that is news is not lost among large ones that are none."""
    by_size = sorted(lines, key=lambda line: (-len(line.places), line.theme))
    by_news = sorted(
        lines,
        key=lambda line: (-len(line.places) * max(LEAST, np.log2(line.grown)), line.theme),
    )
    chosen: dict[str, _Line] = {}
    for pair in zip(by_size, by_news, strict=True):
        for line in pair:
            if len(chosen) < limit:
                chosen.setdefault(line.theme, line)
    return list(chosen.values())
