"""Made-up days of a watch whose themes are known: who speaks of what, in whose words, and which
posts are copies of another.

A theme is spoken of in several ways, some of which share no word; in few posts two themes meet. All
words are made up for this; none is taken from what people wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from bot.domain.analysis.listed import Listed, listed_by_language, shipped_lists
from bot.domain.analysis.themes import about
from bot.domain.mention import Analysis, Mention, Post, Sentiment

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BRAND = ("lumo",)

SIZES = (0.40, 0.25, 0.15, 0.08, 0.04, 0.03)
"""The parts that the themes have in what is said; the rest is chatter that means nothing."""

BEFORE = (0.10, 0.25, 0.0, 0.08, 0.0, 0.01)
"""Those that they had on the day before: three are as large or fresh, two as always."""

COPIED, CROSSED = 0.12, 0.05
"""Posts that say what another said, and those in which a second theme is met."""

Tongue = Literal["en", "fr", "mixed"]
FRENCH = {"en": 0.0, "fr": 1.0, "mixed": 0.4}


class Way(NamedTuple):
    """How a language speaks of a theme: what about, and what of it."""

    subjects: Sequence[str]
    said: Sequence[str]


class Planted(NamedTuple):
    """The mentions of a day and of the one before, and which theme each is of, by its id; chatter
    is of none."""

    mentions: list[Mention]
    before: list[Mention]
    truth: Mapping[str, str]
    themes: tuple[str, ...]


THEMES: Mapping[str, Mapping[str, Way]] = {
    "firmware": {
        "en": Way(
            ("The firmware update", "Version 2.4 of the firmware", "Last night’s firmware update",
             "The new software version", "Version 2.4"),
            ("makes the lamp flash at midnight", "bricked two of our lamps",
             "broke the sunset mode", "resets every alarm", "left my lamp flashing red",
             "will not install past 80 percent"),
        ),
        "fr": Way(
            ("La mise à jour du firmware", "Le nouveau micrologiciel", "La version 2.4",
             "Cette mise à jour", "Le firmware 2.4"),
            ("fait clignoter la lampe à minuit", "a bloqué deux de nos lampes",
             "a cassé le mode coucher de soleil", "efface toutes les alarmes",
             "reste coincée à 80 pour cent"),
        ),
    },
    "battery": {
        "en": Way(
            ("The battery", "Battery life", "My battery", "The rechargeable battery"),
            ("is empty before dawn", "drains within two hours", "loses its charge on the shelf",
             "lasts a single evening", "swells when charging"),
        ),
        "fr": Way(
            ("La batterie", "L’autonomie", "Ma batterie", "La batterie rechargeable"),
            ("est vide avant l’aube", "se vide en deux heures", "perd sa charge sur l’étagère",
             "dure une seule soirée", "gonfle pendant la charge"),
        ),
    },
    "delivery": {
        "en": Way(
            ("My parcel", "The delivery", "The courier", "My order", "The shipment"),
            ("went to the wrong depot", "has been stuck in Leeds since Friday",
             "never reached my doorstep", "was left in the rain", "shows no tracking whatsoever"),
        ),
        "fr": Way(
            ("Mon colis", "La livraison", "Le livreur", "Ma commande"),
            ("est parti au mauvais dépôt", "est bloqué à Lille depuis vendredi",
             "n’a jamais atteint ma porte", "a fini sous la pluie", "n’a aucun suivi"),
        ),
    },
    "darkmode": {
        "en": Way(
            ("A dark mode", "Dark mode in the app", "A darker theme for the app", "Dark mode"),
            ("would spare my eyes in bed", "is all that I ask of the developers",
             "belongs on the roadmap", "is missing from settings"),
        ),
        "fr": Way(
            ("Un mode sombre", "Le mode sombre dans l’appli", "Un thème sombre", "Le mode sombre"),
            ("épargnerait mes yeux au lit", "est ma seule demande aux développeurs",
             "mérite sa place dans la feuille de route", "manque dans les réglages"),
        ),
    },
    "stand": {
        "en": Way(
            ("The oak stand", "The wooden foot", "The stand", "The oak foot"),
            ("wobbles on carpet", "scratched my bedside table", "cracked along the grain",
             "arrived with a loose screw"),
        ),
        "fr": Way(
            ("Le pied en chêne", "Le socle en bois", "Le pied", "Le socle"),
            ("vacille sur la moquette", "a rayé ma table de chevet", "s’est fendu dans le fil",
             "a une vis desserrée"),
        ),
    },
    "orchestra": {
        "en": Way(
            ("The orchestra advert", "The advert with the cellist", "That cellist advert",
             "The television advert"),
            ("gave me goosebumps", "deserves an award", "has the loveliest melody",
             "was filmed in one shot"),
        ),
        "fr": Way(
            ("La publicité avec l’orchestre", "La pub de la violoncelliste", "Cette publicité",
             "Le spot télévisé"),
            ("m’a donné des frissons", "mérite un prix", "a la plus jolie mélodie",
             "est filmée en un seul plan"),
        ),
    },
    "recycling": {
        "en": Way(
            ("The recycling scheme", "Their recycling programme", "Recycling old lamps",
             "The take-back bin"),
            ("accepts any old bulb", "is refused at our town hall", "gives a voucher per bulb",
             "keeps bulbs out of landfill"),
        ),
        "fr": Way(
            ("Le programme de recyclage", "Le recyclage", "Recycler ses vieilles lampes",
             "Le bac de reprise"),
            ("accepte n’importe quelle ampoule", "est refusé par notre mairie",
             "offre un bon par ampoule", "évite la décharge aux ampoules"),
        ),
    },
    "login": {
        "en": Way(
            ("The login screen", "Two-factor login", "Signing in", "My password reset"),
            ("loops forever on Android", "rejects every verification code",
             "throws error 403", "logs me out each Tuesday"),
        ),
        "fr": Way(
            ("L’écran de connexion", "La double authentification", "La connexion",
             "Mon mot de passe"),
            ("tourne sans fin sur Android", "refuse chaque code de vérification",
             "affiche une erreur 403", "me déconnecte chaque mardi"),
        ),
    },
}  # fmt: skip

OPENERS: Mapping[str, Sequence[str]] = {
    "en": ("", "", "", "Honestly, ", "Is it only me? ", "Second week with my Lumo. ", "Update: ",
           "Dear Lumo, ", "So, ", "For the record: ", "To whoever reads this: "),
    "fr": ("", "", "", "Franchement, ", "Suis-je le seul ? ", "Deuxième semaine avec ma Lumo. ",
           "Bon. ", "Chère Lumo, ", "Pour info : ", "À qui me lira : "),
}  # fmt: skip
CLOSERS: Mapping[str, Sequence[str]] = {
    "en": ("", "", "", " My {who} agrees.", " Told my {who} as well.", " Photo below.",
           " Anyone in {town} with the same experience?", " Greetings from {town}.", " 🙃",
           " That is my {n}th message on this."),
    "fr": ("", "", "", " Mon {qui} est d’accord.", " Je l’ai raconté à mon {qui}.",
           " Photo ci-dessous.", " Quelqu’un à {town} dans le même cas ?",
           " Salutations de {town}.", " 🙃", " C’est mon {n}e message là-dessus."),
}  # fmt: skip
CHATTER: Mapping[str, Sequence[str]] = {
    "en": ("Reading {what} under my Lumo in {town}", "My {who} naps beside the Lumo again",
           "Rainy evening in {town}, Lumo on, tea ready", "Moved the Lumo next to the {what}"),
    "fr": ("Lecture de {what} sous ma Lumo à {town}", "Mon {qui} dort près de la Lumo",
           "Soirée pluvieuse à {town}, Lumo allumée, thé prêt", "La Lumo est à côté de {what}"),
}  # fmt: skip
SLOTS: Mapping[str, Sequence[str]] = {
    "who": ("sister", "neighbour", "uncle", "flatmate", "boss", "cat", "dog", "grandmother"),
    "qui": ("voisin", "oncle", "colocataire", "patron", "chat", "chien", "cousin", "père"),
    "town": ("Lyon", "Leeds", "Ghent", "Turin", "Porto", "Bergen", "Graz", "Nantes", "Cork"),
    "what": ("Zola", "Proust", "Woolf", "Dickens", "Colette", "Balzac", "Austen", "Hugo"),
    "n": tuple(str(n) for n in range(4, 40)),
}


def planted(tongue: Tongue, count: int, seed: int) -> Planted:
    """A day of so many mentions, and as many of the day before."""
    rng = Random(f"{tongue} {count} {seed}")
    themes = tuple(rng.sample(sorted(THEMES), len(SIZES)))
    writer = _Writer(rng, tongue)
    before = writer.day(count, themes, BEFORE, NOW - DAY)
    mentions = writer.day(count, themes, SIZES, NOW)
    return Planted(mentions, before, writer.truth, themes)


class _Writer:
    """Writes days, and remembers what each post is about."""

    def __init__(self, rng: Random, tongue: Tongue) -> None:
        self._rng, self._tongue = rng, tongue
        self._lists = listed_by_language(shipped_lists())
        self.truth: dict[str, str] = {}
        self._number = 0

    def day(
        self, count: int, themes: Sequence[str], sizes: Sequence[float], until: datetime
    ) -> list[Mention]:
        """The mentions of the day that ends then; some are copies of one of their theme."""
        rng = self._rng
        whole = [
            theme
            for theme, part in zip(themes, sizes, strict=True)
            for _ in range(round(part * count))
        ]
        whole += [""] * (count - len(whole))
        rng.shuffle(whole)
        by_theme: dict[str, list[Mention]] = {}
        found: list[Mention] = []
        for place, theme in enumerate(whole):
            at = until - DAY + DAY * place / count
            told = by_theme.setdefault(theme, [])
            mention = (
                self._copy(rng.choice(told), at)
                if theme and told and rng.random() < COPIED
                else self._fresh(theme, themes, at)
            )
            told.append(mention)
            found.append(mention)
            self.truth[mention.id] = theme
        return found

    def _fresh(self, theme: str, themes: Sequence[str], at: datetime) -> Mention:
        rng = self._rng
        language = "fr" if rng.random() < FRENCH[self._tongue] else "en"
        text = rng.choice(OPENERS[language])
        if theme:
            text += self._told(theme, language) + "."
            if rng.random() < CROSSED:
                text += f" {self._told(rng.choice(themes), language)}."
        else:
            text += rng.choice(CHATTER[language])
        text += rng.choice(CLOSERS[language])
        slots = {name: rng.choice(words) for name, words in SLOTS.items()}
        return self._mention(text.format(**slots), language, at)

    def _told(self, theme: str, language: str) -> str:
        way = THEMES[theme][language]
        return f"{self._rng.choice(way.subjects)} {self._rng.choice(way.said)}"

    def _copy(self, of: Mention, at: datetime) -> Mention:
        """Reshared, or said again with a link."""
        text = of.post.text
        again = (
            f"RT @{of.post.author}: {text}"
            if self._rng.random() < 0.5
            else f"{text} https://lumo.example/{self._number}"
        )
        return self._mention(again, of.analysis.language, at)

    def _mention(self, text: str, language: str, at: datetime) -> Mention:
        self._number += 1
        id = f"m{self._number:06}"
        post = Post(
            source="lumen.social",
            id=id,
            url=f"https://lumen.example/{id}",
            text=text,
            author=f"ann{self._rng.randrange(4_000)}",
            at=at,
            language=language,
        )
        return Mention(
            id=id,
            watch="Lumo",
            conversation=id,
            at=at,
            seen=at,
            post=post,
            analysis=_analysis(text, language, self._lists, self._rng),
        )


def _analysis(text: str, language: str, lists: Mapping[str, Listed], rng: Random) -> Analysis:
    """What ingestion would find in the words; the mood is drawn."""
    found = about(text, BRAND, lists[language])
    return Analysis(
        language=language,
        sentiment=Sentiment(score=round(rng.uniform(-1, 1), 2)),
        themes=found.themes,
        listed=found.listed,
        reach=rng.randrange(1, 5_000),
    )
