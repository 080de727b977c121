"""English: VADER's rules, with what its lexicon lacks of how customers complain.

The lexicon is VADER's with a pack of words in their place (`bot/lexicons/complaints_en.tsv`).
Upon these VADER's rules work as they are; then the pack's idioms take the place of their words,
and its hints are added. A hint ("why", "still", "told", "not") stands in complaints more often
than elsewhere without being one: it makes a negative post more so, several tip a neutral one, and
one alone only puts a post before those that have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.analysis.idioms import Found, Idioms, spelt
from bot.domain.analysis.lexicon import Entry, entries
from bot.domain.analysis.tidying import Tidying
from bot.domain.analysis.vader import LOUDER, NEGATIONS, Said, Vader, Weighing, compound, mixed

_PACK, _EMOJIS = "complaints_en.tsv", "emojis.tsv"
_HINT = "hint"

_MOST_HINTED = 3.0
"""What all hints of a post weigh at most."""

_UNTOLD = 0.8
"""Hints that weigh less than this tell nothing of a post that is not negative without them."""

_ORDERS = 0.18
"""What they are worth then: enough to order neutral posts, too little to make one negative."""

_BEFORE_BUT, _AFTER_BUT = 0.5, 1.5
_A_COMPLAINT, _MANNERS = -1.5, 0.7
"""What praise is worth in a post whose words against it come to this: people complain politely, or
mock, more often than they complain in a post of praise."""

_ASKED = 0.5
"""What the words against it are worth in a post that is no more than a question."""

_OPENERS = frozenset(
    [
        *("does", "do", "did", "can", "could", "is", "are", "will", "would", "may", "should"),
        *("any", "which", "what", "where", "who", "anyone", "anybody", "has", "have"),
    ]
)
_GREETINGS = frozenset(["hi", "hey", "hello", "so", "and", "but", "also", "ok", "please"])

_LOOKS_BACK = 2
"""An idiom that begins within so many words of a negation says nothing."""


class English:
    """The engine with the `words` of a team, which go before the pack's as these before VADER's.

    Made in 0.1 s; `weigh` changes nothing, so that threads may share one.
    """

    def __init__(self, words: Mapping[str, float]) -> None:
        vader = Vader()
        emojis = {emoji: valence for emoji, valence, _ in entries(_EMOJIS)}
        pack = [entry for entry in entries(_PACK) if entry.words not in words]
        pack += [Entry(said, valence) for said, valence in words.items()]
        single = {entry.words: entry.valence for entry in pack if not _is_idiom(entry)}
        known = {**vader.lexicon, **emojis, **single}
        signs = [sign for sign in emojis if not sign.isascii()]
        self._lexicon = {word: valence for word, valence in known.items() if valence}
        self._idioms = Idioms(entry for entry in pack if _is_idiom(entry))
        self._described = {sign: told for sign, told in vader.emojis.items() if sign not in signs}
        self._tidying = Tidying(self._described, signs)

    def weigh(self, text: str) -> Weighing:
        """What a text comes to. An idiom is one of the words, those of it that follow are empty."""
        text = self._tidying.tidy(text)
        post = _Post(text, self._lexicon)
        hints: list[Found] = []
        for found in self._idioms.found(post.spelt):
            if found.entry.kind == _HINT:
                hints.append(found)
            else:
                post.put(found)
        post.turn_at_but()
        post.hear_through_manners()
        if "?" in text and _only_asks(text, post.spelt):
            post.soften()
        order = post.hint(hints)
        return Weighing(compound(sum(post.valences), text, order), post.words, post.valences)

    def origin(self, word: str, text: str) -> str:
        """The emoji of the text that was read as this word, if one was; else the word."""
        if text.isascii():
            return word
        read = (sign for sign in text if word in self._described.get(sign, "").split())
        return next(read, word)


class _Post:
    """A post while it is weighed."""

    def __init__(self, text: str, lexicon: Mapping[str, float]) -> None:
        said = Said(text, lexicon)
        self._lowered = said.lowered
        self.words = said.words
        self.spelt = spelt(said.lowered)
        self._read = 0
        self.valences = said.valences()
        for place in said.places:
            if self.valences[place] > 0 > lexicon[said.lowered[place]]:
                self.valences[place] = 0.0  # "not a scam" is no praise, "not fixed the bug" no joy

    def put(self, idiom: Found) -> None:
        """Weigh an idiom in the place of its words; idioms come in their order."""
        start, end, (_, valence, _) = idiom
        if not NEGATIONS.isdisjoint(self.spelt[max(self._read, start - _LOOKS_BACK) : start]):
            valence = 0.0
        elif valence and mixed(self.words) and " ".join(self.words[start:end]).isupper():
            valence += LOUDER if valence > 0 else -LOUDER
        self._weigh(start, end, valence)
        self._read = end

    def _weigh(self, start: int, end: int, valence: float) -> None:
        """Make one word of those from `start` to `end`, and weigh it."""
        rest = end - start - 1
        self.words[start:end] = [" ".join(self.words[start:end]), *[""] * rest]
        self.valences[start:end] = [valence, *[0.0] * rest]

    def hint(self, hints: Iterable[Found]) -> float:
        """Add the hints, each once, where nothing else was weighed. Where they tell nothing, what
        they are worth to order the post among the neutral ones is returned instead."""
        free = [hint for hint in hints if not any(self.valences[hint.start : hint.end])]
        once = {hint.entry.words: hint for hint in free}.values()
        hinted = -sum(hint.entry.valence for hint in once)
        worth = min(hinted, _MOST_HINTED)
        if sum(self.valences) >= 0:
            worth -= _UNTOLD
        if worth <= _ORDERS:
            return -_ORDERS * hinted / (hinted + 1)
        for start, end, entry in once:
            self._weigh(start, end, entry.valence * worth / hinted)
        return 0.0

    def turn_at_but(self) -> None:
        """Let what stands before the first "but" weigh half, and what follows half more."""
        if "but" in self._lowered:
            turn = self._lowered.index("but")
            self.valences = [
                valence * (_BEFORE_BUT if place < turn else _AFTER_BUT)
                for place, valence in enumerate(self.valences)
            ]

    def hear_through_manners(self) -> None:
        """Let praise weigh less in a complaint."""
        if sum([valence for valence in self.valences if valence < 0]) <= _A_COMPLAINT:
            self.valences = [
                valence * _MANNERS if valence > 0 else valence for valence in self.valences
            ]

    def soften(self) -> None:
        """Let what stands against a post weigh less, as in a question."""
        self.valences = [valence * _ASKED if valence < 0 else valence for valence in self.valences]


def _only_asks(text: str, words: Sequence[str]) -> bool:
    """Whether a text is one sentence that asks something; "why" and "when" ask for no answer."""
    body = text.rstrip("? ")
    if "?" not in text[len(body) :] or any(mark in body for mark in ".!?"):
        return False
    opening = (word for word in words if word[:1] not in "@#" and word not in _GREETINGS)
    return next(opening, "") in _OPENERS


def _is_idiom(entry: Entry) -> bool:
    """Whether an entry is more than a word (or a smiley) of the lexicon."""
    words = entry.words
    either = "/" in words and words[0].isalnum()
    return entry.kind == _HINT or " " in words or "{" in words or either
