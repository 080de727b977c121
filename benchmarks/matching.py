"""Names that are words as well: what a watch hears by its query alone, and with its conditions.

    python benchmarks/matching.py [--json] [--posts 4000]

Posts are made up, seeded, from sentences of our own in English and French: some about a company
(Orange, Apple, Target, Free), some about the fruit, the aim or the price, some that have the name
only in an address or in their author's name, and some by bots with coupons. Some about the company
hold none of the words that are needed, and some about the fruit hold one. The same hand wrote the
sentences and the conditions: the figures compare ways to ask the same posts, and say nothing of how
well a watch does in the world.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.ambiguous import BESIDE, BRANDS, COUPONS, Brand
from benchmarks.pipeline import NOW
from bot.domain.conditions import Conditions, narrowed
from bot.domain.folding import Wording, words_of
from bot.domain.mention import Post
from bot.domain.query import Query, parse

SEED = 2026


class Told(msgspec.Struct, frozen=True):
    """A post, and whether it is about the company."""

    post: Post
    about: bool


def made(brand: Brand, count: int) -> list[Told]:
    """Posts about a company (half), and about all else."""
    rng = random.Random(f"{SEED}{brand.name}")
    return [_made(brand, number, rng) for number in range(count)]


def _made(brand: Brand, number: int, rng: random.Random) -> Told:
    about, author, links = number % 2 == 0, f"@someone{number % 97}", tuple[str, ...]()
    kind = "about" if about else rng.choices(("other", "link", "author", "bot"), (6, 2, 1, 1))[0]
    match kind:
        case "about":
            text = rng.choice(brand.about)
        case "link":
            text = rng.choice(BESIDE)
            links = (f"https://shop.example/{brand.name.lower()}",)
        case "author":
            text, author = "Good morning to all {n} of you", f"{brand.name} fan"
        case "bot":
            text, author = rng.choice(COUPONS), rng.choice(("Deals of the day", "Bons plans"))
        case _:
            text = rng.choice(brand.other)
    text = text.format(name=brand.name.lower(), Name=brand.name, n=rng.randrange(2, 99))
    post = Post(
        source="bench", id=str(number), url="", text=text, author=author, at=NOW, links=links
    )
    return Told(post, about)


Ask = Callable[[Post], bool]


def ways(brand: Brand) -> dict[str, Ask]:
    """The ways in which the same posts are asked."""
    words, asked = words_of(brand.name), parse(brand.query)
    conditions = brand.conditions
    needs = Conditions(needs=conditions.needs)
    out = Conditions(without=conditions.without, noise=conditions.noise)
    return {
        "the name, anywhere": lambda post: _anywhere(words, post),
        "its query": _asking(asked),
        "and without, noise": _asking(narrowed(asked, out)[0]),
        "and needs": _asking(narrowed(asked, needs)[0]),
        "and all of these": _asking(narrowed(asked, conditions)[0]),
    }


def _anywhere(words: tuple[str, ...], post: Post) -> bool:
    """As most bots do it: the name in all that there is of a post, links and author with it."""
    return words[0] in words_of(" ".join((post.text, post.author, *post.links)))


def _asking(query: Query) -> Ask:
    return lambda post: query.matches(Wording.of(post))


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """How one way did on one brand: shares of 1."""

    brand: str
    way: str
    precision: float
    recall: float


def measured(count: int) -> list[Figure]:
    return [
        _figure(brand.name, way, ask, told)
        for brand in BRANDS
        for told in [made(brand, count)]
        for way, ask in ways(brand).items()
    ]


def _figure(brand: str, way: str, ask: Ask, told: Sequence[Told]) -> Figure:
    found = [one.about for one in told if ask(one.post)]
    right = sum(found)
    return Figure(
        brand=brand,
        way=way,
        precision=right / max(1, len(found)),
        recall=right / max(1, sum(one.about for one in told)),
    )


def shown(figures: Sequence[Figure]) -> Table:
    table = Table("brand", "asked by", "precision", "recall")
    for one in figures:
        table.add_row(one.brand, one.way, f"{one.precision:.2f}", f"{one.recall:.2f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="Ambiguous names, asked in several ways.")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.add_argument("--posts", type=int, default=4_000, help="posts a brand")
    options = parser.parse_args()
    figures = measured(options.posts)
    if options.json:
        print(msgspec.json.encode(figures).decode())
    else:
        Console().print(shown(figures))


if __name__ == "__main__":
    main()
