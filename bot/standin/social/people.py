"""The made-up people who post, and how many follow them."""

from __future__ import annotations

import random
from itertools import accumulate

from bot.standin.social.posts import Author, Language

MAISON_LUMO = Author("maisonlumo", "Maison Lumo", 12_400)
NIGHT_DESK = Author("thenightdesk", "The Night Desk", 48_000)
EDITORS = Author("redaction", "La rédaction de Clair", 3_900, "fr")

_GIVEN: dict[Language, tuple[str, ...]] = {
    "en": (
        "Ada", "Ben", "Cora", "Dev", "Edie", "Finn", "Greta", "Hal", "Ines", "Jonah", "Kit",
        "Lena", "Moss", "Nell", "Otis", "Priya", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vic",
        "Wren", "Yusuf", "Zoe",
    ),
    "fr": (
        "Agathe", "Basile", "Camille", "Dina", "Élise", "Fanny", "Gaspard", "Hana", "Isaure",
        "Jules", "Karim", "Léa", "Malo", "Noé", "Ondine", "Paola", "Rémi", "Solène", "Théo",
        "Yaël",
    ),
}  # fmt: skip
_TAILS: dict[Language, tuple[str, ...]] = {
    "en": (
        "bakes", "reads", "after_dark", "in_socks", "outside", "on_bikes", "brews", "knits",
        "naps", "rows", "types", "wanders", "builds", "at_dawn", "says_hi",
    ),
    "fr": (
        "au_lit", "du_port", "et_cie", "en_train", "dessine", "jardine", "lit_tard", "roule",
        "sous_la_pluie", "mijote", "bricole", "du_nord",
    ),
}  # fmt: skip
_ORNAMENTS = ("", "", "", " ☕", " 🌙", " 🚲", " 📚", " 🌿")
_FOLDED = str.maketrans("Ééèëï", "Eeeei")


class People:
    """A seeded crowd in each language; a few of them post far more often than the rest."""

    def __init__(self, rng: random.Random, size: int = 90) -> None:
        languages: tuple[Language, ...] = ("en", "fr")
        self._crowds = {language: _crowd(rng, language, size) for language in languages}
        self._weights = list(accumulate(1 / (rank + 15) for rank in range(size)))

    def anyone(self, rng: random.Random, language: Language) -> Author:
        """Somebody who writes in this language."""
        return rng.choices(self._crowds[language], cum_weights=self._weights)[0]


def _crowd(rng: random.Random, language: Language, size: int) -> list[Author]:
    names = [(given, tail) for given in _GIVEN[language] for tail in _TAILS[language]]
    return [
        Author(
            handle=f"{given.translate(_FOLDED).lower()}_{tail}",
            name=given + rng.choice(_ORNAMENTS),
            followers=_followers(rng),
            language=language,
            declares_language=rng.random() > 0.08,
        )
        for given, tail in rng.sample(names, size)
    ]


def _followers(rng: random.Random) -> int:
    """Log-normal around 150: most have some dozens, a few have thousands, nobody 10,000."""
    return min(9_500, max(3, round(10 ** rng.gauss(2.2, 0.65))))
