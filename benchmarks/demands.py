"""How well demands are heard, and told from each other: `python benchmarks/demands.py [--json]`.

Demands written by hand (`benchmarks/demands_planted.py`), each in sixteen wordings in English and
French, stand among posts that ask for nothing: complaints about the same things, praise, news,
chatter, and people who ask something for themselves alone. Told is what was *kept aside*: the half
of the wordings, and the whole of some demands, that nobody looked at while phrases and thresholds
were chosen; beside it what was looked at.

Beside Vigie stands the rule that a first bot would have: a post asks where it holds “please”,
“add”, “need”, “wish”, “want”, “manque”, “ajouter” or a question mark; and of the posts that Vigie
hears, two that speak of the same theme first (a list's, or else the first) ask for the same.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.demands_planted import (
    BRAND,
    BUGS,
    CASES,
    CHATTER,
    COMPLAINTS,
    ENGLISH,
    FRENCH,
    NEWS,
    PRAISE,
    STRANGE,
    STRANGE_BRAND,
    STRANGE_OTHERS,
    UNSEEN,
)
from bot.domain.analysis.listed import listed_by_language, shipped_lists
from bot.domain.analysis.posts import analyse_all
from bot.domain.analysis.reading import Reading
from bot.domain.demands import demand_of
from bot.domain.likeposts import like, spoken
from bot.domain.mention import Mention, Post
from bot.domain.outcries import Rule, askings, is_to_be_told, outcries

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
READING = Reading(languages=("en", "fr"), themes=listed_by_language(shipped_lists()))
RULE = Rule(people=5, within=timedelta(days=7))
NAIVE = ("please", "add", "need", "wish", "want", "manque", "ajouter", "?")
OTHERS: Mapping[str, Sequence[str]] = {
    "complaint": COMPLAINTS, "praise": PRAISE, "news": NEWS, "chatter": CHATTER, "own case": CASES,
}  # fmt: skip

Group = list[Mention]
Asks = Callable[[Mention], bool]
Raises = Callable[[Sequence[Mention], datetime], list[Group]]


class Planted(NamedTuple):
    """A text, its language, and what it asks (`""`: nothing, then `kind` says what it is)."""

    text: str
    language: str
    what: str
    kind: str
    kept_aside: bool


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the posts that ask are heard, and how many of those heard ask."""

    part: str
    asking: int
    recall: float
    precision: float
    naive_recall: float
    naive_precision: float


class Grouped(msgspec.Struct, frozen=True, kw_only=True):
    """Purity: the share of posts that are in a group of their own demand. Completeness: the share
    of a demand's posts that are in its largest group. `needed` posts of a demand, by as many
    people, until a card is raised (the median; five are the least); `wrong` cards a stream, that
    hold less than four fifths of one demand, or raise one again."""

    by: str
    purity: float
    completeness: float
    raised: float
    needed: float
    wrong: float


class Strange(msgspec.Struct, frozen=True, kw_only=True):
    """Demands of another trade, for whose words nothing was done: each language by itself, and
    both together."""

    languages: str
    asking: int
    recall: float
    purity: float
    completeness: float


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    heard: tuple[Heard, ...]
    false_by_kind: Mapping[str, float]
    grouped: tuple[Grouped, ...]
    strange: tuple[Strange, ...]
    gather_ms: float
    gathered_recall: float
    gathered_precision: float


def planted() -> list[Planted]:
    found = []
    for language, demands in (("en", ENGLISH), ("fr", FRENCH)):
        for what, wordings in demands.items():
            half = len(wordings) // 2
            for n, text in enumerate(wordings):
                kind = "bug" if what in BUGS else "wish"
                aside = n >= half or what in UNSEEN
                found.append(Planted(text, language, what, kind, aside))
    for kind, texts in OTHERS.items():
        found += [Planted(text, "", "", kind, n % 2 == 1) for n, text in enumerate(texts)]
    return found


def mention(one: Planted, number: int, at: datetime = NOW) -> Mention:
    post = Post(
        source="s", id=f"p{number}", url=f"http://s.example/{number}", text=one.text,
        author=f"@a{number}", at=at, language=one.language or None,
    )  # fmt: skip
    (analysis,) = analyse_all([(post, BRAND)], READING)
    return Mention(
        id=f"m{number}", watch="Lumo", conversation="c", at=at, seen=at, post=post,
        analysis=analysis,
    )  # fmt: skip


def vigie_asks(one: Mention) -> bool:
    found = demand_of(one.post.text, one.analysis.language, BRAND)
    return found is not None and found.asks


def naive_asks(one: Mention) -> bool:
    return any(word in one.post.text.casefold() for word in NAIVE)


