"""How well negative posts are found, beside stock VADER, in a file of labelled ones.

`python benchmarks/sentiment.py --gold FILE --lang xx [--labels N --seeds 5] [--json]`: the file
holds `label<TAB>text` lines; labels are negative, neutral and positive. The default engine reads
them all. With `--labels N`, N posts are drawn from the first half and learnt from, the rest of that
half is the stream that nobody labelled, and the second half is scored: the mean over the draws.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a rate is a core's; read when numpy loads

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import msgspec
import numpy as np
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.gold import CLASSES, Gold, read_gold
from bot.domain.analysis.feelings import felt_all
from bot.domain.analysis.learner import learn
from bot.domain.analysis.marks import auc_of, found_of, precision_at
from bot.domain.analysis.reading import Reading
from bot.domain.labels import Label
from bot.domain.mention import NEUTRAL
from bot.errors import TooFewLabels

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TIMED = 5_000
"""Posts, at least, over which a rate is taken."""

Engine = Callable[[Sequence[str]], list[float]]
"""Gives a score from -1 (most negative) to 1 for each text."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How an engine did: shares from 0 to 1, and posts a second a core. `neg_auc` is NaN (null in
    JSON) where no post, or each, is negative."""

    macro_f1: float
    neg_precision: float
    neg_recall: float
    neg_f1: float
    neg_auc: float
    p_at_1: float
    p_at_2: float
    p_at_5: float
    p_at_10: float
    posts_per_s: float


class Measured(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Both engines over the same posts: `posts` of them, of which `base` (0 to 1) are negative.

    With labels: `default` is Vigie without them, `took_over` in how many of the `seeds` runs what
    was learnt was found better and used, `learning_s` the seconds that learning took.
    """

    lang: str
    posts: int
    base: float
    reads: bool
    vigie: Figures
    vader: Figures
    labels: int = 0
    seeds: int = 0
    stream: int = 0
    default: Figures | None = None
    took_over: int | None = None
    learning_s: float | None = None


def vader() -> Engine:
    """The package as it comes, whatever the language."""
    analyzer = SentimentIntensityAnalyzer()
    return lambda texts: [float(analyzer.polarity_scores(text)["compound"]) for text in texts]


def vigie(reading: Reading, language: str) -> Engine:
    """The functions that a poll calls, of posts that their source tagged with the language."""

    def scores(texts: Sequence[str]) -> list[float]:
        felt = felt_all(texts, [language] * len(texts), reading)
        return [found.score if found else 0.0 for found in felt]

    return scores


def figures(gold: Gold, engine: Engine) -> Figures:
    scores = np.array(engine(gold.texts))
    called = np.where(
        scores <= -NEUTRAL, "negative", np.where(scores >= NEUTRAL, "positive", "neutral")
    )
    truly = np.array(gold.classes)
    alike = np.ones(len(truly))
    found = {name: found_of(called == name, truly == name, alike) for name in CLASSES}
    negative = truly == "negative"
    return Figures(
        macro_f1=fmean(of.f1 for of in found.values()),
        neg_precision=found["negative"].precision,
        neg_recall=found["negative"].recall,
        neg_f1=found["negative"].f1,
        neg_auc=auc_of(-scores, negative, alike),
        p_at_1=precision_at(-scores, negative, 0.01),
        p_at_2=precision_at(-scores, negative, 0.02),
        p_at_5=precision_at(-scores, negative, 0.05),
        p_at_10=precision_at(-scores, negative, 0.10),
        posts_per_s=rate(gold.texts, engine),
    )


