"""`vigie learning`: how far learning has come, what was learnt as a file, and ways to undo it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar

import msgspec
from rich.console import Console
from rich.text import Text

from bot.assembly import open_store
from bot.cli.data import there
from bot.cli.reading import asked
from bot.cli.terminal import in_plain
from bot.config import Config, PostgresAddress
from bot.domain.analysis.learnt import Learnt
from bot.domain.judgements import Judgement
from bot.domain.lesson import Lesson, Progress, begun_anew
from bot.domain.mention import Mention
from bot.domain.outbox import notice_delivery
from bot.i18n import Voice
from bot.services import labelling, learning
from bot.services.base import utc_now
from bot.services.numbering import Sequence
from bot.slack.blocks.learning import progress_lines, reset_words
from bot.store.base import Readable, Write
from bot.store.repositories import Records, Repository

T = TypeVar("T")

Address = Path | PostgresAddress


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What is looked up, in a store that is only read."""

    judgements: Repository[Judgement]
    mentions: Repository[Mention]
    lessons: Repository[Lesson]
    models: Repository[Learnt]

    @classmethod
    def of(cls, store: Readable) -> Self:
        return cls(
            judgements=Repository(store, "judgements", Judgement),
            mentions=Repository(store, "mentions", Mention),
            lessons=Repository(store, "lessons", Lesson),
            models=Repository(store, "models", Learnt),
        )


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A label as it is exported: no word of the post, nor who wrote it or judged it."""

    mention: str
    negative: bool
    flagged: bool
    at: datetime


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What the team taught of a language: where learning stands, the labels that count today, and
    the model that reads, None where the rules do."""

    language: str
    lesson: Lesson
    labels: tuple[Verdict, ...]
    model: Learnt | None


async def print_progress(config: Config, address: Address, language: str) -> None:
    """Print how far each language has come, or one; the store may be in use. Raises as
    `bot.cli.reading.asked` does."""

    async def ask(store: Readable) -> list[Progress]:
        return await learning.progress(Shelves.of(store), config.languages)

    voice, console = Voice("en", config.timezone), Console(highlight=False)
    for one in await asked(address, ask):
        if language in ("", one.lesson.language):
            for line in progress_lines(one, voice):
                console.print(Text(in_plain(line, voice)), soft_wrap=True)


def write_export(address: Address, language: str, file: Path) -> int:
    """Write what was learnt as JSON, a list with an object for each language; how many labels that
    are. Raises OSError, and as `bot.cli.reading.asked` does."""

    async def ask(store: Readable) -> list[Exported]:
        return await _exported(Shelves.of(store))

    every = asyncio.run(asked(address, ask))
    found = [one for one in every if language in ("", one.language)]
    file.write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    return sum(len(one.labels) for one in found)


async def begin_anew(config: Config, address: Address, language: str) -> list[str]:
    """Begin every language anew, or one: the rules read it, and what was judged until now teaches
    nothing more. The languages that were, of those that somebody taught. Raises as
    `bot.assembly.open_store` does."""
    channel = config.slack.admin_channel
    known = next((one.language for one in config.channels if one.name == channel), None)
    voice = Voice(known or config.slack.language, config.timezone)

    async def write(records: Records) -> list[str]:
        numbers = Sequence(utc_now, await records.last_order())
        now = utc_now().replace(microsecond=0)
        lessons = {kept.value.language: kept for kept in await records.lessons.find({}, "language")}
        taught = await _taught(records, lessons)
        meant = sorted(each for each in taught if language in ("", each))
        writes: list[Write] = []
        for each in meant:
            kept = lessons.get(each)
            after = begun_anew(kept.value if kept else Lesson(language=each), now)
            text = reset_words(each, "", voice)
            notice = notice_delivery(channel, text, numbers(), now)
            writes += [
                records.lessons.put(each, after, kept.version if kept else 0),
                records.models.remove(each),
                records.outbox.put(notice.id, notice, 0),
            ]
        await records.commit(writes)
        return meant

    return await _written(address, write)


async def forget_all(address: Address) -> int:
    """Remove every judgement, and all that was learnt from them; how many judgements that were.
    Raises as `bot.assembly.open_store` does."""

    async def write(records: Records) -> int:
        judgements = await records.judgements.find({}, "at")
        lessons = await records.lessons.find({}, "language")
        writes: list[Write] = [
            records.judgements.remove(kept.value.mention, kept.version) for kept in judgements
        ]
        for kept in lessons:
            language = kept.value.language
            writes += [records.lessons.remove(language), records.models.remove(language)]
        await records.commit(writes)
        return len(judgements)

    return await _written(address, write)


async def _taught(records: Records, lessons: Iterable[str]) -> set[str]:
    """The languages of which anything was judged or learnt."""
    return {*lessons, *await labelling.said(records, [])}


async def _exported(shelves: Shelves) -> list[Exported]:
    lessons = {
        kept.value.language: kept.value for kept in await shelves.lessons.find({}, "language")
    }
    judged = await labelling.said(shelves, lessons.values())
    return [
        Exported(
            language=language,
            lesson=lessons.get(language) or Lesson(language=language),
            labels=tuple(_verdict(one) for one in judged.get(language, [])),
            model=await _model(shelves, language),
        )
        for language in sorted({*lessons, *judged})
    ]


async def _model(shelves: Shelves, language: str) -> Learnt | None:
    kept = await shelves.models.get(language)
    return kept.value if kept else None


def _verdict(said: labelling.Said) -> Verdict:
    return Verdict(
        mention=said.mention.id,
        negative=said.negative,
        flagged=said.judgement.flagged,
        at=said.judgement.at,
    )


async def _written(address: Address, write: Callable[[Records], Awaitable[T]]) -> T:
    if isinstance(address, Path):
        there(address)
    records = Records(await open_store(address))
    try:
        return await write(records)
    finally:
        await records.close()
