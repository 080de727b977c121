"""The path of a post, beside a naive bot's, in one run: `python benchmarks/pipeline.py [--json]`.

Vigie's path is the product's own code: posts are decoded, folded, matched against 10,000 keywords
in one pass, their language, sentiment and themes are read, what is known already is asked of the
store, copies are looked for, volumes are counted, a watch is held against its baseline, and all is
committed, durable. The naive bot tries ten keywords one by one, scores with stock vaderSentiment
and inserts each mention into plain TinyDB. Half of the posts match in both.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from rich.console import Console
from rich.table import Table
from tinydb import TinyDB
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.lag import latest
from bot.config import loads
from bot.domain.analysis.language import language_of
from bot.domain.analysis.listed import listed_by_language, shipped_lists
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.sentiment import sentiment_of
from bot.domain.analysis.themes import about
from bot.domain.copies import sketches, told
from bot.domain.demands import asks
from bot.domain.detection import History, detect
from bot.domain.folding import Wording
from bot.domain.matching import Matcher
from bot.domain.mention import Mention, Post
from bot.domain.query import parse
from bot.domain.volume import DayVolume, counted, slot_of, slots
from bot.domain.watch import Watch
from bot.services import copying, knowing
from bot.services.base import Services
from bot.services.mentioning import read_aside, read_posts
from bot.services.numbering import Sequence as Numbers
from bot.slack.gateway import Gateway
from bot.store.base import Write
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

KEYWORDS = 10_000
A_WATCH = 150
"""Keywords of one watch, joined by OR: as many as a query of 2,000 characters takes."""

NAIVE_KEYWORDS = 10
BATCH = 2_000
"""Posts of one poll, committed at once."""

POLLS = 2
"""Polls under way at a time: one is read while another is written."""

T = TypeVar("T")

LANGUAGES = ("en", "fr")
THEMES = listed_by_language(shipped_lists())
READING = Reading(languages=LANGUAGES, themes=THEMES)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CONFIG = """
[slack]
admin_channel = "#admin"
[[sources]]
name = "lumen.social"
kind = "mastodon"
url = "https://social.example"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""
REMEMBERED = 28
"""Days of volumes that each watch has when the run begins."""

BREATH = 0.005
"""Seconds between two looks at the loop."""

SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "al", "or", "ix")]
THINGS = (
    *(
        "lamp",
        "bulb",
        "battery",
        "charger",
        "screen",
        "app",
        "remote",
        "router",
        "cable",
        "speaker",
    ),
    *("invoice", "parcel", "delivery", "refund", "update", "account", "password", "shop", "button"),
    *("support", "warranty", "colour", "manual", "box", "adapter", "dimmer", "sensor", "firmware"),
)
CHOSES = (
    *("lampe", "ampoule", "batterie", "télécommande", "application", "facture", "livraison"),
    *("commande", "boutique", "garantie", "connexion", "couleur", "notice", "enceinte", "étagère"),
    *("prise", "caméra", "sonnette", "alarme", "chaleur", "lumière", "mousse", "poignée"),
)
MOODS = ("great", "terrible", "fine", "awful", "lovely", "broken", "useless", "perfect", "slow")
HUMEURS = ("super", "nul", "génial", "pénible", "décevant", "lent", "parfait", "horrible")
ENGLISH = (
    "My {brand} {thing} has been {mood} since the last update and nobody answers.",
    "Honestly the {brand} {thing} is {mood}, but I would not buy the {other} again!",
    "Day {n}: still waiting for the {thing} I ordered from {brand} in town.",
    "Has anyone else seen the {thing} of their {brand} stop after {n} hours?",
    "I really like how {brand} handles the {other}, very {mood} so far.",
    "Support told me to reset the {thing}, which did not help at all.",
    "Thanks to whoever wrote the guide about the {other}, it is kind of {mood}.",
    "The {thing} by {brand} arrived two days late and the {other} was MISSING :(",
)
FRENCH = (
    "Ma {thing} {brand} est {mood} depuis la dernière mise à jour, personne ne répond.",
    "Franchement, la {thing} {brand} c'est {mood}, mais je garde la {other} !",
    "Jour {n} : j'attends toujours la {thing} que j'ai commandée chez {brand}.",
    "Quelqu'un d'autre a vu sa {thing} {brand} s'arrêter au bout de {n} heures ?",
    "J'aime bien la façon dont {brand} s'occupe de la {other}, plutôt {mood}.",
    "Le service client m'a dit de réinitialiser la {thing}, ça n'a rien changé.",
    "Merci à celui qui a écrit le guide sur la {other}, c'est assez {mood}.",
    "La {thing} de {brand} est arrivée avec deux jours de retard, sans la {other}…",
)
TAILS = ("", "", "", " 😡", " #help", " https://example.org/a/{n}", " @someone{n}", " !!")


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What the run found; rates in posts a second, stages in microseconds a post or mention.

    `posts_per_s` is per core: over the wall clock or the processor's time, whichever is longer.
    """

    posts_per_s: float
    naive_posts_per_s: float
    ratio: float
    max_loop_lag_ms: float
    posts: int
    mentions: int
    naive_posts: int
    wall_s: float
    cpu_s: float
    keywords: int
    watches: int
    bytes_a_post: float
    stages_us: dict[str, float]


def names(count: int, rng: random.Random) -> list[str]:
    """Invented brands, each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choices(SYLLABLES, k=rng.choice((3, 3, 4))))] = None
    return list(found)


