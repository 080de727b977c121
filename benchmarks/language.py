"""In which language posts are: `python benchmarks/language.py de=DE.tsv en=EN.tsv … [--json]`.

Each file holds posts of one language, a line a post, `label<TAB>text` (the label is not looked at).
They are told apart untagged, first with all of these languages expected, then with `--expect` of
them only, the rest being foreign; beside py3langid limited to the same languages.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a rate is a core's; read when numpy loads

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.analysis.language import language_of
from bot.domain.mention import UNKNOWN

WARMING = 1_000

Post = tuple[str, str]
"""Its language and its text."""

Told = Callable[[str], str]
"""Tells the language of a text."""


class Measured(msgspec.Struct, frozen=True):
    """What came of telling the languages of some posts.

    `accuracy` is the share of the posts in an expected language that are said to be in it, by
    language too; `misread` the share of the foreign ones that are said to be in an expected one
    (None where there are none), `unknown` the share of all of which nothing is said.
    """

    expected: tuple[str, ...]
    posts: int
    accuracy: float
    by_language: dict[str, float]
    misread: float | None
    unknown: float
    posts_per_s: float


class Compared(msgspec.Struct, frozen=True):
    """Vigie's figures and those of py3langid limited to the languages that are expected."""

    vigie: Measured
    py3langid: Measured


def read(language: str, file: Path) -> list[Post]:
    """The posts of a file."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(language, row[1]) for row in rows if len(row) > 1]


def measured(posts: Sequence[Post], expected: Sequence[str], told: Told) -> Measured:
    """Put each post to `told`; the first ones once before, so that models are loaded and common
    words remembered, as in a bot that runs."""
    for _, text in posts[:WARMING]:
        told(text)
    begun = time.process_time()
    answers = [told(text) for _, text in posts]
    took = time.process_time() - begun
    pairs = [(language, answer) for (language, _), answer in zip(posts, answers, strict=True)]
    at_home = [(language, answer) for language, answer in pairs if language in expected]
    foreign = [answer for language, answer in pairs if language not in expected]
    return Measured(
        expected=tuple(expected),
        posts=len(posts),
        accuracy=share(language == answer for language, answer in at_home),
        by_language={
            known: share(answer == known for language, answer in at_home if language == known)
            for known in dict.fromkeys(language for language, _ in at_home)
        },
        misread=share(answer in expected for answer in foreign) if foreign else None,
        unknown=share(answer == UNKNOWN for answer in answers),
        posts_per_s=len(posts) / took,
    )


def share(facts: Iterable[bool]) -> float:
    """How many of the facts are true (0 to 1; 0 where there are none)."""
    held = list(facts)
    return sum(held) / len(held) if held else 0.0


def compared(posts: Sequence[Post], expected: Sequence[str]) -> Compared:
    stock = LanguageIdentifier.from_model_file(MODEL_FILE)
    stock.set_languages(list(expected))
    return Compared(
        vigie=measured(posts, expected, lambda text: language_of(text, expected).language),
        py3langid=measured(posts, expected, lambda text: str(stock.classify(text)[0])),
    )


def shown(found: Compared) -> Table:
    table = Table("what", "Vigie", "py3langid, limited", title=", ".join(found.vigie.expected))
    both = (found.vigie, found.py3langid)
    table.add_row("told rightly", *(f"{one.accuracy:.4f}" for one in both))
    for language in found.vigie.by_language:
        table.add_row(f"  of {language}", *(f"{one.by_language[language]:.4f}" for one in both))
    if found.vigie.misread is not None:
        table.add_row("foreign, misread", *(f"{one.misread or 0:.4f}" for one in both))
    table.add_row("unknown", *(f"{one.unknown:.4f}" for one in both))
    table.add_row("posts/s", *(f"{one.posts_per_s:,.0f}" for one in both))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="In which language short posts are.")
    parser.add_argument("gold", nargs="+", metavar="xx=FILE.tsv", help="posts of a language")
    parser.add_argument("--expect", default="en,fr", help="languages expected in the second run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    named = [gold.partition("=") for gold in options.gold]
    posts = [post for language, _, file in named for post in read(language, Path(file))]
    every = tuple(dict.fromkeys(language for language, _ in posts))
    few = tuple(options.expect.split(","))
    found = {"all": compared(posts, every), "few": compared(posts, few)}
    if options.json:
        print(msgspec.json.encode(found).decode())
        return
    for one in found.values():
        Console().print(shown(one))


if __name__ == "__main__":
    main()
