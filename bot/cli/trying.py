"""`vigie try`: what a watch would catch at some sources, right now."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec.structs import replace
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.assembly import polite_client, sources
from bot.cli.terminal import printable
from bot.config import Config, SourceConfig
from bot.config.sources import is_off, variable
from bot.domain.analysis.reading import Reading
from bot.domain.folding import Wording
from bot.domain.matching import Matcher
from bot.domain.mention import NEUTRAL, Mention, Post
from bot.domain.query import Query
from bot.domain.watch import Watch
from bot.errors import SourceError
from bot.services.base import utc_now
from bot.services.mentioning import read_posts
from bot.sources.base import Source
from bot.sources.ledgers import SpentHere
from bot.sources.lives import kept_alive

_LONGEST = 240
"""Characters of a post that are shown."""

_FACES = {1: ("🙂", "green"), 0: ("·", "dim"), -1: ("🙁", "red")}


class NoSuchSource(Exception):
    """A source that is neither configured nor an address; `args[0]` says so in words."""


@dataclass(frozen=True, kw_only=True)
class Caught:
    """What one source had: its posts, the mentions among them, or why it could not be asked."""

    source: str
    posts: Sequence[Post] = ()
    mentions: Sequence[Mention] = ()
    complete: bool = True
    fault: str = ""


def with_sources(config: Config, named: Sequence[str]) -> Config:
    """The configuration with the sources named alone (none: all that are on); an address is taken
    for that of a feed. Raises NoSuchSource."""
    if not named:
        return config
    return replace(config, sources=tuple(_named(config, name) for name in named))


def _named(config: Config, name: str) -> SourceConfig:
    every = (*config.sources, *config.off)
    found = next((one for one in every if one.name.casefold() == name.casefold()), None)
    if found and is_off(found, config.keys):
        raise NoSuchSource(f"“{found.name}” is off: export {variable(found)}=…")
    if found:
        return found
    if name.startswith(("http://", "https://")):
        host = urlsplit(name).hostname or name
        return SourceConfig(name=host[:60], kind="feed", url=name)
    there = ", ".join(one.name for one in every) or "none"
    raise NoSuchSource(f"There is no source “{name}”; there are: {there}. An address is a feed’s.")


async def try_and_print(config: Config, query: Query, most: int) -> bool:
    """Ask each source of the configuration as a new watch would, and print what it would catch,
    the newest `most` of each; whether all could be asked."""
    console = Console(highlight=False)
    watch = _watch(query, config)
    caught: list[Caught] = []
    async with polite_client(config, utc_now) as client:
        asked = sources(config, client, SpentHere())
        async with kept_alive(asked.values()):
            for source in asked.values():
                with console.status(f"asking {source.name}…"):
                    one = await _ask(source, watch, _reading(config))
                console.print(_shown(one, query, most))
                caught.append(one)
    console.print(_summary(caught))
    return not any(one.fault for one in caught)


async def _ask(source: Source, watch: Watch, reading: Reading) -> Caught:
    now = utc_now()
    try:
        page = await source.fetch(watch.query.anchors(), None, now)
    except SourceError as error:
        return Caught(source=source.name, fault=str(error))
    found = await asyncio.to_thread(read_posts, Matcher((watch,)), page.posts, reading, now)
    return Caught(source=source.name, posts=page.posts, mentions=found, complete=page.complete)


def _shown(caught: Caught, query: Query, most: int) -> RenderableType:
    head = Text.assemble((caught.source, "bold"), "  ")
    if caught.fault:
        return head.append(f"✗ {printable(caught.fault)}", style="red")
    head.append(_counted(len(caught.mentions), "mention"))
    head.append(f" among {_counted(len(caught.posts), 'post')}", style="dim")
    newest = sorted(caught.mentions, key=lambda mention: mention.at, reverse=True)
    lines: list[RenderableType] = [
        Padding(_line(one, query), (0, 0, 1, 2)) for one in newest[:most]
    ]
    if len(newest) > most:
        older = f"  … and {len(newest) - most} older: --most {len(newest)} shows all"
        lines.append(Text(older, style="dim"))
    if not caught.mentions:
        lines.append(Text(f"  {_nothing(caught)}", style="dim"))
    return Group(head, *lines)


def _line(mention: Mention, query: Query) -> Text:
    post = mention.post
    face, style = _face(mention)
    line = Text.assemble(
        (f"{mention.at.astimezone(UTC):%d %b %H:%M}  ", "dim"),
        (f"{face} ", style),
        (printable(post.author) or "somebody", "cyan"),
        "\n",
    )
    said = printable(" ".join(f"{post.title}  {post.text}".split()))
    text = Text(said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…")
    text.highlight_words(query.found(Wording.of(post)), "bold yellow", case_sensitive=False)
    return line.append_text(text).append(f"\n{printable(post.url)}", style="dim")


def _face(mention: Mention) -> tuple[str, str]:
    sentiment = mention.analysis.sentiment
    score = sentiment.score if sentiment else 0.0
    return _FACES[(score >= NEUTRAL) - (score <= -NEUTRAL)]


def _nothing(caught: Caught) -> str:
    if not caught.posts:
        return "It has nothing to show about these words at the moment."
    newest = max(post.at for post in caught.posts)
    return f"None of its posts match; the newest is of {newest:%d %b %H:%M} UTC."


def _summary(caught: Sequence[Caught]) -> Text:
    mentions = [mention for one in caught for mention in one.mentions]
    posts = sum(len(one.posts) for one in caught)
    text = Text(f"\n{_counted(len(mentions), 'mention')} among {_counted(posts, 'post')}", "bold")
    if len(mentions) > 1 and (rate := _a_day([mention.at for mention in mentions])):
        text.append(f", about {rate} a day", style="not bold")
    negative = sum(_face(mention) == _FACES[-1] for mention in mentions)
    if mentions:
        text.append(f"; {negative} negative", style="not bold")
    return text


def _a_day(times: Sequence[datetime]) -> str:
    days = (max(times) - min(times)).total_seconds() / 86_400
    return f"{len(times) / days:,.0f}" if days >= 0.5 and len(times) >= days else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _watch(query: Query, config: Config) -> Watch:
    names = tuple(source.name for source in config.sources)
    return Watch(
        name="try", query=query, sources=names, negative_channel="#try", spike_channel="#try"
    )


def _reading(config: Config) -> Reading:
    kinds: Mapping[str, str] = {source.name: source.kind for source in config.sources}
    return Reading(
        languages=config.languages, words=config.words, themes=config.themes, kinds=kinds
    )