def written(count: int, brands: Sequence[str], rng: random.Random) -> list[bytes]:
    """Posts as JSON, half of them English, and every other about one of the brands."""
    return [
        msgspec.json.encode(_post(number, rng.choice(brands) if number % 2 else "phone", rng))
        for number in range(count)
    ]


def _post(number: int, brand: str, rng: random.Random) -> Post:
    french, author = rng.random() < 0.5, f"someone{number % 997}"
    sentences, things, moods = (FRENCH, CHOSES, HUMEURS) if french else (ENGLISH, THINGS, MOODS)
    text = " ".join(rng.sample(sentences, 3)) + rng.choice(TAILS)
    return Post(
        source="lumen.social",
        id=f"https://social.example/users/{author}/statuses/{11 * 10**16 + number}",
        url=f"https://social.example/@{author}/{11 * 10**16 + number}",
        text=text.format(
            brand=brand.title(),
            thing=rng.choice(things),
            other=rng.choice(things),
            mood=rng.choice(moods),
            n=rng.randrange(2, 10_000),
        ),
        author=f"@{author}@social.example",
        author_url=f"https://social.example/@{author}",
        at=NOW - timedelta(seconds=rng.randrange(3_600)),
        language=rng.choice(("fr" if french else "en", None)),
        followers=rng.randrange(5_000),
        engagement=rng.randrange(50),
    )


def watches_of(keywords: Sequence[str]) -> list[Watch]:
    return [
        Watch(
            name=f"Watch {start // A_WATCH + 1}",
            query=parse(" OR ".join(keywords[start : start + A_WATCH])),
            sources=("lumen.social",),
            negative_channel="#care",
            spike_channel="#brand",
        )
        for start in range(0, len(keywords), A_WATCH)
    ]


