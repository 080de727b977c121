"""What people on the small social web say: phrases with {slots}, kept in `phrases/*.toml`.

A file is named `THEME.LANGUAGE.toml` and holds one array of phrases a mood. A phrase of a place
whose posts have titles is written `title :: text`.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bot.standin.social.posts import Language

Moods = Mapping[str, tuple[str, ...]]


@cache
def _read(name: str) -> Mapping[str, object]:
    return tomllib.loads(files(__package__).joinpath("phrases", name).read_text("utf-8"))


@cache
def moods(theme: str, language: Language) -> Moods:
    """Every mood of a theme in one language, with its phrases. Raises FileNotFoundError."""
    return _moods(_read(f"{theme}.{language}.toml"))


@cache
def _slots(language: Language) -> Moods:
    values = _read("slots.toml")[language]
    if not isinstance(values, dict):
        raise TypeError(f"slots.toml: [{language}] is not a table")
    return _moods(values)


def _moods(table: Mapping[str, object]) -> Moods:
    return {
        mood: tuple(str(phrase) for phrase in phrases)
        for mood, phrases in table.items()
        if isinstance(phrases, list)
    }


def fill(phrase: str, language: Language, rng: random.Random) -> tuple[str, str]:
    """The title (or "") and the text of a phrase, each slot filled with one drawn value."""
    drawn = {slot: rng.choice(values) for slot, values in _slots(language).items()}
    title, found, text = phrase.format_map(drawn).partition(" :: ")
    return (_capital(title), _capital(text)) if found else ("", _capital(title))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
