"""Mentions shared out among the themes that they speak of, whatever words they use for them.

A theme begins as a word or phrase that rises against the time before, with the posts that hold
it. Then the posts teach what else belongs to it: each goes to the theme whose words make it
likeliest, or to none, and the words are counted anew, some times over (a mixture of unigrams: K.
Nigam, A. McCallum, S. Thrun and T. Mitchell, "Text Classification from Labeled and Unlabeled
Documents using EM", Machine Learning 39, 2000; here each post goes to one theme alone). Themes that
turn out to speak in the same words are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bot.domain.folding import words_of
from bot.domain.mention import Mention
from bot.domain.rising import Past
from bot.domain.wordcounts import Marks, Numbers, Places, WordCounts

SEEDS = 24
"""Words and phrases that themes begin with, at most."""

ROUNDS = 2
"""Times that the posts are shared out anew; more change nothing to the better."""

ALIKE = 0.08
"""How alike (a cosine, 0 to 1) the telling words of two themes are that are one; measured by
`benchmarks/summaries.py`: under 0.05 different themes run together, over 0.1 ways to speak of one
theme stay apart."""

SMALL, LARGE = 0.01, 0.1
"""Parts of all mentions: what is smaller is no theme; what is larger is one even while it falls."""

LINE = 0.03
"""A theme that is as large has its line though it does not rise, unless it is as good as gone."""

GONE = 1 / 4
"""That part of what it was before is left of a theme that is going."""

GROWN = 1.5
"""One that grew so much has its line though it is smaller."""

_GENERAL, _GENERAL_WORDS = 0.3, 20.0
"""The part of a theme's words that is taken from what is said in general: so much, and that of a
theme of few posts as if twenty general words were among its own."""

_THAN_NONE = 3.0
"""How much likelier (a natural logarithm) a theme makes a post than no theme, to have it."""

_NEVER = 1e-300
_BY_CHANCE = 2
"""Posts whose likeness to others is worth half."""

_PAIR_BONUS, _LISTED_BONUS = 1.3, 1.5
_LEAST, _MOST = 0.2, 5.0
_AS_GOOD = 0.6
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
    names = _Names.of(now.words, listed, brand_words)
    shared = _settled(now, _seeded(now, past, names))
    shared = _settled(now, _joined(now, shared))
    found = _lines(now, past, shared, names)
    chosen = [line for line in found if _is_told(line, mentions)]
    return tuple(
        Group(line.theme, tuple(mentions[place] for place in line.places), line.before, line.fresh)
        for line in sorted(_with_quota(chosen, limit), key=lambda line: -len(line.places))
    )


class _Names(NamedTuple):
    """Which words may name a theme, and how good a name they are, each by its number."""

    usable: Marks
    bonus: Numbers
    is_listed: Marks

    @classmethod
    def of(cls, words: Sequence[str], listed: frozenset[str], brand_words: Iterable[str]) -> _Names:
        brand = frozenset(word for phrase in brand_words for word in words_of(phrase))
        is_listed = np.array([word in listed for word in words])
        is_pair = np.array([" " in word for word in words])
        clear = np.array([brand.isdisjoint(word.split()) for word in words])
        bonus = np.where(is_listed, _LISTED_BONUS, np.where(is_pair, _PAIR_BONUS, 1.0))
        return cls(is_listed | clear, bonus, is_listed)

    def worth(self, counts: Places | Numbers, part: Numbers, elsewhere: Numbers) -> Numbers:
        """Mentions, times how much larger their part is than elsewhere (log₂ of the ratio, within
        bounds), for what may be a name."""
        surprise = np.log2(np.maximum(part, 1e-9) / elsewhere)
        worth: Numbers = counts * np.clip(surprise, _LEAST, _MOST) * self.bonus * self.usable
        return worth


class _Shared(NamedTuple):
    """The theme of each mention, by its number; those of none have the last, which is `none`.
    `seeds` are the words that themes began with."""

    theme: Places
    none: int
    seeds: tuple[int, ...]


class _Line(NamedTuple):
    theme: str
    places: Places
    before: int
    grown: float
    fresh: tuple[str, ...]


def _seeded(now: WordCounts, past: WordCounts, names: _Names) -> _Shared:
    """The mentions that hold the words of greatest worth, each word among those that hold none
    before it."""
    theme = np.full(now.total, SEEDS)
    usual = past.counts / max(1, past.total) + 1 / (now.total + 20)
    seeds: list[int] = []
    while len(seeds) < SEEDS:
        counts = now.counted(theme == SEEDS)
        worth = names.worth(counts, counts / now.total, usual) * (counts > 1)
        best = int(np.argmax(worth))
        if worth[best] <= 0:
            break
        theme[now.holding([best]) & (theme == SEEDS)] = len(seeds)
        seeds.append(best)
    return _Shared(np.where(theme == SEEDS, len(seeds), theme), len(seeds), tuple(seeds))


def _settled(words: WordCounts, shared: _Shared) -> _Shared:
    """The same after some rounds of learning and sharing out."""
    for _ in range(ROUNDS):
        shared = _shared_out(words, _chances(words, shared), shared.seeds)
    return shared


def _chances(words: WordCounts, shared: _Shared) -> Numbers:
    """How likely each theme's next word is each word, a theme a row, no theme the last."""
    counts = words.counted_in(shared.theme, shared.none + 1)
    sums = counts.sum(axis=1, keepdims=True)
    part = np.maximum(_GENERAL, _GENERAL_WORDS / (sums + _GENERAL_WORDS))
    chances: Numbers = (1 - part) * counts / np.maximum(1.0, sums) + part * _in_general(words)
    chances[:-1][sums[:-1, 0] == 0] = _NEVER
    return chances