def rate(texts: Sequence[str], engine: Engine) -> float:
    """Posts a second of one core, once all is loaded."""
    rounds = -(-TIMED // len(texts))
    begun = time.process_time()
    for _ in range(rounds):
        engine(texts)
    return rounds * len(texts) / (time.process_time() - begun)


def mean(several: Sequence[Figures]) -> Figures:
    return Figures(
        **{
            name: fmean(getattr(figures, name) for figures in several)
            for name in Figures.__struct_fields__
        }
    )


@dataclass(frozen=True)
class Lesson:
    """What was used after learning: what was learnt, where it was found better."""

    reading: Reading
    took_over: bool
    seconds: float


def taught(half: Gold, language: str, labels: int, seed: int) -> Lesson:
    """Labels are drawn as a team would give them that is asked about posts drawn by chance."""
    drawn = set(random.Random(seed).sample(range(len(half.texts)), labels))
    given = [
        Label(
            mention=str(place),
            text=half.texts[place],
            language=language,
            negative=half.classes[place] == "negative",
        )
        for place in sorted(drawn)
    ]
    stream = [text for place, text in enumerate(half.texts) if place not in drawn]
    begun = time.process_time()
    try:
        learnt = learn(given, stream, language, {}, NOW, 1)
    except TooFewLabels:
        return Lesson(Reading(languages=(language,)), False, time.process_time() - begun)
    used = {language: learnt} if learnt.trial.better else {}
    return Lesson(
        Reading(languages=(language,), learnt=used), bool(used), time.process_time() - begun
    )


def measured(gold: Gold, language: str, labels: int, seeds: int) -> Measured:
    middle = len(gold.texts) // 2
    scored = gold.part(middle, len(gold.texts)) if labels else gold
    default = vigie(Reading(languages=(language,)), language)
    rules = figures(scored, default)
    compared = figures(scored, vader())
    reads = any(felt_all(scored.texts[:100], [language] * 100, Reading(languages=(language,))))
    found = Measured(
        lang=language,
        posts=len(scored.texts),
        base=fmean(name == "negative" for name in scored.classes),
        reads=reads,
        vigie=rules,
        vader=compared,
    )
    if not labels:
        return found
    half = gold.part(0, middle)
    lessons = [taught(half, language, labels, seed) for seed in range(seeds)]
    return replace(
        found,
        vigie=mean([figures(scored, vigie(lesson.reading, language)) for lesson in lessons]),
        labels=labels,
        seeds=seeds,
        stream=middle - labels,
        default=rules,
        took_over=sum(lesson.took_over for lesson in lessons),
        learning_s=fmean(lesson.seconds for lesson in lessons),
    )


ROWS = {
    "macro_f1": "macro-F1",
    "neg_precision": "negative precision",
    "neg_recall": "negative recall",
    "neg_f1": "negative F1",
    "neg_auc": "negative AUC",
    "p_at_1": "precision at 1%",
    "p_at_2": "precision at 2%",
    "p_at_5": "precision at 5%",
    "p_at_10": "precision at 10%",
    "posts_per_s": "posts/s a core",
}


def shown(found: Measured) -> Table:
    columns = {"Vigie": found.vigie, "stock VADER": found.vader}
    title = f"{found.posts:,} posts tagged {found.lang}, {found.base:.1%} negative"
    if found.default:
        columns = {
            f"Vigie, {found.labels} labels": found.vigie,
            "Vigie": found.default,
            "stock VADER": found.vader,
        }
        title += f"; mean of {found.seeds} draws"
    table = Table("what", *columns, title=title)
    for name, label in ROWS.items():
        form = ",.0f" if name == "posts_per_s" else ".3f"
        table.add_row(label, *(format(getattr(each, name), form) for each in columns.values()))
    return table


def remarks(found: Measured) -> list[str]:
    said = []
    if not found.reads:
        said.append(f"Vigie reads no {found.lang}: every post is as neutral as any other to it.")
    if found.took_over is not None and found.learning_s is not None:
        said.append(
            f"What was learnt was better in its own trial, and used, in {found.took_over} of "
            f"{found.seeds} draws; learning took {found.learning_s:.1f} s, "
            f"with {found.stream:,} unlabelled posts."
        )
    return said


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Negative posts found, beside stock VADER.")
    parser.add_argument("--gold", type=Path, required=True, help="a file of label<TAB>text lines")
    parser.add_argument("--lang", required=True, help="the language of its posts: en, fr, …")
    parser.add_argument("--labels", type=int, default=0, help="learn from so many of the first")
    parser.add_argument("--seeds", type=int, default=5, help="draws to take the mean of")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def main() -> None:
    asked = options()
    gold = read_gold(asked.gold)
    most = len(gold.texts) // 2
    if not 0 <= asked.labels <= most:
        raise SystemExit(f"--labels: from 0 to {most}, as many posts as the first half holds")
    if asked.seeds < 1:
        raise SystemExit("--seeds: 1 or more")
    found = measured(gold, asked.lang, asked.labels, asked.seeds)
    if asked.json:
        print(msgspec.json.encode(found).decode())
        return
    console = Console()
    console.print(shown(found))
    for remark in remarks(found):
        console.print(remark)


if __name__ == "__main__":
    main()
