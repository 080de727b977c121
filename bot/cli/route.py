"""`vigie route explain`: which route an alert took and why, and which one would be taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.text import Text

from bot.cli.data import NoSuchFolder
from bot.cli.reading import asked
from bot.cli.terminal import in_plain
from bot.config import Config, PostgresAddress
from bot.config.watches import WatchEdit
from bot.domain.alerts import Alert, Kind, Mute
from bot.domain.conversation import Conversation
from bot.domain.lesson import Lesson
from bot.domain.levels import Levels
from bot.domain.mention import Mention
from bot.domain.routing import Subject, choose
from bot.domain.severity import Severity
from bot.domain.watch import Watch
from bot.errors import UnknownWatch
from bot.i18n import Voice
from bot.services.finding import found_among
from bot.services.routing import own_channel
from bot.services.watches import merge
from bot.services.why import explained
from bot.slack.blocks import titles
from bot.slack.blocks.themes import with_other_names
from bot.slack.blocks.trail import went_to
from bot.slack.blocks.why import Part, why_parts
from bot.store.base import Readable
from bot.store.repositories import Repository


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """What is looked up, in a store that is only read."""

    conversations: Repository[Conversation]
    alerts: Repository[Alert]
    mentions: Repository[Mention]
    mutes: Repository[Mute]
    levels: Repository[Levels]
    lessons: Repository[Lesson]
    edits: Repository[WatchEdit]

    @classmethod
    def of(cls, store: Readable) -> Self:
        return cls(
            conversations=Repository(store, "conversations", Conversation),
            alerts=Repository(store, "alerts", Alert),
            mentions=Repository(store, "mentions", Mention),
            mutes=Repository(store, "mutes", Mute),
            levels=Repository(store, "levels", Levels),
            lessons=Repository(store, "lessons", Lesson),
            edits=Repository(store, "watches", WatchEdit),
        )


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """An alert that might be; `at` without a zone is meant in the configuration's."""

    watch: str
    kind: Kind
    severity: Severity
    languages: Sequence[str]
    themes: Sequence[str]
    at: datetime


async def explain_and_print(config: Config, address: Path | PostgresAddress, id: str) -> None:
    """Print why a conversation was told as it was; the store may be in use.

    Raises UnknownConversation, NoSuchFolder, and what `bot.assembly.open_store` and
    `bot.store.looking.glanced_at` raise.
    """
    voice = Voice("en", config.timezone)

    async def ask(store: Readable) -> tuple[str, list[Part]]:
        shelves = Shelves.of(store)
        found = (await found_among(shelves, id, datetime.now(UTC))).value
        watch = _named(await _watches(config, shelves), found.watch)
        answer = await explained(shelves, config, found, watch)
        return titles.title(found, voice), why_parts(answer, voice)

    title, parts = await asked(address, ask)
    _print(f"{id}  {title}", parts, voice)


async def suppose_and_print(
    config: Config, address: Path | PostgresAddress, supposed: Supposed
) -> None:
    """Print where an alert would go by the routes as they are configured.

    Raises UnknownWatch, and what `explain_and_print` raises for the store; a folder that is not
    there yet holds no watch that was made in Slack.
    """

    async def ask(store: Readable) -> tuple[Watch, ...]:
        return await _watches(config, Shelves.of(store))

    try:
        watches = await asked(address, ask)
    except NoSuchFolder:
        watches = config.watches
    watch = _named(watches, supposed.watch)
    if watch is None:
        raise UnknownWatch(supposed.watch, [one.name for one in watches])
    at = supposed.at if supposed.at.tzinfo else supposed.at.replace(tzinfo=config.timezone)
    subject = Subject(
        watch=watch.name,
        kind=supposed.kind,
        severity=supposed.severity,
        languages=frozenset(supposed.languages),
        themes=with_other_names(supposed.themes),
        is_open=config.hours.is_open(at),
        at=at,
    )
    voice = Voice("en", config.timezone)
    own = own_channel(watch, subject.kind)
    routed = choose(config.routes, subject, own, config.alerts.here_from)
    lines = went_to(routed.channel, routed.route, routed.trail, voice)
    if routed.here:
        lines.append("Everybody who is active there is rung.")
    hours = "works" if subject.is_open else "does not work"
    title = f"{watch.name}, {subject.kind}, {subject.severity}, {voice.moment(at)}"
    _print(f"{title} (the team {hours})", [Part("Where it goes", lines)], voice)


async def _watches(config: Config, shelves: Shelves) -> tuple[Watch, ...]:
    """Those of the file, with what was changed in Slack."""
    return merge(config, [kept.value for kept in await shelves.edits.find({}, "name")])


def _named(watches: Iterable[Watch], name: str) -> Watch | None:
    return next((one for one in watches if one.name.casefold() == name.casefold()), None)


def _print(title: str, parts: Sequence[Part], voice: Voice) -> None:
    console = Console(highlight=False)
    console.print(Text(in_plain(title, voice), "bold"), soft_wrap=True)
    for part in parts:
        console.print(Text(f"\n{part.heading}"), soft_wrap=True)
        for line in part.lines:
            console.print(Text(f"  {in_plain(line, voice)}"), soft_wrap=True)