def hearing(part: str, posts: Sequence[Planted]) -> Heard:
    mentions = [mention(one, n) for n, one in enumerate(posts)]
    asking = [bool(one.what) for one in posts]

    def rates(asks: Asks) -> tuple[float, float]:
        told = [asks(one) for one in mentions]
        right = sum(a and b for a, b in zip(asking, told, strict=True))
        return right / sum(asking), right / max(1, sum(told))

    (recall, precision), (naive_recall, naive_precision) = rates(vigie_asks), rates(naive_asks)
    return Heard(
        part=part, asking=sum(asking), recall=recall, precision=precision,
        naive_recall=naive_recall, naive_precision=naive_precision,
    )  # fmt: skip


def vigie_groups(mentions: Sequence[Mention]) -> list[Group]:
    return [one.mentions for one in outcries(askings(mentions, BRAND))]


def naive_groups(mentions: Sequence[Mention]) -> list[Group]:
    found: dict[str, Group] = defaultdict(list)
    for one in mentions:
        if vigie_asks(one):
            found[next(iter(one.analysis.themes), one.id)].append(one)
    return list(found.values())


def vigie_raises(mentions: Sequence[Mention], now: datetime) -> list[Group]:
    found = outcries(askings(mentions, BRAND))
    return [one.mentions for one in found if is_to_be_told(one, RULE, now)]


def naive_raises(mentions: Sequence[Mention], now: datetime) -> list[Group]:
    return [
        group
        for group in naive_groups(mentions)
        if len({one.post.author for one in group}) >= RULE.people
    ]


def quality(groups: Sequence[Group], whats: Mapping[str, str]) -> tuple[float, float]:
    """Purity and completeness, of all that are grouped and ask."""
    counts = [Counter(whats[one.id] for one in group) for group in groups]
    total = sum(map(Counter.total, counts))
    asked = Counter(what for what in whats.values() if what)
    pure = sum(max(count[what] if what else 0 for what in count) for count in counts)
    best = {what: max((count[what] for count in counts), default=0) for what in asked}
    return pure / max(1, total), sum(best.values()) / sum(asked.values())


def streamed(
    raises: Callable[[Sequence[Mention], datetime], list[Group]],
    seed: int,
    aside: Sequence[Planted],
) -> tuple[list[int | None], int]:
    """A stream of a week in which every demand is asked by and by among four times as many posts
    that ask for nothing; for each demand how many of its posts were there when its card was raised,
    and how many wrong cards there were."""
    rng = random.Random(seed)
    others = [one for one in planted() if not one.what]
    posts = [*aside, *rng.choices(others, k=4 * len(aside))]
    rng.shuffle(posts)
    begin = NOW - RULE.within + timedelta(hours=1)
    step = (RULE.within - timedelta(hours=2)) / len(posts)
    mentions = [mention(one, n, begin + n * step) for n, one in enumerate(posts)]
    whats = {one.id: posts[n].what for n, one in enumerate(mentions)}
    seen: Counter[str] = Counter()
    raised: dict[str, int] = {}
    told: set[str] = set()
    wrong = 0
    for n, one in enumerate(mentions):
        what = whats[one.id]
        if not what:
            continue
        seen[what] += 1
        for group in raises(mentions[: n + 1], one.at):
            ids = {each.id for each in group}
            main, count = Counter(whats[id] for id in ids).most_common(1)[0]
            if not told.isdisjoint(ids):
                told |= ids  # it is one already, and these are counted with it
                continue
            told |= ids
            if not main or count < 0.8 * len(ids) or main in raised:
                wrong += 1
            else:
                raised[main] = seen[main]
    return [raised.get(what) for what in seen], wrong


