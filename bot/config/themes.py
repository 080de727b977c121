"""The lists of themes in the configuration, checked, and put over those that come with Vigie."""

from __future__ import annotations

from collections.abc import Mapping

from bot.config.checks import name_fault
from bot.config.languages import language_fault
from bot.config_reader import Faults
from bot.domain.analysis.listed import Listed, Lists, edited, listed_by_language, shipped_lists
from bot.domain.folding import words_of

MOST_THEMES = 60
"""Of a language: a summary shows a handful."""

MOST_WORDS = 300
LONGEST_PHRASE = 60


def theme_lists(written: Lists, faults: Faults) -> Mapping[str, Listed]:
    """What to look for in the posts of each language: the lists that come with Vigie, with the
    written ones in their places. To be used only without faults."""
    for language, themes in written.items():
        place = f"themes.{language}"
        faults.add(place, language_fault(language))
        if len(themes) > MOST_THEMES:
            faults.add(place, f"holds at most {MOST_THEMES} themes")
        for theme, words in themes.items():
            faults.add(f"{place}.{theme}", name_fault(theme))
            _check_words(f"{place}.{theme}", tuple(words), faults)
    return listed_by_language(edited(shipped_lists(), written))


def _check_words(place: str, words: tuple[str, ...], faults: Faults) -> None:
    if len(words) > MOST_WORDS:
        faults.add(place, f"holds at most {MOST_WORDS} words and phrases")
    for at, phrase in faults.each(place, words):
        if not words_of(phrase):
            faults.add(at, "holds no word that a post could hold")
        elif len(phrase) > LONGEST_PHRASE:
            faults.add(at, f"is at most {LONGEST_PHRASE} characters long")
