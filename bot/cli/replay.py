"""`vigie replay`: what would have rung on what is kept, as tables and as a picture."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Self

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.cli.reading import asked
from bot.cli.terminal import in_plain
from bot.config import Config, PostgresAddress
from bot.config.watches import WatchEdit
from bot.domain.about import About
from bot.domain.mention import Mention
from bot.domain.pairs import Pair
from bot.domain.replay import Replay, Row
from bot.domain.volume import DayVolume
from bot.domain.watch import Watch
from bot.errors import UnknownWatch
from bot.i18n import Voice
from bot.pictures.png import png
from bot.pictures.replay import replay_svg, row_words
from bot.services import replaying
from bot.services.watches import merge
from bot.slack.blocks.replay import about_words, lasted, rarity
from bot.store.base import Readable
from bot.store.repositories import Repository

PICTURES = (".svg", ".png")


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What is looked up, in a store that is only read."""

    volumes: Repository[DayVolume]
    pairs: Repository[Pair]
    mentions: Repository[Mention]
    edits: Repository[WatchEdit]

    @classmethod
    def of(cls, store: Readable) -> Self:
        return cls(
            volumes=Repository(store, "volumes", DayVolume),
            pairs=Repository(store, "pairs", Pair),
            mentions=Repository(store, "mentions", Mention),
            edits=Repository(store, "watches", WatchEdit),
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which watch, on which days (both included, in the configuration's zone; None: the last 28 to
    now), and in how many days an ordinary stream may ring once (none: 7, 30, 90 and the watch's
    own)."""

    watch: str
    first: date | None = None
    last: date | None = None
    sensitivities: Sequence[float] = ()


def replay_and_print(
    config: Config, address: Path | PostgresAddress, question: Asked, picture: Path | None
) -> None:
    """Print what would have rung, in the configuration's language, and write the picture; the store
    may be in use.

    Raises UnknownWatch, WatchError where nothing was counted, OSError, and as
    `bot.cli.reading.asked` does.
    """
    voice = Voice(config.slack.language, config.timezone)
    since, until = _span(config, question)

    async def ask(store: Readable) -> tuple[Watch, Replay, Mapping[datetime, About]]:
        return await _looked_back(config, Shelves.of(store), question, since, until)

    watch, found, abouts = asyncio.run(asked(address, ask))
    console = Console(highlight=False)
    for row in found.rows:
        _print_row(console, found, row, abouts, voice)
    if picture:
        drawn = replay_svg(found, watch.name, voice)
        picture.write_bytes(png(drawn) if picture.suffix == ".png" else drawn.encode())
        console.print(Text(str(picture)), soft_wrap=True)


async def _looked_back(
    config: Config, shelves: Shelves, question: Asked, since: datetime, until: datetime
) -> tuple[Watch, Replay, Mapping[datetime, About]]:
    watches = merge(config, [kept.value for kept in await shelves.edits.find({}, "name")])
    name = question.watch.casefold()
    watch = next((one for one in watches if one.name.casefold() == name), None)
    if watch is None:
        raise UnknownWatch(question.watch, [one.name for one in watches])
    own = replaying.own_sensitivity(watch)
    sensitivities = question.sensitivities or (*replaying.SENSITIVITIES, own)
    with Progress(transient=True, console=Console(stderr=True)) as progress:
        task = progress.add_task(watch.name, total=1.0)

        def go_on(done: float) -> bool:
            progress.update(task, completed=done)
            return True

        found = await replaying.replayed(
            shelves,
            watch,
            since,
            until,
            sensitivities,
            config.alerts.all_clear_after,
            zone=config.timezone.key,
            cool_down=config.alerts.cool_down,
            go_on=go_on,
        )
    if found is None:
        raise AssertionError("nobody broke it off")
    rings = [ring for row in found.rows for ring in row.rings]
    return watch, found, await replaying.abouts(shelves, watch, rings)


def _span(config: Config, question: Asked) -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    until = now
    if question.last:
        until = min(
            now, _midnight(question.last + timedelta(days=1), config) - timedelta(seconds=1)
        )
    since = _midnight(question.first, config) if question.first else until - replaying.LENGTH
    if since >= until:
        raise ValueError("the first day is after the last, or yet to come")
    return since, until


def _midnight(day: date, config: Config) -> datetime:
    return datetime.combine(day, time_of_day(), config.timezone).astimezone(UTC)


def _print_row(
    console: Console, found: Replay, row: Row, abouts: Mapping[datetime, About], voice: Voice
) -> None:
    console.print(Text(row_words(found, row, voice), "bold"), soft_wrap=True)
    if not row.rings:
        return
    table = Table(box=box.SIMPLE)
    table.add_column(voice.say("began"), no_wrap=True)
    table.add_column(voice.say("seen"), justify="right")
    table.add_column(voice.say("expected"), justify="right")
    for heading in (voice.say("how rare"), voice.say("how long"), voice.say("about")):
        table.add_column(heading)
    for ring in row.rings:
        about = abouts.get(ring.began)
        words = about_words(about, voice) if about else ""
        table.add_row(
            voice.moment(ring.began),
            voice.number(ring.evidence.seen),
            voice.decimal(ring.evidence.expected),
            rarity(ring, voice),
            lasted(ring, voice),
            Text(in_plain(words, voice)),
        )
    console.print(table)
