"""How well a summary tells what was said: `python benchmarks/summaries.py [--runs N] [--json]`.

Days are made up whose themes are known: 40, 25, 15, 8, 4 and 3% of what is said, in English, in
French and in both, with reshares and copies among them (`benchmarks/summaries_planted.py`). Of the
themes that a summary names is told: how many of those that were planted are among them; how many of
the posts that it puts under a theme are of that theme, and of the posts of a theme how many it puts
there; and whether the post that stands for a theme is of it. Beside it, on the same days:

- *frequent words*: the words that most posts hold, the largest first, each with its posts;
- *rising words*: words and phrases that rise, each with the posts that hold it (what summaries were
  before themes were learnt, and what an alert's card still tells);
- *longest post*: the summary's own themes, with the longest post of each.

Last, how long a summary of 10,000 mentions takes, with 10,000 of the day before.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.summaries_planted import BRAND, DAY, NOW, SIZES, Planted, Tongue, planted
from bot.config import loads
from bot.domain.clusters import clusters
from bot.domain.grouping import groups
from bot.domain.mention import Mention
from bot.domain.representative import representative
from bot.domain.rising import Past
from bot.domain.summaries import THEMES, Summary, summarise
from bot.services.base import Services
from bot.services.numbering import Sequence as Numbers
from bot.services.reports import overview
from bot.slack.gateway import Gateway
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

TONGUES: tuple[Tongue, ...] = ("en", "fr", "mixed")
COUNTS = (100, 1_000, 10_000)
HELD = 0.3
"""A theme is told where a line of the summary has so much of it, and more of it than of others."""

MANY = 10_000

CONFIG = """
[slack]
admin_channel = "#admin"
[[sources]]
name = "lumen.social"
kind = "mastodon"
url = "http://lumen.example"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


class Told(NamedTuple):
    """A line of a summary: the posts under it, and the one that stands for them."""

    mentions: Sequence[Mention]
    post: Mention


class Row(msgspec.Struct, frozen=True):
    """Means over the days of a kind; `small` is the recall of the themes of 8% and less."""

    who: str
    tongue: str
    mentions: int
    recall: float
    small: float
    purity: float
    held: float
    post: float
    lines: float


class Took(NamedTuple):
    """Seconds by the clock on the wall, and of the processor: where others use the machine as well,
    the second is ours."""

    wall: float
    cpu: float


class Speed(msgspec.Struct, frozen=True):
    """What 10,000 mentions beside 10,000 take (medians of five): `summed_up` in memory, and the
    whole answer out of the `store`. Meanwhile the event loop was late by `lag` ms at most, and by
    `held_up` of the processor's time that we took ourselves."""

    summed_up: Took
    store: Took
    lag: float
    held_up: float


class Figures(msgspec.Struct, frozen=True):
    rows: tuple[Row, ...]
    speed: Speed


Teller = Callable[[Planted], list[Told]]


def summed_up(day: Planted) -> list[Told]:
    """As the product tells it."""
    found = groups(day.mentions, day.before, THEMES, BRAND)
    by_theme = {theme.theme: theme.post for theme in summary_of(day).themes}
    return [Told(one.mentions, by_theme[one.theme]) for one in found]


def summary_of(day: Planted) -> Summary:
    return summarise(
        day.mentions,
        usual=len(day.before),
        previous=day.before,
        since=NOW - DAY,
        now=NOW,
        brand_words=BRAND,
    )


def frequent_words(day: Planted) -> list[Told]:
    """The words that most posts hold, each with all of its posts and the longest of these."""
    counts = Counter(
        theme
        for mention in day.mentions
        for theme in set(mention.analysis.themes)
        if " " not in theme
    )
    found = []
    for word, _ in counts.most_common(THEMES):
        mentions = [one for one in day.mentions if word in one.analysis.themes]
        found.append(Told(mentions, _longest(mentions)))
    return found


def longest_post(day: Planted) -> list[Told]:
    """The product's themes, told by the longest post of each."""
    found = groups(day.mentions, day.before, THEMES, BRAND)
    return [Told(one.mentions, _longest(one.mentions)) for one in found]


def rising_words(day: Planted) -> list[Told]:
    """Words and phrases that rise, each with the posts that hold it, as an alert tells them."""
    found = clusters(day.mentions, Past.of(day.before), THEMES, BRAND)
    return [Told(one.mentions, representative(one.mentions, one.mentions)) for one in found]


def _longest(mentions: Sequence[Mention]) -> Mention:
    return max(mentions, key=lambda one: len(one.post.text))


TELLERS: dict[str, Teller] = {
    "Vigie": summed_up,
    "rising words": rising_words,
    "frequent words": frequent_words,
    "longest post": longest_post,
}


class Score(NamedTuple):
    recall: float
    small: float
    purity: float
    held: float
    post: float
    lines: int


