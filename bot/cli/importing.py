"""`vigie import`: posts of a file, brought along as history."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import islice

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from bot.assembly import engines, open_store
from bot.cli.imports import Tally, Wanted, how_it_is_read, what_came_of_it, write_errors, zone_meant
from bot.cli.terminal import printable
from bot.config import Config, Secrets
from bot.domain.analysis.reading import Reading
from bot.domain.matching import Matcher
from bot.domain.mention import Post
from bot.domain.watch import Watch
from bot.services import receiving
from bot.services.base import Services, utc_now
from bot.services.mentioning import read_posts
from bot.services.numbering import Sequence as Numbers
from bot.slack.gateway import Gateway
from bot.sources.sent.files import PostFile, UnreadableFile, opened
from bot.sources.sent.item import Gone
from bot.sources.sent.lines import BadLine
from bot.store.repositories import Records

__all__ = ["NoSuchWatch", "UnreadableFile", "Wanted", "at_hand", "import_and_print"]

AT_ONCE = 500
"""Rows that are kept in one go."""


class NoSuchWatch(Exception):
    """A watch was named that there is not; its words name those that there are."""


async def import_and_print(config: Config, wanted: Wanted) -> bool:
    """Bring the posts of a file along, and say what came of it; whether any could be read.

    Raises UnreadableFile, NoSuchWatch, OSError, and what `bot.assembly.open_store` raises.
    """
    console = Console(highlight=False)
    with opened(wanted.file, wanted.told, wanted.order) as file:
        for words in how_it_is_read(file, wanted, config):
            console.print(Text(printable(words)), soft_wrap=True)
        if wanted.only_look:
            tally = _looked_at(file, config, wanted, console)
        else:
            async with at_hand(config) as services:
                tally = await _kept(file, services, wanted, console)
    for words in what_came_of_it(tally, wanted):
        console.print(Text(printable(words)), soft_wrap=True)
    if wanted.errors and tally.bad:
        write_errors(wanted.errors, tally.bad)
    return bool(tally.posts or tally.gone)


@asynccontextmanager
async def at_hand(config: Config) -> AsyncIterator[Services]:
    """The services over an open store; nobody is polled, and Slack is not spoken to."""
    records = Records(await open_store(config.store))
    try:
        async with (
            Gateway("", config.slack.api_url) as slack,
            engines(config, Secrets("", ""), utc_now) as reading,
        ):
            services = Services(
                config=config,
                records=records,
                slack=slack,
                sources={},
                clock=utc_now,
                sequence=Numbers(utc_now, await records.last_order()),
                engines=reading,
            )
            await services.watches.reload(records)
            await services.lessons.reload(records)
            yield services
    finally:
        await records.close()


async def _kept(file: PostFile, services: Services, wanted: Wanted, console: Console) -> Tally:
    watches = _watches(services.watches.all, services.config, wanted)
    tally = Tally()
    for posts in _batches(file, services.config, wanted, tally, services.now(), console):
        received = await receiving.take_in(services, wanted.source, posts, watches)
        tally.new += received.new
        tally.known += received.known
        tally.mentions.update(received.mentions)
    grown = [watch for watch in watches if tally.mentions[watch.name]]
    await receiving.have_taken_in(services, grown)
    return tally


def _looked_at(file: PostFile, config: Config, wanted: Wanted, console: Console) -> Tally:
    """What would come of it; as nothing is opened, Vigie may run meanwhile."""
    watches = _watches(config.watches, config, wanted)
    reading = Reading(languages=config.languages, words=config.words, themes=config.themes)
    matcher, tally, now = Matcher(watches), Tally(), utc_now().replace(microsecond=0)
    seen: set[str] = set()
    for posts in _batches(file, config, wanted, tally, now, console):
        fresh = {post.id: post for post in posts if post.id not in seen}
        found = read_posts(matcher, fresh.values(), reading, now)
        seen.update(mention.post.id for mention in found)
        tally.new += len({mention.post.id for mention in found})
        tally.mentions.update(mention.watch for mention in found)
    return tally


def _watches(known: Sequence[Watch], config: Config, wanted: Wanted) -> list[Watch]:
    """Those that were named; else those that read the source, or all where nobody polls it."""
    if wanted.watches:
        by_name = {watch.name.casefold(): watch for watch in known}
        missing = [name for name in wanted.watches if name.casefold() not in by_name]
        if missing:
            names = ", ".join(watch.name for watch in known)
            raise NoSuchWatch(f"There is no watch “{missing[0]}”. There are: {names}.")
        return [by_name[name.casefold()] for name in wanted.watches]
    if wanted.source in config.known_sources:
        return [watch for watch in known if wanted.source in watch.sources]
    return list(known)


def _batches(
    file: PostFile,
    config: Config,
    wanted: Wanted,
    tally: Tally,
    now: datetime,
    console: Console,
) -> Iterator[list[Post]]:
    """The posts of the file, some at a time, under a bar that shows how far it is read."""
    items = file.items(wanted.source, now, zone_meant(wanted, config)[0])
    oldest = now - config.keep_mentions if config.keep_mentions else None
    bar = Progress(
        *(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar as progress:
        task = progress.add_task("reading", total=max(1, file.size))
        while batch := list(islice(items, AT_ONCE)):
            yield list(_posts(batch, tally, oldest))
            progress.update(task, completed=file.position, description=f"{tally.rows:,} rows")


def _posts(
    batch: Sequence[Post | Gone | BadLine], tally: Tally, oldest: datetime | None
) -> Iterator[Post]:
    for item in batch:
        tally.rows += 1
        if isinstance(item, BadLine):
            tally.bad.append(item)
        elif isinstance(item, Gone):
            tally.gone += 1
        elif oldest and item.at < oldest:
            tally.old += 1
        else:
            tally.posts += 1
            yield item
