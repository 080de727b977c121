"""How posts feel, by what was learnt of their language, else by its rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.domain.analysis.language import has_prose
from bot.domain.analysis.learnt import read_all
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.sentiment import sentiment_of
from bot.domain.mention import Sentiment


def felt_all(
    texts: Sequence[str], languages: Sequence[str], reading: Reading
) -> list[Sentiment | None]:
    """The sentiment of each text in its language; None where nothing reads the language, or there
    is nothing to read: a lone address is not neutral."""
    felt = [
        _told(text, sentiment_of(text, language))
        for text, language in zip(texts, languages, strict=True)
    ]
    taught: dict[str, list[int]] = defaultdict(list)
    for place, (language, found) in enumerate(zip(languages, felt, strict=True)):
        if found is not None and language in reading.learnt:
            taught[language].append(place)
    for language, places in taught.items():
        rules = [found for place in places if (found := felt[place]) is not None]
        read = read_all(reading.learnt[language], [texts[place] for place in places], rules)
        for place, better in zip(places, read, strict=True):
            felt[place] = better
    return felt


def _told(text: str, found: Sentiment | None) -> Sentiment | None:
    return found if found is None or found.words or has_prose(text) else None