class Run:
    """Vigie over one lot of posts: a few polls at a time, one commit each."""

    def __init__(self, matcher: Matcher, services: Services) -> None:
        self._matcher = matcher
        self._services = services
        self._records = services.records
        self._decoder = msgspec.json.Decoder(Post)
        self._days = {watch.name: remembered(watch.name) for watch in matcher.watches}
        self._turn = 0
        self._turns = asyncio.Lock()  # of two polls of one watch the second would look anew
        self.mentions = 0

    async def over(self, lines: Sequence[bytes]) -> None:
        pages = (lines[start : start + BATCH] for start in range(0, len(lines), BATCH))
        async with asyncio.TaskGroup() as polls:
            for _ in range(POLLS):
                polls.create_task(self._poll(pages))

    async def _poll(self, pages: Iterator[Sequence[bytes]]) -> None:
        for page in pages:
            posts = [self._decoder.decode(line) for line in page]
            found = await read_aside(self._matcher, posts, READING, NOW)
            async with self._turns:
                await self._keep(*await self._fresh(found))

    async def _fresh(self, found: Sequence[Mention]) -> tuple[list[Mention], list[Write]]:
        """Those that the store does not know, each held against what its watch heard lately, and
        what is written of that; as a poll of each watch does."""
        known = await knowing.sorted_out(self._services, found)
        by_watch: dict[str, list[Mention]] = defaultdict(list)
        for mention in known.fresh:
            by_watch[mention.watch].append(mention)
        fresh, writes = list[Mention](), list(known.writes)
        for watch in self._matcher.watches:
            folded = await copying.folded(self._services, watch, by_watch[watch.name], [])
            fresh += folded.fresh
            writes += folded.writes
        return fresh, writes

    async def _keep(self, fresh: Sequence[Mention], writes: Sequence[Write]) -> None:
        """Count the mentions, judge one watch (as a poll does), and write it all at once."""
        records = self._records
        volumes = self._counted(fresh)
        watch = self._matcher.watches[self._turn % len(self._matcher.watches)]
        self._turn += 1
        await asyncio.to_thread(judged, self._days[watch.name])
        await records.commit(
            [
                *(records.mentions.put(mention.id, mention, 0) for mention in fresh),
                *(records.volumes.put(f"{v.watch}\n{v.day}", v) for v in volumes),
                *writes,
            ]
        )
        self.mentions += len(fresh)

    def _counted(self, fresh: Sequence[Mention]) -> list[DayVolume]:
        """The days that the mentions changed, which the detector reads."""
        changed: dict[tuple[str, str], list[int]] = defaultdict(list)
        for mention in fresh:
            day, slot = slot_of(mention.at)
            changed[mention.watch, day].append(slot)
        for (name, day), new in changed.items():
            known = self._days[name].get(day) or DayVolume(watch=name, day=day)
            self._days[name][day] = counted(known, new)
        return [self._days[name][day] for name, day in changed]


def remembered(watch: str) -> dict[str, DayVolume]:
    """Some weeks in which a watch was mentioned now and then."""
    rng = random.Random(watch)
    days = [(NOW - timedelta(days=back)).date().isoformat() for back in range(REMEMBERED, -1, -1)]
    return {
        day: DayVolume(watch=watch, day=day, counts=tuple(rng.choices((0, 0, 1, 3), k=96)))
        for day in days
    }


def judged(days: dict[str, DayVolume]) -> str:
    midnight = NOW.replace(hour=0, minute=0)
    start, counts = slots(days, midnight - timedelta(days=REMEMBERED), NOW, None)
    return detect(History(start=start, counts=counts), NOW).state


def services_over(records: Records) -> Services:
    """What a poll works with; nothing is said to Slack."""
    clock = partial(_at, NOW)
    return Services(
        config=loads(CONFIG),
        records=records,
        slack=Gateway("xoxb-benchmark", "http://127.0.0.1:1/api/"),
        sources={},
        clock=clock,
        sequence=Numbers(clock),
    )


def _at(moment: datetime) -> datetime:
    return moment


class Ran(msgspec.Struct, frozen=True):
    """How long Vigie took, by the wall clock and of the processor, and how late the loop was."""

    mentions: int
    wall: float
    cpu: float
    lag: float


async def vigie(lines: Sequence[bytes], matcher: Matcher, folder: Path) -> Ran:
    """Measured over all but the first batch, in which models are loaded."""
    store = await TinyStore.open(folder, TABLES)
    run = Run(matcher, services_over(Records(store)))
    await run.over(lines[:BATCH])
    gc.collect()
    gc.freeze()  # what lives for ever is not looked through again and again
    over = asyncio.Event()
    watching = asyncio.create_task(latest(over, BREATH))
    begun, worked, known = time.perf_counter(), time.process_time(), run.mentions
    await run.over(lines[BATCH:])
    wall, cpu = time.perf_counter() - begun, time.process_time() - worked
    over.set()
    lag = await watching
    await store.close()
    return Ran(run.mentions - known, wall, cpu, lag)


def naive(lines: Sequence[bytes], keywords: Sequence[str], file: Path) -> float:
    """The seconds that the naive bot takes."""
    analyzer = SentimentIntensityAnalyzer()
    db = TinyDB(file)
    begun = time.perf_counter()
    for line in lines:
        post = json.loads(line)
        text = post["text"].lower()
        if any(keyword in text for keyword in keywords):
            db.insert({**post, "sentiment": analyzer.polarity_scores(post["text"])})
    took = time.perf_counter() - begun
    db.close()
    return took


