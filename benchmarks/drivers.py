"""Whether the right cause of a spike is told first: `python benchmarks/drivers.py [--runs N]
[--json]`.

Each run simulates two weeks of posts about a brand: counts that are negative binomial with a day's
season, authors and words that follow Zipf's law, one account that always writes much, one link that
is always passed on. In the last hour a spike of ×3 to ×20 is planted, of which 60 to 100% share one
thing: a word, a link, an author, or one text that is reshared; the rest is as ever. Posts are read
by the product's own analysis. Right is a run whose first driver is the planted one.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import cos, pi
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import msgspec
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.analysis.reading import Reading
from bot.domain.drivers import drivers
from bot.domain.excess import Driver
from bot.domain.matching import Matcher
from bot.domain.mention import Mention, Post
from bot.domain.query import parse
from bot.domain.watch import Watch
from bot.services.mentioning import read_posts

Cause = Literal["theme", "link", "author", "copies"]

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = 14
MOST_PAST = 600
"""Posts of the two weeks that a run holds; of a busy watch the last of each day, as in the product.
"""

FEWEST = 8
"""Posts that a planted spike adds."""

RUNS = 100
"""Of each cause."""

NOUNS = (
    "lamp", "shelf", "shade", "cable", "plug", "light", "bulb", "kitchen", "desk", "evening",
    "present", "colour", "stand", "switch", "timer", "corner", "ceiling", "sofa", "winter",
    "garden", "reader", "sister", "studio", "office", "hallway", "candle", "paper", "glass",
    "table", "morning", "neighbour", "uncle", "weekend", "album", "mirror", "poster",
    "blanket", "carpet", "window",
)  # fmt: skip
VERBS = (
    "bought", "found", "saw", "wanted", "moved", "cleaned", "tried", "painted", "borrowed",
    "carried", "noticed", "liked",
)  # fmt: skip
SIGNS = (
    "nice", "plain", "bright", "warm", "tiny", "modern", "funny", "simple", "quiet", "decent",
    "soft", "yellow", "round",
)  # fmt: skip
CAUSES = (
    "battery", "firmware", "recall", "smoke", "hinge", "warranty", "subscription", "flicker",
    "courier", "invoice",
)  # fmt: skip

WATCH = Watch(
    name="Lumo", query=parse("lumo"), sources=(), negative_channel="#a", spike_channel="#a"
)
USUAL_LINK = "https://lumo.example/shop"
USUAL_AUTHOR = "@lampnews"


class Planted(NamedTuple):
    """What a spike is made of, and what is to be told of it."""

    cause: Cause
    what: str


class Run(NamedTuple):
    """A planted spike with what was told of it."""

    planted: Planted
    told: tuple[Driver, ...]

    @property
    def is_right(self) -> bool:
        return self._place() == 0

    @property
    def is_told(self) -> bool:
        return self._place() is not None

    def _place(self) -> int | None:
        wanted = self.planted
        for place, driver in enumerate(self.told):
            held = driver.what.split() if wanted.cause == "theme" else [driver.what]
            if driver.kind == wanted.cause and wanted.what in held:
                return place
        return None


class Result(msgspec.Struct, frozen=True):
    """Runs of each cause, how many told it first, and how many told it at all."""

    runs: dict[str, int]
    first: dict[str, int]
    told: dict[str, int]

    @property
    def share_first(self) -> float:
        return sum(self.first.values()) / sum(self.runs.values())


class World:
    """A brand's stream, of which posts are drawn."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._number = 0
        self._nouns = self._dice.sample(NOUNS, len(NOUNS))
        self._authors = [f"@reader{n}" for n in range(400)]
        self._weights = list(accumulate(1 / (n + 3) for n in range(400)))
        self._noun_weights = list(accumulate(1 / (n + 2) for n in range(len(NOUNS))))

    def run(self, cause: Cause) -> Run:
        """Two weeks, a spike, and what is told of it."""
        dice = self._dice
        rate, factor = 10 ** dice.uniform(0, 1.7), dice.uniform(3, 20)
        past = self._past(rate)
        extra = max(FEWEST, round(rate * (factor - 1)))
        part = max(FEWEST - 2, round(extra * dice.uniform(0.6, 1.0)))
        planted, posts = self._planted(cause, part)
        posts += [self._post(NOW) for _ in range(self._count(rate) + max(0, extra - part))]
        told = drivers(_read(posts), _read(past), expected=rate, brand_words=WATCH.query.words())
        return Run(planted, told.parts)

    def _past(self, rate: float) -> list[Post]:
        posts: list[Post] = []
        for hours in range(1, DAYS * 24 + 1):
            if len(posts) >= MOST_PAST:
                break
            at = NOW - hours * HOUR
            season = 1 + 0.6 * cos((at.hour - 18) / 24 * 2 * pi)
            posts += [self._post(at) for _ in range(self._count(rate * season))]
        return posts

    def _count(self, mean: float) -> int:
        """Negative binomial of size 4: a Poisson whose mean is gamma."""
        mean = self._dice.gammavariate(4, mean / 4)
        at, count = self._dice.expovariate(1), 0
        while at < mean:
            at, count = at + self._dice.expovariate(1), count + 1
        return count

    def _planted(self, cause: Cause, count: int) -> tuple[Planted, list[Post]]:
        dice = self._dice
        word = dice.choice(CAUSES)
        if cause == "theme":
            said = [self._post(NOW, words=f"{self._words()} {word}") for _ in range(count)]
            return Planted(cause, word), said
        if cause == "link":
            url = f"https://paper.example/{word}/{dice.randrange(10**6)}"
            return Planted(cause, url), [
                self._post(NOW, words=f"{self._words()} {self._tracked(url)}") for _ in range(count)
            ]
        if cause == "author":
            author = f"@bot{dice.randrange(10**6)}"
            return Planted(cause, author), [
                self._post(NOW, author=author, words=self._words(word)) for _ in range(count)
            ]
        text = " ".join(self._words(word) for _ in range(2))
        first = replace(self._post(NOW, words=text, followers=50_000), at=NOW - HOUR)
        copies = [self._post(NOW, words=f"RT {first.author} {text}") for _ in range(count - 1)]
        return Planted(cause, first.url), [first, *copies]

    def _tracked(self, url: str) -> str:
        return f"{url}?utm_source={self._dice.choice('abc')}" if self._dice.random() < 0.3 else url

    def _post(self, at: datetime, *, author: str = "", words: str = "", followers: int = 0) -> Post:
        dice = self._dice
        self._number += 1
        if not author:
            author = USUAL_AUTHOR if dice.random() < 0.06 else self._drawn_author()
        words = words or self._words()
        if dice.random() < 0.05:
            words += f" {USUAL_LINK}"
        return Post(
            source="forum",
            id=f"p{self._number}",
            url=f"https://forum.example/{self._number}",
            text=f"lumo: {words}",
            author=author,
            at=at - timedelta(seconds=dice.randrange(3600)),
            language="en",
            followers=followers or int(dice.paretovariate(1) * 50),
        )

    def _drawn_author(self) -> str:
        return self._dice.choices(self._authors, cum_weights=self._weights)[0]

    def _words(self, cause: str = "") -> str:
        dice = self._dice
        nouns = dice.choices(self._nouns, cum_weights=self._noun_weights, k=3)
        nouns[1] = cause or nouns[1]
        verb, sign = dice.choice(VERBS), dice.choice(SIGNS)
        return f"we {verb} the {nouns[0]}, a {sign} {nouns[1]} by the {nouns[2]}"