def grouping(by: str, seeds: int, aside: Sequence[Planted]) -> Grouped:
    groups, raises = (vigie_groups, vigie_raises) if by == "Vigie" else (naive_groups, naive_raises)
    among = [*aside, *(one for one in planted() if not one.what)]
    mentions = [mention(one, n) for n, one in enumerate(among)]
    whats = {one.id: among[n].what for n, one in enumerate(mentions)}
    purity, completeness = quality(groups(mentions), whats)
    needed: list[int | None] = []
    wrong = 0
    for seed in range(seeds):
        found, mistakes = streamed(raises, seed, aside)
        needed += found
        wrong += mistakes
    reached = sorted(one for one in needed if one is not None)
    return Grouped(
        by=by,
        purity=purity,
        completeness=completeness,
        raised=len(reached) / max(1, len(needed)),
        needed=float(reached[len(reached) // 2]) if reached else float("nan"),
        wrong=wrong / max(1, seeds),
    )


def gathering(posts: int) -> tuple[float, float, float]:
    """How much of a core it takes to find the posts that are like one (ms), and with what recall
    and precision, over one post of each demand."""
    rng = random.Random(2026)
    every = planted()
    others = [one for one in every if not one.what]
    asking = [one for one in every if one.what and one.kept_aside]
    among = [*asking, *rng.choices(others, k=posts - len(asking))]
    mentions = [mention(one, n) for n, one in enumerate(among)]
    whats = {one.id: among[n].what for n, one in enumerate(mentions)}
    took, recalls, precisions = [], [], []
    for what in dict.fromkeys(one.what for one in asking):
        first = next(one for one in asking if one.what == what)
        begun = time.process_time()
        found = like(spoken(first.text, first.language, BRAND), mentions, BRAND)
        took.append(time.process_time() - begun)
        right = sum(whats[one.id] == what for one in found)
        recalls.append(right / sum(one == what for one in whats.values()))
        precisions.append(right / max(1, len(found)))
    middle = sorted(took)[len(took) // 2]
    return middle * 1e3, sum(recalls) / len(recalls), sum(precisions) / len(precisions)


def strange(*languages: str) -> Strange:
    """How far demands of another trade are heard and grouped, among posts that ask nothing."""
    texts = [
        Planted(text, language, what, "wish", True)
        for language in languages
        for what, wordings in STRANGE[language].items()
        for text in wordings
    ]
    texts += [Planted(text, "", "", "chatter", True) for text in STRANGE_OTHERS]
    mentions = [mention(one, n) for n, one in enumerate(texts)]
    whats = {one.id: texts[n].what for n, one in enumerate(mentions)}
    asking = askings(mentions, STRANGE_BRAND)
    purity, completeness = quality([one.mentions for one in outcries(asking)], whats)
    asked = sum(bool(one.what) for one in texts)
    return Strange(
        languages=" and ".join(languages),
        asking=asked,
        recall=sum(one.demand.asks for one in asking if whats[one.mention.id]) / asked,
        purity=purity,
        completeness=completeness,
    )


def measured(seeds: int, posts: int) -> Figures:
    every = planted()
    aside = [one for one in every if one.kept_aside]
    others = [one for one in aside if not one.what]
    unseen = [one for one in every if one.what in UNSEEN]
    false = {
        kind: sum(
            vigie_asks(mention(one, n)) for n, one in enumerate(aside) if one.kind == kind
        ) / max(1, sum(one.kind == kind for one in others))
        for kind in OTHERS
    }  # fmt: skip
    gather_ms, recall, precision = gathering(posts)
    asking = [one for one in aside if one.what]
    return Figures(
        heard=(
            hearing("looked at", [one for one in every if not one.kept_aside]),
            hearing("kept aside", aside),
            hearing("  demands unseen", [*unseen, *others]),
            hearing("  English", [one for one in aside if one.language != "fr"]),
            hearing("  French", [one for one in aside if one.language != "en"]),
        ),
        false_by_kind=false,
        grouped=tuple(grouping(by, seeds, asking) for by in ("Vigie", "same theme")),
        strange=(strange("en"), strange("fr"), strange("en", "fr")),
        gather_ms=gather_ms,
        gathered_recall=recall,
        gathered_precision=precision,
    )


def show(figures: Figures, console: Console, posts: int) -> None:
    heard = Table("posts", "asking", "recall", "precision", "naive recall", "naive precision")
    for h in figures.heard:
        shares = (h.recall, h.precision, h.naive_recall, h.naive_precision)
        heard.add_row(h.part, f"{h.asking}", *(f"{share:.1%}" for share in shares))
    console.print(heard)
    false = Table("asks for nothing (kept aside)", "told as a demand")
    for kind, share in figures.false_by_kind.items():
        false.add_row(kind, f"{share:.1%}")
    console.print(false)
    grouped = Table(
        "grouped by", "purity", "completeness", "demands raised", "posts needed", "wrong cards"
    )
    for g in figures.grouped:
        parts = (f"{part:.1%}" for part in (g.purity, g.completeness, g.raised))
        grouped.add_row(g.by, *parts, f"{g.needed:g}", f"{g.wrong:.1f}")
    console.print(grouped)
    another = Table("another trade", "asking", "recall", "purity", "completeness")
    for o in figures.strange:
        parts = (f"{part:.1%}" for part in (o.recall, o.purity, o.completeness))
        another.add_row(o.languages, f"{o.asking}", *parts)
    console.print(another)
    console.print(
        f"like posts among {posts:,}: {figures.gather_ms:.0f} ms, "
        f"recall {figures.gathered_recall:.1%}, precision {figures.gathered_precision:.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="streams of a week")
    parser.add_argument("--posts", type=int, default=10_000, help="among which like ones are found")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    figures = measured(given.seeds, given.posts)
    if given.json:
        print(msgspec.json.encode(figures).decode())
        return
    show(figures, Console(), given.posts)


if __name__ == "__main__":
    main()
