"""How often the default engine gets wrong what is known to be hard for it.

`python benchmarks/errors.py [--json] [--show]`: the examples of `errors.tsv` (kind, language, text)
were written for this by hand, without looking at how they are read. Irony is negative, and missed
where it is not called so; questions and headlines about others' misfortune are not, and wrong where
they are called so. `--show` prints every one that is read wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.analysis.feelings import felt_all
from bot.domain.analysis.reading import Reading
from bot.domain.levels import MILDEST

EXAMPLES = Path(__file__).with_name("errors.tsv")

FLAGGED = -0.5
"""The threshold of a watch that has none of its own."""

Kind = Literal["irony", "question", "misfortune"]


class Example(NamedTuple):
    kind: Kind
    language: str
    text: str

    @property
    def is_negative(self) -> bool:
        return self.kind == "irony"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Of `examples` of a kind so many are read `wrong`, and so many `flagged` by the threshold."""

    kind: Kind
    language: str
    examples: int
    wrong: int
    flagged: int


def read_examples(file: Path = EXAMPLES) -> list[Example]:
    kinds = {kind: kind for kind in get_args(Kind)}
    lines = file.read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t") for line in lines if line]
    return [Example(kinds[kind], language, text) for kind, language, text in parts]


def scored(examples: Sequence[Example]) -> list[float]:
    felt = felt_all([one.text for one in examples], [one.language for one in examples], Reading())
    return [found.score if found else 0.0 for found in felt]


def is_wrong(example: Example, score: float) -> bool:
    return (score <= MILDEST) != example.is_negative


def measured(examples: Sequence[Example], scores: Sequence[float]) -> list[Row]:
    groups: dict[tuple[Kind, str], list[tuple[Example, float]]] = defaultdict(list)
    for example, score in zip(examples, scores, strict=True):
        groups[example.kind, example.language].append((example, score))
    return [
        Row(
            kind=kind,
            language=language,
            examples=len(found),
            wrong=sum(is_wrong(example, score) for example, score in found),
            flagged=sum(score <= FLAGGED for _, score in found),
        )
        for (kind, language), found in groups.items()
    ]


def show(rows: Sequence[Row], console: Console) -> None:
    table = Table("what", "language", "examples", "read wrong", "flagged at −0.5")
    for row in rows:
        wrong = f"{row.wrong} ({row.wrong / row.examples:.0%})"
        table.add_row(row.kind, row.language, str(row.examples), wrong, str(row.flagged))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    examples = read_examples()
    scores = scored(examples)
    rows = measured(examples, scores)
    if asked.json:
        sys.stdout.write(msgspec.json.encode({"rows": rows}).decode() + "\n")
        return
    console = Console()
    show(rows, console)
    if asked.show:
        for example, score in zip(examples, scores, strict=True):
            if is_wrong(example, score):
                console.print(f"{score:+.2f} {example.kind} {example.text}", markup=False)


if __name__ == "__main__":
    main()
