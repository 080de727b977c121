"""Real posts that are taken for demands, to be judged: `python benchmarks/demands_real.py
FILE --brand NAME … [--show N] [--seed N]`.

A line of the file is `label<TAB>text`. The posts that speak to each brand (`@name`) are its week,
evenly spread, each by another author: the cards that Vigie would have raised by itself are printed
with all that they hold, and so many posts, drawn by chance, that are taken for demands.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from rich.console import Console

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.demands import NOW, READING, RULE
from bot.domain.analysis.posts import analyse_all
from bot.domain.demands import demand_of
from bot.domain.mention import Mention, Post
from bot.domain.outcries import Outcry, askings, is_to_be_told, outcries


def texts_in(file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[2] for line in lines if "\t" in line]


def week_of(brand: str, texts: Sequence[str]) -> list[Mention]:
    step = (RULE.within - timedelta(hours=2)) / max(1, len(texts))
    posts = [
        Post(
            source="s", id=f"p{n}", url="", text=text, author=f"@a{n}",
            at=NOW - RULE.within + timedelta(hours=1) + n * step,
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip
    read = analyse_all([(post, (brand,)) for post in posts], READING)
    return [
        Mention(
            id=f"m{n}", watch=brand, conversation="c", at=post.at, seen=post.at, post=post,
            analysis=analysis,
        )
        for n, (post, analysis) in enumerate(zip(posts, read, strict=True))
    ]  # fmt: skip


def cards(brand: str, mentions: Sequence[Mention]) -> list[Outcry]:
    found = outcries(askings(mentions, (brand,)))
    return [outcry for outcry in found if is_to_be_told(outcry, RULE, NOW)]


def asks(brand: str, mention: Mention) -> bool:
    found = demand_of(mention.post.text, mention.analysis.language, (brand,))
    return found is not None and found.asks


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--brand", nargs="+", required=True, help="names that posts speak to")
    parser.add_argument("--show", type=int, default=0, help="posts to be judged by hand")
    parser.add_argument("--seed", type=int, default=77)
    given = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    texts, asking = texts_in(given.file), []
    for brand in given.brand:
        mine = week_of(brand, [text for text in texts if f"@{brand}" in text.casefold()])
        asked = [one.post.text for one in mine if asks(brand, one)]
        asking += asked
        told = cards(brand, mine)
        console.print(f"{brand}: {len(mine)} posts, {len(asked)} ask, {len(told)} cards")
        for outcry in told:
            console.print(f"  {outcry.people} people", markup=False)
            for one in outcry.mentions:
                console.print(f"    {one.post.text}", markup=False)
    random.Random(given.seed).shuffle(asking)
    for text in asking[: given.show]:
        console.print(f"- {text}", markup=False)


if __name__ == "__main__":
    main()
