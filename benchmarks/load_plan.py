"""What a load consists of: the watches, what is written about them, and where.

Everything is drawn by the number of a watch or of a post, so that processes that share nothing but
the plan agree on it.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import msgspec

from benchmarks.pipeline import CHOSES, HUMEURS, MOODS, THINGS, names
from bot.cli.demo_config import MARGOT

SEARCHES = 20
"""Places that are searched; each watch is looked for at one of them, and on the stream. A host is
asked for one thing at a time: of four places for 10,000 watches, each would have to answer within
120 ms, eight times a second."""

STREAM = "Stream"
NOISE = "hiring"
"""What no watch wants: one found post in ten holds it."""

ON_THE_STREAM = 0.25
"""The share of what is written that is written there, …"""

ABOUT = 0.1
"""… and of that the share that is about a brand: the rest is everybody else's."""

TELLING = 80
"""One watch in so many tells of its negative posts, the others are counted: no team reads what
10,000 watches would tell, and of the cards that people claim and resolve Slack has 50 redrawn a
minute."""

CHANNELS = 50

_ENGLISH = (
    ("since", "after", "before", "despite", "during", "thanks to", "because of", "without"),
    ("the update", "our move", "winter", "the sale", "monday", "two weeks", "the storm", "lunch"),
    ("stops", "works", "blinks", "hums", "heats up", "arrives", "connects", "breaks", "shines"),
    ("in the kitchen", "at my desk", "every night", "again", "by itself", "at last", "twice a day"),
    ("my sister says", "i guess", "they told me", "nobody knows why", "believe me", "of course"),
)
_FRENCH = (
    ("depuis", "après", "avant", "malgré", "pendant", "grâce à", "à cause de", "sans"),
    ("la mise à jour", "les soldes", "lundi", "deux semaines", "l'orage", "midi", "noël"),
    (
        "s'arrête",
        "fonctionne",
        "clignote",
        "ronronne",
        "chauffe",
        "arrive",
        "se connecte",
        "brille",
    ),
    ("dans la cuisine", "au bureau", "chaque nuit", "encore", "tout seul", "enfin", "deux fois"),
    ("dit ma sœur", "je crois", "m'a-t-on dit", "personne ne sait", "crois-moi", "bien sûr"),
)


class Written(NamedTuple):
    """One post: about which watch (None: about none), where, whether it is one of its mentions."""

    number: int
    watch: int | None
    place: str
    text: str
    language: str
    is_mention: bool


class Plan(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The size of a load: `posts` and `commands` a second, for `warm` seconds, in which nothing is
    counted, and `seconds` more; each watch is polled at its two places every so many seconds.
    Before, there are so many `mentions`. All of it is `pace` times as fast as the traffic that it
    stands for."""

    watches: int
    mentions: int
    posts: float
    commands: float
    seconds: float
    every: float
    warm: float = 0.0
    pace: float = 1.0
    seed: int = 7

    @property
    def lasts(self) -> float:
        """Seconds for which people write and ask."""
        return self.warm + self.seconds

    @cached_property
    def brands(self) -> tuple[str, ...]:
        """The word that each watch looks for."""
        return tuple(names(self.watches, random.Random(self.seed)))

    @cached_property
    def _weights(self) -> Sequence[float]:
        return list(accumulate((10 + place) ** -0.8 for place in range(self.watches)))

    def watch_by(self, chance: random.Random) -> int:
        """A watch, as people talk: of a few a lot, of most now and then."""
        return bisect(self._weights, chance.random() * self._weights[-1])

    def share(self, watch: int) -> float:
        """The part of all that is said of brands that is said of this watch's."""
        before = self._weights[watch - 1] if watch else 0.0
        return (self._weights[watch] - before) / self._weights[-1]

    def post(self, number: int) -> Written:
        """The post of this number."""
        chance = random.Random(f"{self.seed} {number}")
        streamed = chance.random() < ON_THE_STREAM
        is_about = not streamed or chance.random() < ABOUT
        watch = self.watch_by(chance) if is_about else None
        is_noise = chance.random() < 0.1
        text, language = said(self.brands[watch] if watch is not None else "", chance)
        return Written(
            number=number,
            watch=watch,
            place=STREAM if streamed else search_of(watch or 0),
            text=f"{text} {NOISE}" if is_noise else text,
            language=language,
            is_mention=is_about and not is_noise,
        )

    def config(self, store: str, api_url: str, places: dict[str, str], operate: str) -> str:
        """The text of a configuration: `places` are their addresses, `operate` is where Vigie
        tells how it is."""
        head = [
            'languages = ["en", "fr"]',
            'timezone = "Europe/Paris"',
            f"store = {_quoted(store)}",
            f'[slack]\napi_url = "{api_url}"\nadmin_channel = "#vigie-admin"',
            f'admins = ["{MARGOT}"]',
            '[network]\ncontact = "load@example.org"\nallow_private_addresses = true',
            f'[operate]\nlisten = "{operate}"',
        ]
        sources = [
            f'[[sources]]\nname = "{name}"\nkind = "{_kind(name)}"\nurl = "{url}"\n'
            f'every = "{self.every:.0f}s"'
            for name, url in places.items()
        ]
        return "\n".join((*head, *sources, *map(self._watch, range(self.watches))))

    def _watch(self, number: int) -> str:
        lines = [
            "[[watches]]",
            f'name = "{name_of(number)}"',
            f'query = "{self.brands[number]} -{NOISE}"',
            f'sources = ["{search_of(number)}", "{STREAM}"]',
            f'channel = "{channel_of(number)}"',
        ]
        if number % TELLING:
            lines.append("negative_below = -1")
        return "\n".join(lines)


def name_of(watch: int) -> str:
    """What a watch is called."""
    return f"Brand {watch}"


def search_of(watch: int) -> str:
    """The place at which a watch is searched for."""
    return f"Search {watch % SEARCHES + 1}"


def channel_of(watch: int) -> str:
    """Where a watch is told of."""
    return f"#brands-{watch % CHANNELS}"


def said(brand: str, chance: random.Random) -> tuple[str, str]:
    """Two sentences that hardly anybody says twice, and their language; one in three complains."""
    french = chance.random() < 0.5
    slots, things, moods = (_FRENCH, CHOSES, HUMEURS) if french else (_ENGLISH, THINGS, MOODS)
    first, second = (" ".join(map(chance.choice, slots)) for _ in range(2))
    thing, mood = chance.choice(things), chance.choice(moods)
    middle = f"ma {thing} {brand} est {mood}" if french else f"my {brand} {thing} is {mood}"
    return f"{first}, {middle} {chance.randrange(2, 90)} {second}.", "fr" if french else "en"


def _kind(place: str) -> str:
    return "bluesky" if place == STREAM else "hackernews"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