def scored(day: Planted, told: Sequence[Told]) -> Score:
    """What the lines of a summary are worth, against what is known."""
    of = Counter(day.truth[one.id] for one in day.mentions)
    best = dict.fromkeys(day.themes, 0.0)
    right = under = posts = 0
    for line in told:
        inside = Counter(day.truth[one.id] for one in line.mentions)
        theme, count = inside.most_common(1)[0]
        under, right = under + len(line.mentions), right + (count if theme else 0)
        posts += bool(theme) and day.truth[line.post.id] == theme
        if theme:
            best[theme] = max(best[theme], count / of[theme])
    met = [best[theme] >= HELD for theme in day.themes]
    small = [one for one, size in zip(met, SIZES, strict=True) if size < 0.1]
    return Score(
        mean(met),
        mean(small),
        right / max(1, under),
        mean(best.values()),
        posts / max(1, len(told)),
        len(told),
    )


def measured(runs: int, counts: Sequence[int] = COUNTS) -> Figures:
    """All figures: so many days of each kind, a fifth of them of the largest."""
    rows = []
    for tongue in TONGUES:
        for count in counts:
            days = [planted(tongue, count, seed) for seed in _seeds(runs, count)]
            for who, teller in TELLERS.items():
                scores = [scored(day, teller(day)) for day in days]
                parts = [mean(column) for column in zip(*scores, strict=True)]
                rows.append(Row(who, tongue, count, *parts))
    return Figures(tuple(rows), speed())


def _seeds(runs: int, count: int) -> range:
    """Days that nothing was chosen by: the parameters were looked at on those before them."""
    return range(1_000, 1_000 + max(1, runs if count < MANY else runs // 5))


def speed() -> Speed:
    """How long 10,000 mentions take to be summed up, beside 10,000 of the day before."""
    day = planted("mixed", MANY, 0)
    taken = []
    for _ in range(5):
        gc.collect()
        began = Took(perf_counter(), process_time())
        summary_of(day)
        taken.append(_since(began))
    with TemporaryDirectory() as folder:
        store, lag, held_up = asyncio.run(out_of_store(day, Path(folder)))
    return Speed(_median(taken), store, lag, held_up)


def _since(began: Took) -> Took:
    return Took(perf_counter() - began.wall, process_time() - began.cpu)


def _median(taken: Sequence[Took]) -> Took:
    return Took(median(one.wall for one in taken), median(one.cpu for one in taken))


async def out_of_store(day: Planted, folder: Path) -> tuple[Took, float, float]:
    """What the whole answer to `/vigie summary Lumo` takes out of the embedded store, the median of
    five, and how late the event loop was at most meanwhile, as `Speed` has it."""
    store = await TinyStore.open(folder, TABLES)
    records = Records(store)
    everything = [*day.before, *day.mentions]
    for start in range(0, len(everything), 500):
        page = everything[start : start + 500]
        await records.commit([records.mentions.put(one.id, one) for one in page])
    taken: list[Took] = []
    late: list[Took] = []
    gc.collect()
    gc.freeze()  # as Vigie does once it has started
    async with Gateway("xoxb-nobody", "http://127.0.0.1:1/api/") as slack:
        services = Services(
            config=loads(CONFIG),
            records=records,
            slack=slack,
            sources={},
            clock=lambda: NOW,
            sequence=Numbers(lambda: NOW),
        )
        for _ in range(5):
            over = asyncio.Event()
            watching = asyncio.create_task(_late(over))
            began = Took(perf_counter(), process_time())
            await overview(services, "Lumo", DAY)
            taken.append(_since(began))
            over.set()
            late += await watching
    await records.close()
    return (
        _median(taken),
        1_000 * max(one.wall for one in late),
        1_000 * max(one.cpu for one in late),
    )


async def _late(over: asyncio.Event) -> list[Took]:
    """How late the loop was each time that it was to go on at once."""
    found: list[Took] = []
    while not over.is_set():
        began = Took(perf_counter(), process_time())
        await asyncio.sleep(0.001)
        late = _since(began)
        found.append(Took(late.wall - 0.001, late.cpu))
    return found


def tables(figures: Figures) -> Iterator[Table]:
    table = Table(
        "",
        "posts",
        "mentions",
        "themes found",
        "of 8% and less",
        "purity",
        "of a theme's posts",
        "its post is of it",
        "lines",
    )
    for row in figures.rows:
        parts = (row.recall, row.small, row.purity, row.held, row.post)
        table.add_row(
            row.who,
            row.tongue,
            f"{row.mentions:,}",
            *(f"{part:.2f}" for part in parts),
            f"{row.lines:.1f}",
        )
    yield table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measured(asked.runs)
    if asked.json:
        sys.stdout.write(msgspec.json.encode(figures).decode() + "\n")
        return
    console = Console()
    for table in tables(figures):
        console.print(table)
    took = figures.speed
    console.print(
        f"10,000 mentions beside 10,000: summed up in {took.summed_up.cpu:.2f} s of the processor "
        f"({took.summed_up.wall:.2f} s), out of the store in {took.store.cpu:.2f} s "
        f"({took.store.wall:.2f} s). The event loop was late by {took.lag:.0f} ms at most, held up "
        f"by ourselves for {took.held_up:.0f}."
    )


if __name__ == "__main__":
    main()
