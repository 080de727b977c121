"""How posts are read: what is expected of them, and what the team taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.analysis.learnt import Learnt
from bot.domain.analysis.listed import Listed


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The `languages` that are expected (ISO 639-1, the first ones told apart first), and the
    team's own words for each of them: a word or phrase, in lower case, and its valence (-4 to 4)
    as in VADER's lexicon. They take the place of what the lexicons say of it. `learnt` holds, by
    language, what takes the place of the rules; `themes`, by language (and "unknown"), the lists
    that name what posts are about; `kinds`, by the name of a source, its kind."""

    languages: tuple[str, ...] = ("en", "fr")
    words: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    learnt: Mapping[str, Learnt] = field(default_factory=dict)
    themes: Mapping[str, Listed] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
