"""Every adapter over a folder of recorded payloads: `python benchmarks/sources.py --payloads DIR
[--json] [--each]`.

A folder a kind; beside a body there may be a `.meta.json` with the status and headers that it came
with. Each body is what a made-up server answers to whatever the adapter of its kind asks, through
the polite client and all; a search is polled as if it had been searched before there was a web, so
that old posts count. Feeds are read by feedparser alone as well: what it finds, Vigie must find.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import feedparser
import httpx
import msgspec
import stamina
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.payloads import HANDED_IN, IMPORTED, POLLED, Polled
from bot.config.sources import SourceConfig
from bot.domain.mention import Post
from bot.errors import SourceError
from bot.sources.base import Rereadable, Source, Threaded
from bot.sources.http import PoliteClient
from bot.sources.kinds import made
from bot.sources.ledgers import SpentHere

NOW = datetime.now(UTC)
SLOW = 1.0
"""Seconds."""

TERM = "lumo"


class Body(NamedTuple):
    """A recorded answer: where it lies, what kind it is of, and how it came."""

    path: Path
    kind: str
    status: int
    headers: dict[str, str]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter made of a body. `refused` is the SourceError that it raised, `fell` what else
    it did; `entries` is what feedparser alone finds in a feed, of which `of_them` were found."""

    file: str
    kind: str
    posts: tuple[Post, ...] = ()
    refused: str = ""
    fell: str = ""
    seconds: float = 0.0
    entries: int = 0
    of_them: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`--json`: over all files; `feed_recall` is the share of feedparser's entries."""

    files: int
    posts: int
    exceptions: int
    slow_files: int
    without_id: int
    bad_dates: int
    without_text: int
    without_link: int
    refused: int
    feed_recall: float
    read_on: str


def bodies(folder: Path) -> list[Body]:
    """All bodies of all kinds, in order."""
    return [
        Body(path, kind.name, *_met(path))
        for kind in sorted(folder.iterdir())
        if kind.is_dir()
        for path in sorted(kind.rglob("*"))
        if path.is_file() and not path.name.endswith(".meta.json")
    ]


def _met(path: Path) -> tuple[int, dict[str, str]]:
    """With which status and headers a body came; 200 where nobody wrote it down."""
    stem = re.sub(r"\.body\.[a-z]+$", "", path.name)
    beside = [path.with_name(f"{name}.meta.json") for name in (stem, path.stem, path.name)]
    meta = next((one for one in beside if one.is_file()), None)
    if meta is None:
        return 200, _told_in(path)
    try:
        said = json.loads(meta.read_bytes())
        status = int(said.get("status") or 200)
        told = said.get("response_headers") or said.get("headers") or {}
        headers = {str(name): str(value) for name, value in told.items()}
    except (ValueError, TypeError, AttributeError):
        return 200, {}
    kept = {n: v for n, v in headers.items() if n.lower() not in _OF_THE_WIRE and v.isascii()}
    return status, kept


_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding", "location"})
_HEADER = re.compile(rb"^Header:\s*(content-type):\s*([ -~]+?)\s*$", re.IGNORECASE | re.MULTILINE)


def _told_in(path: Path) -> dict[str, str]:
    """The content type that feedparser's own test cases name in a comment."""
    found = _HEADER.search(path.read_bytes()[:2_000])
    return {found[1].decode(): found[2].decode()} if found else {}


async def outcome(body: Body) -> Outcome:
    """Feed a body to the adapter of its kind."""
    began = perf_counter()
    name = f"{body.kind}/{body.path.name}"
    found: dict[str, Post] = {}
    refused = fell = ""
    try:
        for post in await _read(body):
            found.setdefault(post.id, post)
    except SourceError as error:
        refused = str(error)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        fell = f"{type(error).__name__}: {error}"[:200]
    seconds = perf_counter() - began
    posts = tuple(found.values())
    entries, of_them = _compared(body, found) if body.kind.startswith("feeds") else (0, 0)
    return Outcome(
        file=name,
        kind=body.kind,
        posts=posts,
        refused=refused,
        fell=fell,
        seconds=seconds,
        entries=entries,
        of_them=of_them,
    )


async def _read(body: Body) -> Sequence[Post]:
    if body.kind in HANDED_IN:
        return await asyncio.to_thread(HANDED_IN[body.kind], body.path, NOW)
    if body.kind in IMPORTED:
        return await asyncio.to_thread(IMPORTED[body.kind], body.path, NOW)
    ways = POLLED.get(body.kind) or (POLLED["feeds"] if body.kind.startswith("feeds") else ())
    found: list[Post] = []
    refusals: list[SourceError] = []
    for way in ways:
        try:
            found += await _polled(way, body)
        except SourceError as error:
            refusals.append(error)
    if refusals and len(refusals) == len(ways):
        raise refusals[0]
    return found