def stages(lines: Sequence[bytes], matcher: Matcher) -> dict[str, float]:
    """Microseconds that each step takes by itself: of a post, then of a mention."""
    decoder = msgspec.json.Decoder(Post)
    posts = [decoder.decode(line) for line in lines]
    mentions = read_posts(matcher, posts, READING, NOW)
    texts = [mention.post.text for mention in mentions]
    days = remembered("Watch 1")
    asks("")  # the first look reads the lists
    return {
        "post: decode": each(decoder.decode, lines),
        "post: fold": each(Wording.of, posts),
        "post: match": each(matcher.matching, [Wording.of(post) for post in posts]),
        "mention: language": each(lambda text: language_of(text, LANGUAGES), texts),
        "mention: sentiment": each(
            lambda mention: sentiment_of(mention.post.text, mention.analysis.language), mentions
        ),
        "mention: themes": each(
            lambda mention: about(mention.post.text, (), THEMES.get(mention.analysis.language)),
            mentions,
        ),
        "mention: what it says": each(lambda mention: told(mention.post), mentions),
        "mention: sketch": each(sketches, [[told(m.post) for m in mentions]]) / len(mentions),
        "mention: whether it asks": each(lambda mention: asks(mention.post.text), mentions),
        "mention: encode": each(msgspec.json.encode, mentions),
        "verdict, one a batch": each(lambda _: judged(days), range(5)),
    }


def each(step: Callable[[T], object], values: Sequence[T]) -> float:
    begun = time.process_time()
    for value in values:
        step(value)
    return (time.process_time() - begun) / max(1, len(values)) * 1e6


def measured(posts: int, naive_posts: int) -> Measured:
    rng = random.Random(2026)
    keywords = names(KEYWORDS, rng)
    matcher = Matcher(watches_of(keywords))
    lines = written(posts + BATCH, keywords, rng)
    with tempfile.TemporaryDirectory() as folder:
        ran = asyncio.run(vigie(lines, matcher, Path(folder) / "vigie"))
        few = keywords[:NAIVE_KEYWORDS]
        took = naive(written(naive_posts, few, rng), few, Path(folder) / "naive.json")
    rate, naive_rate = posts / max(ran.wall, ran.cpu), naive_posts / took
    return Measured(
        posts_per_s=rate,
        naive_posts_per_s=naive_rate,
        ratio=rate / naive_rate,
        max_loop_lag_ms=ran.lag,
        posts=posts,
        mentions=ran.mentions,
        naive_posts=naive_posts,
        wall_s=ran.wall,
        cpu_s=ran.cpu,
        keywords=len(keywords),
        watches=len(matcher.watches),
        bytes_a_post=sum(map(len, lines)) / len(lines),
        stages_us=stages(lines[: 2 * BATCH], matcher),
    )


def shown(found: Measured) -> Table:
    table = Table("what", "figure", title="The path of a post")
    table.add_row("Vigie, posts/s a core", f"{found.posts_per_s:,.0f}")
    table.add_row(
        f"naive bot, posts/s over {found.naive_posts:,}", f"{found.naive_posts_per_s:,.0f}"
    )
    table.add_row("ratio", f"{found.ratio:,.0f}×")
    table.add_row("event loop late by at most", f"{found.max_loop_lag_ms:.1f} ms")
    table.add_row("mentions of posts", f"{found.mentions:,} of {found.posts:,}")
    table.add_row("wall clock, processor", f"{found.wall_s:.1f} s, {found.cpu_s:.1f} s")
    for stage, microseconds in found.stages_us.items():
        table.add_row(stage, f"{microseconds:,.1f} µs")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description="The path of a post, beside a naive bot's.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--naive-posts", type=int, default=10_000)
    options = parser.parse_args()
    found = measured(options.posts, options.naive_posts)
    if options.json:
        print(msgspec.json.encode(found).decode())
    else:
        Console().print(shown(found))


if __name__ == "__main__":
    main()
