"""Which posts are told for copies of another: `python benchmarks/duplicates.py [--json]`.

Seeded, made-up posts: articles, complaints and short cries; copies of them as they are found
(reshared, cut, with a comment or another link, mistyped, reworded here and there, framed by a
newspaper's own lines); and posts that are none, though they sound alike: by other people of the
same trouble, and filled into the same pattern. Each threshold is told with its precision (of the
pairs that it takes for copies, how many are) and recall (of the copies, how many it takes), pair by
pair; beside them how many pairs are compared at all, by their sketches.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.pipeline import CHOSES, ENGLISH, FRENCH, HUMEURS, MOODS, NOW, THINGS
from bot.domain.copies import (
    ALIKE,
    HELD,
    LONG,
    MOST_ADDED,
    Told,
    likeness,
    near,
    sketches,
    told,
)
from bot.domain.mention import Post

Pair = tuple[str, str]

ALIKES = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)
HELDS = (0.6, 0.7, 0.8, 0.9, 2.0)
"""2 is never reached: then only what two texts share of both counts."""

WHO = ("My sister", "The neighbour", "Our office", "A friend", "The club", "My father", "Our shop")
DID = ("bought", "returned", "installed", "unpacked", "lost", "repaired", "tested", "borrowed")
WHERE = ("in Lyon", "last spring", "before the holidays", "at the station", "over the weekend")
THEN = ("and it went dark", "but nobody replied", "so we gave up", "and the seal broke")
NEWS = (
    "The maker of the {thing} said on {day} that it would recall {n} units after a report on the "
    "{other} by an institute in {town}.",
    "Analysts in {town} expect that the {thing} will cost {brand} some {n} million this quarter.",
    "A spokesman for {brand} declined to say how many customers of the {other} wait for a refund.",
    "The {other} was shown first in {town} in {n} and has been sold in {m} countries since {day}.",
    "Consumer groups called the answer {mood} and asked for the {thing} to be taken back.",
    "The share fell by {m} per cent on {day}, the most since the {other} trouble in {town}.",
)
TOWNS = ("Lyon", "Leeds", "Ghent", "Turin", "Porto", "Bergen", "Graz", "Nantes", "Cork", "Basel")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PATTERNS = (
    "My order {n} is late, {brand}, and your {thing} team does not answer.",
    "@{brand} my {thing} is {mood} since {day}, order {n}, please help me in {town}.",
    "Still no {thing} from {brand}: ordered on {day}, promised for {other}, now {n} days late.",
    "{brand} cancelled my {thing} order {n} in {town} without a word, {mood} service as on {day}.",
)
CRIES = (
    "{brand} is {mood}", "my {brand} {thing} died", "{mood} {thing}, {brand}!",
    "where is my {thing} {brand}", "{brand} down again in {town}?",
)  # fmt: skip
COMMENTS = (
    "This is what I have been saying all along.", "Same here!", "Well well, who is surprised?",
    "Read this before you buy one, folks, it happened to my cousin too.", "Incroyable…",
    "Can anybody at the company explain that, please?",
)  # fmt: skip
FRAMES = (
    "Read more on our site.",
    "(Reporting by A. Writer in {town})",
    "© The {town} Post, {day}.",
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What a pair of thresholds finds."""

    alike: float
    held: float
    precision: float
    recall: float


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """`recall_by_copy` and `wrong_by_kind` are shares at the thresholds in use; `met` is the share
    of the copies that are compared, by their sketches, and `met_others` that of the others."""

    alike: float
    held: float
    precision: float
    recall: float
    met: float
    met_others: float
    recall_by_copy: Mapping[str, float]
    wrong_by_kind: Mapping[str, float]
    rows: Sequence[Row]