def _read(posts: Sequence[Post]) -> list[Mention]:
    return read_posts(Matcher((WATCH,)), posts, Reading(), NOW)


def measure(runs: int) -> Result:
    """So many runs of each cause, each with a seed of its own."""
    causes: tuple[Cause, ...] = get_args(Cause)
    done = {
        cause: [World(1_000 * place + seed).run(cause) for seed in range(runs)]
        for place, cause in enumerate(causes)
    }
    return Result(
        runs={cause: len(found) for cause, found in done.items()},
        first={cause: sum(run.is_right for run in found) for cause, found in done.items()},
        told={cause: sum(run.is_told for run in found) for cause, found in done.items()},
    )


def show(result: Result) -> None:
    table = Table("planted", "runs", "told first", "told")
    for cause, runs in result.runs.items():
        first, told = result.first[cause] / runs, result.told[cause] / runs
        table.add_row(cause, str(runs), f"{first:.1%}", f"{told:.1%}")
    runs = sum(result.runs.values())
    told = sum(result.told.values()) / runs
    table.add_row("all", str(runs), f"{result.share_first:.1%}", f"{told:.1%}")
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="of each cause")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    result = measure(wanted.runs)
    if wanted.json:
        print(msgspec.json.encode(result).decode())
    else:
        show(result)


if __name__ == "__main__":
    main()