def _in_general(words: WordCounts) -> Numbers:
    part: Numbers = words.counts / len(words.held)
    return part


def _shared_out(words: WordCounts, chances: Numbers, seeds: Sequence[int]) -> _Shared:
    """The theme that makes each mention likeliest; all themes are as likely beforehand, so that
    small ones are not drowned. What holds a word that a theme began with is of some theme."""
    none = len(chances) - 1
    likely = np.stack([words.summed(np.log(row)) for row in chances])
    likely[none] += _THAN_NONE
    likely[none, words.holding(seeds)] = -np.inf
    theme = likely.argmax(axis=0)
    silent = np.bincount(words.mentions, minlength=words.total) == 0
    return _Shared(np.where(silent, none, theme), none, tuple(seeds))


def _joined(words: WordCounts, shared: _Shared) -> _Shared:
    """The same with themes of like words made one, the likest first; what they are left with is
    numbered anew."""
    general = _in_general(words)
    theme, none, seeds = shared
    while none > 1:
        chances = _chances(words, _Shared(theme, none, seeds))[:none]
        telling = chances * np.maximum(0.0, np.log(chances / general))
        telling /= np.maximum(1e-12, np.linalg.norm(telling, axis=1, keepdims=True))
        alike = np.triu(telling @ telling.T, 1) * _surely(theme, none)
        one, other = divmod(int(alike.argmax()), none)
        if alike[one, other] < ALIKE:
            break
        theme = np.where(theme == other, one, theme)
        theme = np.where(theme > other, theme - 1, theme)
        none -= 1
    return _Shared(theme, none, seeds)


def _surely(theme: Places, none: int) -> Numbers:
    """How far (0 to 1) the likeness of two themes counts: less where one is of few posts, which by
    chance have as many words in common with some other."""
    sizes = np.bincount(theme, minlength=none + 1)[:none]
    smaller = np.maximum(1, np.minimum.outer(sizes, sizes))
    surely: Numbers = smaller / (smaller + _BY_CHANCE)
    return surely


def _lines(now: WordCounts, past: WordCounts, shared: _Shared, names: _Names) -> list[_Line]:
    """The themes by their names; those of one name, as a list gives in two languages, are one."""
    counts = now.counted_in(shared.theme, shared.none + 1)
    sizes = np.bincount(shared.theme, minlength=shared.none + 1)
    named: dict[int, list[int]] = defaultdict(list)
    for theme in range(shared.none):
        name = _name(now, counts, sizes, theme, names)
        if name is not None:
            named[name].append(theme)
    was = _shared_out(past, _chances(now, shared), shared.seeds).theme
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


def _name(
    words: WordCounts, counts: Numbers, sizes: Places, theme: int, names: _Names
) -> int | None:
    """The word that most of a theme's posts hold, and few others; the pair that most of these
    hold, where one does."""
    size = int(sizes[theme])
    if size < 2:
        return None
    inside = counts[theme]
    others = words.counts - inside
    elsewhere = others / max(1, words.total - size) + 1 / (words.total + 20)
    worth = names.worth(inside, inside / size, elsewhere)
    best = int(np.argmax(worth))
    if worth[best] <= 0:
        return None
    return best if names.is_listed[best] else _fuller(words.words, inside, best, names)


def _fuller(words: Sequence[str], counts: Numbers, name: int, names: _Names) -> int:
    word = words[name]
    if " " in word:
        return name
    pairs = [
        place
        for place in np.flatnonzero((counts >= _AS_GOOD * counts[name]) & names.usable).tolist()
        if " " in words[place] and word in words[place].split()
    ]
    return max(pairs, key=lambda place: (counts[place], words[place]), default=name)


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
    if part < SMALL or len(line.places) < 2:
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
        key=lambda line: (-len(line.places) * max(_LEAST, np.log2(line.grown)), line.theme),
    )
    chosen: dict[str, _Line] = {}
    for pair in zip(by_size, by_news, strict=True):
        for line in pair:
            if len(chosen) < limit:
                chosen.setdefault(line.theme, line)
    return list(chosen.values())