async def _polled(way: Polled, body: Body) -> list[Post]:
    """All that an adapter finds where each answer is this body."""
    content = body.path.read_bytes()

    def answers(request: httpx.Request) -> httpx.Response:
        if stock := next((json for path, json in way.stock if path in request.url.path), None):
            return httpx.Response(200, json=stock)
        return httpx.Response(body.status, headers=body.headers, content=content)

    transport = httpx.MockTransport(answers)
    async with PoliteClient(clock=lambda: NOW, transport=transport) as client:
        source = made(_settings(way, body.kind), client, "secret", SpentHere())
        return await _all_of(source, way)


async def _all_of(source: Source, way: Polled) -> list[Post]:
    page = await source.fetch((TERM,), way.cursor, NOW)
    found = list(page.posts)
    asked = found[:1] or [_some_post(source.name, way.known)]
    for more in (_thread, _again):
        try:
            found += await more(source, asked)
        except SourceError:
            continue  # a body is a page, or a thread, or a post: not all of them
    return found


async def _thread(source: Source, posts: list[Post]) -> Sequence[Post]:
    return await source.exchange(posts[0]) if isinstance(source, Threaded) else ()


async def _again(source: Source, posts: list[Post]) -> Sequence[Post]:
    return (await source.reread(posts)).posts if isinstance(source, Rereadable) else ()


def _some_post(source: str, known: str) -> Post:
    url = "https://social.example/1"
    return Post(source=source, id="1", url=url, text="lumo", author="a", at=NOW, local_id=known)


def _settings(way: Polled, name: str) -> SourceConfig:
    return msgspec.convert({"name": name, "kind": way.kind, **way.settings}, SourceConfig)


def _compared(body: Body, found: dict[str, Post]) -> tuple[int, int]:
    """How many entries feedparser alone finds in a feed, and how many of them have an id of their
    own among what was found. Empty ones, which no id or title or link or text tells from nothing,
    are no entries, and one that stands there twice is one."""
    headers = {name.lower(): value for name, value in body.headers.items()}
    with body.path.open("rb") as file:
        alone = feedparser.parse(file, response_headers=headers)
    said = {tuple(str(entry.get(name) or "") for name in _TELLING) for entry in alone.entries}
    entries = sum(map(any, said))
    return entries, min(entries, len(found))


_TELLING = ("id", "link", "title", "summary", "content")


def report(outcomes: Sequence[Outcome]) -> Report:
    """What the outcomes come to."""
    posts = [post for one in outcomes for post in one.posts]
    entries = sum(one.entries for one in outcomes)
    of_them = sum(one.of_them for one in outcomes)
    return Report(
        files=len(outcomes),
        posts=len(posts),
        exceptions=sum(bool(one.fell) for one in outcomes),
        slow_files=sum(one.seconds > SLOW for one in outcomes),
        without_id=sum(not post.id for post in posts),
        bad_dates=sum(map(_is_bad_date, posts)),
        without_text=sum(not (post.text or post.title) for post in posts),
        without_link=sum(not post.url for post in posts),
        refused=sum(bool(one.refused) for one in outcomes),
        feed_recall=round(of_them / entries, 4) if entries else 1.0,
        read_on=NOW.date().isoformat(),
    )


def _is_bad_date(post: Post) -> bool:
    return post.at.tzinfo is None or post.at > NOW or post.at.year < 1991


def _shown(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Report]]:
    for kind in dict.fromkeys(one.kind for one in outcomes):
        yield kind, report([one for one in outcomes if one.kind == kind])
    yield "all", report(outcomes)


def table(outcomes: Sequence[Outcome]) -> Table:
    """The outcomes, a line a kind."""
    heads = ("files", "posts", "exceptions", "slow", "no id", "bad date", "no text", "no link")
    shown = Table(Column("kind", no_wrap=True), *heads, "no page", "of feedparser's", box=None)
    for kind, of in _shown(outcomes):
        cells = (of.files, of.posts, of.exceptions, of.slow_files, of.without_id, of.bad_dates)
        rest = (of.without_text, of.without_link, of.refused)
        recall = f"{of.feed_recall:.1%}" if kind.startswith("feeds") or kind == "all" else ""
        shown.add_row(kind, *map(str, cells), *map(str, rest), recall)
    return shown


def main(arguments: Sequence[str] | None = None) -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--payloads", type=Path, required=True, help="a folder a kind")
    reader.add_argument("--json", action="store_true", help="one object")
    reader.add_argument("--each", action="store_true", help="what was refused, file by file")
    given = reader.parse_args(arguments)
    outcomes = asyncio.run(_outcomes(bodies(given.payloads), quiet=given.json))
    if given.json:
        print(msgspec.json.encode(report(outcomes)).decode())
        return
    console = Console()
    console.print(table(outcomes))
    for one in outcomes:
        lost = one.entries - one.of_them
        if one.fell or lost or (given.each and one.refused) or one.seconds > SLOW:
            said = one.fell or one.refused
            console.print(f"{one.file}: {said} {one.seconds:.2f} s, {lost} entries lost")


async def _outcomes(every: Sequence[Body], *, quiet: bool) -> list[Outcome]:
    console = Console(stderr=True)
    with stamina.set_testing(True, attempts=1):
        return [
            await outcome(body)
            for body in track(every, "reading", console=console, disable=quiet, transient=True)
        ]


if __name__ == "__main__":
    main()
