"""A seeded hand: it puts phrases, people and places together into drafts."""

from __future__ import annotations

import random
import re
from collections import Counter, deque
from collections.abc import Collection, Mapping, Sequence

from bot.standin.social.people import People
from bot.standin.social.phrases import fill, moods
from bot.standin.social.posts import (
    FORUM,
    HACKER_NEWS,
    MAGAZINE,
    MASTODON,
    Author,
    Draft,
    Language,
    PlaceName,
)

_TAGS: dict[Language, tuple[str, ...]] = {
    "en": ("#sleep", "#mornings", "#smarthome", "#lamps", "#winter"),
    "fr": ("#sommeil", "#matin", "#réveil", "#lampes", "#hiver"),
}
OF_THE_BRAND: Mapping[Language, str] = {"en": "#lumo", "fr": "#lumo"}
_EMOJI = ("☕", "🌙", "🛏️", "🕯️", "🪴")
_TRIES = 12


def seeded(seed: int, name: str) -> random.Random:
    """Chance that is the same for the same seed and name, and differs between names."""
    return random.Random(f"{name}-{seed}")  # noqa: S311 (a play, not a secret)


class Writer:
    """Writes drafts that differ from each other; the same seed and scene write the same ones.

    All scenes of a seed have the same people. A plain phrase at a place with titles becomes an
    answer in a recent thread there. At Mastodon every draft has one of the `tags`, by language.
    """

    def __init__(self, seed: int, scene: str, tags: Mapping[Language, str] = OF_THE_BRAND) -> None:
        self._scene = scene
        self._tags = tags
        self._heard: set[Author] = set()
        self._rng = seeded(seed, scene)
        self._people = People(seeded(seed, "people"))
        self._threads: dict[PlaceName, deque[Draft]] = {
            place: deque(maxlen=8) for place in (FORUM, MAGAZINE, MASTODON, HACKER_NEWS)
        }
        self._written: set[str] = set()
        self._uses: Counter[str] = Counter()
        self._count = 0

    def write(
        self,
        place: PlaceName,
        theme: str,
        mood: str,
        language: Language,
        *,
        author: Author | None = None,
        answers: Draft | None = None,
        shares: str = "",
        worn: bool = False,
    ) -> Draft:
        """A draft with a phrase of `theme` and `mood`; a `worn` one may hold a typo or an emoji."""
        title, text = self._new_words(moods(theme, language)[mood], language)
        if worn:
            text = self._worn(text)
        if place == MASTODON and author is None and self._rng.random() < 0.35:
            text = f"{text} {self._rng.choice(_TAGS[language])}"
        return self.quote(
            place,
            text,
            language,
            title=title,
            author=author,
            answers=answers,
            shares=shares,
            mood=mood,
        )

    def quote(
        self,
        place: PlaceName,
        text: str,
        language: Language,
        *,
        title: str = "",
        author: Author | None = None,
        answers: Draft | None = None,
        shares: str = "",
        mood: str = "",
    ) -> Draft:
        """A draft with these words; at Mastodon tagged, as tag timelines show no others."""
        answers = answers or self._thread_for(place, title, language)
        author = author or self._people.anyone(self._rng, language)
        self._heard.add(author)
        draft = Draft(
            key=self._next_key(),
            text=_tagged(text, self._tags[language]) if place == MASTODON else text,
            author=author,
            language=language,
            title=title or title_of(place, text, answers),
            answers=answers.key if answers else "",
            shares=shares,
            likes=int(self._rng.expovariate(1) * author.followers**0.4),
            mood=mood,
        )
        if not draft.answers:
            self._threads[place].append(draft)
        return draft

    def answer(
        self, place: PlaceName, to: Draft, author: Author, mood: str, text: str = ""
    ) -> Draft:
        """What somebody answers to a draft, in its language: these words, or a phrase.

        It has no tag, as answers mostly have none: no timeline shows it, but the thread does.
        """
        words = text or self._new_words(moods("answers", to.language)[mood], to.language)[1]
        return Draft(
            key=self._next_key(),
            text=words,
            author=author,
            language=to.language,
            title=title_of(place, words, to),
            answers=to.key,
            mood=mood,
        )

    def newcomer(self, language: Language, besides: Collection[Author] = ()) -> Author:
        """Somebody whom this writer has given nothing to say yet, and who is none of these."""
        while True:
            author = self._people.anyone(self._rng, language)
            if author not in self._heard and author not in besides:
                return author

    def recent(self, place: PlaceName, language: Language) -> Draft | None:
        """One of the last threads begun at a place, in this language where there is one."""
        threads = list(self._threads[place])
        understood = [thread for thread in threads if thread.language == language]
        return self._rng.choice(understood or threads) if threads else None

    def _next_key(self) -> str:
        self._count += 1
        return f"{self._scene}/{self._count}"

    def _thread_for(self, place: PlaceName, title: str, language: Language) -> Draft | None:
        threaded = place in (FORUM, HACKER_NEWS) and not title
        return self.recent(place, language) if threaded else None

    def _new_words(self, phrases: Sequence[str], language: Language) -> tuple[str, str]:
        """Words not written yet where the phrases allow it; each phrase gets its turn."""
        title = text = ""
        for _ in range(_TRIES):
            fewest = min(self._uses[phrase] for phrase in phrases)
            phrase = self._rng.choice([one for one in phrases if self._uses[one] == fewest])
            self._uses[phrase] += 1
            title, text = fill(phrase, language, self._rng)
            if text not in self._written:
                break
        self._written.add(text)
        return title, text

    def _worn(self, text: str) -> str:
        roll = self._rng.random()
        if roll < 0.06:
            return _swap_letters(text, self._rng)
        if roll < 0.14:
            return text[:1].lower() + text[1:].rstrip(".")
        if roll < 0.30:
            return f"{text} {self._rng.choice(_EMOJI)}"
        return text


def title_of(place: PlaceName, text: str, answers: Draft | None) -> str:
    """Forums call an answer after its topic; Hacker News gives comments no title."""
    if place == FORUM and answers:
        return answers.title if answers.title.startswith("Re: ") else f"Re: {answers.title}"
    if place == MASTODON or answers:
        return ""
    return text if len(text) <= 60 else text[:60].rsplit(" ", 1)[0] + " …"


def _tagged(text: str, tag: str) -> str:
    tags = re.findall(r"#\w+", text.lower())
    return text if tag in tags else f"{text} {tag}"


def _swap_letters(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    long = [index for index, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return text
    index = rng.choice(long)
    word = words[index]
    at = rng.randrange(1, len(word) - 2)
    words[index] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