def filled(pattern: str, rng: random.Random) -> str:
    french = pattern in FRENCH
    things, moods = (CHOSES, HUMEURS) if french else (THINGS, MOODS)
    return pattern.format(
        brand="Lumo", thing=rng.choice(things), other=rng.choice(things), mood=rng.choice(moods),
        n=rng.randrange(2, 10_000), m=rng.randrange(2, 60), town=rng.choice(TOWNS),
        day=rng.choice(DAYS),
    )  # fmt: skip


def article(rng: random.Random) -> str:
    return " ".join(filled(one, rng) for one in rng.sample(NEWS, rng.choice((3, 4, 5))))


def complaint(rng: random.Random) -> str:
    sentences = rng.choice((ENGLISH, FRENCH))
    own = f"{rng.choice(WHO)} {rng.choice(DID)} one {rng.choice(WHERE)} {rng.choice(THEN)}."
    parts = [filled(one, rng) for one in rng.sample(sentences, rng.choice((1, 2, 3)))]
    parts.insert(rng.randrange(len(parts) + 1), own)
    return " ".join(parts)


def cry(rng: random.Random) -> str:
    return filled(rng.choice(CRIES), rng)


def long(rng: random.Random) -> str:
    return article(rng) if rng.random() < 0.5 else complaint(rng)


def reshared(text: str, rng: random.Random) -> str:
    return f"RT @someone{rng.randrange(99)}: {text}"


def cut(text: str, rng: random.Random) -> str:
    words = text.split()
    return " ".join(words[: max(14, int(len(words) * rng.uniform(0.45, 0.8)))]) + "…"


def commented(text: str, rng: random.Random) -> str:
    comment = rng.choice(COMMENTS)
    return f"{comment} {text}" if rng.random() < 0.5 else f"“{text}” {comment}"


def linked(text: str, rng: random.Random) -> str:
    return f"{text} https://other{rng.randrange(99)}.example/{rng.randrange(9999)}?utm_source=x"


