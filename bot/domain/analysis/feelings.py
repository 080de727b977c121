"""How posts feel, by what was learnt of their language, else by its rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.domain.analysis.language import has_prose
from bot.domain.analysis.learnt import read_all
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.sentiment import NO_WORDS, sentiment_of
from bot.domain.mention import Sentiment


def felt_all(
    texts: Sequence[str], languages: Sequence[str], reading: Reading
) -> list[Sentiment | None]:
    """The sentiment of each text in its language; None where nothing reads the language, or there
    is nothing to read: a lone address is not neutral."""
    felt = [
        by_rules(text, language, reading.words.get(language, NO_WORDS))
        for text, language in zip(texts, languages, strict=True)
    ]
    taught: dict[str, list[int]] = defaultdict(list)
    if reading.learnt:
        for place, language in enumerate(languages):
            if language in reading.learnt and (felt[place] or has_prose(texts[place])):
                taught[language].append(place)
    for language, places in taught.items():
        rules = [felt[place] or UNFELT for place in places]
        read = read_all(reading.learnt[language], [texts[place] for place in places], rules)
        for place, sentiment in zip(places, read, strict=True):
            felt[place] = sentiment
    return felt


def by_rules(text: str, language: str, words: Mapping[str, float] = NO_WORDS) -> Sentiment | None:
    """What the rules of a language find with the team's own words; None where it has none, or
    there is nothing to read."""
    found = sentiment_of(text, language, words)
    return found if found is None or found.words or has_prose(text) else None


UNFELT = Sentiment(score=0.0)
"""What the rules say of a language that they do not read: it is read once it has been taught."""
