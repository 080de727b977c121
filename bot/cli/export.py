"""`vigie export`: the mentions that are kept, as a file that spreadsheets open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import Progress, TaskID

from bot.cli.reading import asked
from bot.config import Config, PostgresAddress
from bot.config.watches import WatchEdit
from bot.domain.conversation import Conversation
from bot.domain.mention import Mention
from bot.errors import UnknownWatch
from bot.i18n import Voice
from bot.services import exporting
from bot.services.exporting import Written
from bot.services.watches import merge
from bot.store.base import Readable
from bot.store.repositories import Repository


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which watches (none: all), and on which days (both included, in the configuration's zone;
    None: the last 30 to now)."""

    watches: Sequence[str] = ()
    first: date | None = None
    last: date | None = None


class _Shelves:
    """What is looked up, in a store that is only read."""

    def __init__(self, store: Readable) -> None:
        self.mentions = Repository(store, "mentions", Mention)
        self.conversations = Repository(store, "conversations", Conversation)
        self.edits = Repository(store, "watches", WatchEdit)


def export_to_file(
    config: Config, address: Path | PostgresAddress, question: Asked, into: Path
) -> Written:
    """Write the mentions into a file, in the configuration's language and zone; the store may be
    in use. A file that is new can be read by nobody else on the machine.

    Raises UnknownWatch, OSError, ValueError where the days are the wrong way round, and as
    `bot.cli.reading.asked` does.
    """
    voice = Voice(config.slack.language, config.timezone)
    since, until = _span(config, question)

    async def ask(store: Readable) -> Written:
        shelves = _Shelves(store)
        names = _meant(
            question.watches,
            [
                watch.name
                for watch in merge(
                    config, [kept.value for kept in await shelves.edits.find({}, "name")]
                )
            ],
        )
        total = sum(
            [
                await shelves.mentions.count({"watch": name}, "at", since=since, before=until)
                for name in names
            ]
        )
        with (
            Progress(transient=True, console=Console(stderr=True)) as progress,
            private(into) as file,
        ):
            told = _told(progress, progress.add_task(into.name, total=total))
            return await exporting.write(shelves, names, since, until, file, voice, told)

    return asyncio.run(asked(address, ask))


def private(path: Path) -> BinaryIO:
    """The file, empty; one that is made anew can be read by its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _told(progress: Progress, task: TaskID) -> exporting.Progress:
    async def told(rows: int) -> None:
        progress.update(task, completed=rows)

    return told


def _meant(written: Sequence[str], known: Sequence[str]) -> list[str]:
    """The watches as they are called. Raises UnknownWatch."""
    by_name = {name.casefold(): name for name in known}
    for one in written:
        if one.casefold() not in by_name:
            raise UnknownWatch(one, known)
    return [by_name[one.casefold()] for one in written] or list(known)


def _span(config: Config, question: Asked) -> tuple[datetime, datetime]:
    until = datetime.now(UTC)
    if question.last:
        until = _midnight(question.last + timedelta(days=1), config)
    since = until - exporting.LENGTH
    if question.first:
        since = _midnight(question.first, config)
    if since >= until:
        raise ValueError("the first day is after the last, or yet to come")
    return since, until


def _midnight(day: date, config: Config) -> datetime:
    return datetime.combine(day, time_of_day(), config.timezone).astimezone(UTC)