def mistyped(text: str, rng: random.Random) -> str:
    words = text.split()
    for place in rng.sample(range(len(words)), max(1, len(words) // rng.randrange(8, 25))):
        word = words[place]
        at = rng.randrange(len(word))
        words[place] = word[:at] + rng.choice("aeiourst") + word[at + 1 :]
    return " ".join(words)


def reworded(text: str, rng: random.Random) -> str:
    words = text.split()
    for place in rng.sample(range(len(words)), max(1, len(words) // rng.randrange(6, 20))):
        words[place] = rng.choice(("really", "simply", "quite", "lamp", "they", "vraiment"))
    return " ".join(words)


def framed(text: str, rng: random.Random) -> str:
    end = filled(rng.choice(FRAMES), rng)
    return f"{rng.choice(TOWNS).upper()}, {rng.choice(DAYS)} – {text} {end}"


def dressed(text: str, rng: random.Random) -> str:
    return text.upper().replace(".", "!!") + " 😡 @lumo"


COPYING: Mapping[str, Callable[[str, random.Random], str]] = {
    "reshared": reshared, "cut": cut, "with a comment": commented, "with a link": linked,
    "mistyped": mistyped, "reworded": reworded, "framed": framed, "dressed": dressed,
}  # fmt: skip


def copies(rng: random.Random, rounds: int) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for kind, way in COPYING.items():
        texts = [long(rng) for _ in range(rounds)]
        found[kind] = [(text, way(text, rng)) for text in texts]
    cries = [cry(rng) for _ in range(rounds)]
    found["short, as it is"] = [(text, linked(text, rng)) for text in cries]
    return found


def others(rng: random.Random, rounds: int) -> dict[str, list[Pair]]:
    """Pairs that are no copies; what chance made equal is left out."""
    made: dict[str, list[Pair]] = {
        "the same trouble": [(complaint(rng), complaint(rng)) for _ in range(rounds)],
        "the same news": [(article(rng), article(rng)) for _ in range(rounds)],
        "short": [(cry(rng), cry(rng)) for _ in range(rounds)],
        "the same pattern": [
            (filled(pattern, rng), filled(pattern, rng))
            for pattern, _ in product(PATTERNS, range(rounds // len(PATTERNS)))
        ],
        "quoted in an article": [
            (text := complaint(rng), f"{article(rng)} “{text}” {article(rng)} {article(rng)}")
            for _ in range(rounds)
        ],
    }
    return {kind: [(a, b) for a, b in pairs if a != b] for kind, pairs in made.items()}


def said(text: str) -> Told:
    return told(Post(source="s", id="1", url="", text=text, author="", at=NOW))


def taken(pair: Pair, alike: float, held: float) -> bool:
    """What `bot.domain.copies.is_copy` says, at other thresholds."""
    one, other = map(said, pair)
    if one.brief or other.brief:
        return one.words == other.words
    shorter, longer = sorted((len(one.words), len(other.words)))
    shared, within = likeness(one.words, other.words)
    may_hold = shorter >= LONG and longer <= MOST_ADDED * shorter
    return shared >= alike or (within >= held and may_hold)


def share(pairs: Sequence[Pair], alike: float, held: float) -> float:
    return sum(taken(pair, alike, held) for pair in pairs) / max(1, len(pairs))


def met(pairs: Sequence[Pair]) -> float:
    """How many pairs are compared at all."""
    both = (sketches([said(text) for text in pair]) for pair in pairs)
    return sum(bool(near(two[:1], two[1:], 1)[0]) for two in both) / max(1, len(pairs))


def row(real: Sequence[Pair], unreal: Sequence[Pair], alike: float, held: float) -> Row:
    right = share(real, alike, held) * len(real)
    wrong = share(unreal, alike, held) * len(unreal)
    return Row(
        alike=alike,
        held=held,
        precision=right / max(1.0, right + wrong),
        recall=right / max(1, len(real)),
    )


def measured(seed: int, rounds: int) -> Measured:
    rng = random.Random(seed)
    by_copy, by_kind = copies(rng, rounds), others(rng, rounds)
    real = [pair for pairs in by_copy.values() for pair in pairs]
    unreal = [pair for pairs in by_kind.values() for pair in pairs]
    used = row(real, unreal, ALIKE, HELD)
    return Measured(
        alike=ALIKE,
        held=HELD,
        precision=used.precision,
        recall=used.recall,
        met=met(real),
        met_others=met(unreal),
        recall_by_copy={kind: share(pairs, ALIKE, HELD) for kind, pairs in by_copy.items()},
        wrong_by_kind={kind: share(pairs, ALIKE, HELD) for kind, pairs in by_kind.items()},
        rows=[row(real, unreal, alike, held) for alike, held in product(ALIKES, HELDS)],
    )


def shown(found: Measured) -> Table:
    table = Table("alike", "held", "precision", "recall", title="Copies, by threshold")
    for one in found.rows:
        mark = " ◀" if (one.alike, one.held) == (found.alike, found.held) else ""
        held = "–" if one.held > 1 else f"{one.held}"
        table.add_row(f"{one.alike}", held, f"{one.precision:.3f}", f"{one.recall:.3f}{mark}")
    return table


def by_kind(found: Measured) -> Table:
    table = Table("pairs", "told for copies", title="At the thresholds in use")
    for kind, part in {**found.recall_by_copy, **found.wrong_by_kind}.items():
        table.add_row(kind, f"{part:.1%}")
    table.add_row("copies that are compared", f"{found.met:.1%}")
    table.add_row("others that are compared", f"{found.met_others:.1%}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="Which posts are told for copies of another.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--rounds", type=int, default=300, help="pairs of each kind")
    options = parser.parse_args()
    found = measured(options.seed, options.rounds)
    if options.json:
        print(msgspec.json.encode(found).decode())
        return
    console = Console()
    console.print(shown(found))
    console.print(by_kind(found))


if __name__ == "__main__":
    main()
