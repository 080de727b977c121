"""`vigie data --author`: what is held of one person."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.reading import asked
from bot.cli.terminal import json_line, printable
from bot.config import PostgresAddress
from bot.domain.excerpt import shorten
from bot.domain.judgements import Judgement
from bot.domain.mention import Mention
from bot.store.base import Find, Readable, Row

_EXCERPT = 200
_NAMES = "Names are as their source writes them, such as @ada."


class _Held(NamedTuple):
    """A mention, what somebody said of it, and the question that asked for it."""

    mention: Row
    judgement: Row | None
    question: Row | None


def print_author(address: Path | PostgresAddress, author: str, *, json: bool) -> None:
    """Print the mentions that are held of an author, oldest first, and what was said of them: as a
    table, or as a line of JSON each, whole. Raises as `bot.cli.reading.asked` does."""

    async def ask(store: Readable) -> list[_Held]:
        return await _held(store, author)

    held = asyncio.run(asked(address, ask))
    if json:
        for row in _rows(held):
            print(json_line(row.json))  # noqa: T201  (rich would break lines)
        return
    console = Console(highlight=False)
    if not held:
        console.print(Text(f"Nothing is held of {printable(author)}. {_NAMES}"), soft_wrap=True)
        return
    console.print(_table(held))
    console.print(f"{len(held)} mentions. With --json they come whole, a line each.")


async def _held(store: Readable, author: str) -> list[_Held]:
    query = Find(table="mentions", equal={"post.author": author}, order="at")
    return [
        _Held(row, await store.get("judgements", row.id), await store.get("questions", row.id))
        for row in await store.find(query)
    ]


def _rows(held: Sequence[_Held]) -> list[Row]:
    """The mentions, then what was said of them, then what people were asked of them."""
    found: list[Row | None] = [
        *(one.mention for one in held),
        *(one.judgement for one in held),
        *(one.question for one in held),
    ]
    return [row for row in found if row]


def _table(held: Sequence[_Held]) -> Table:
    table = Table(box=box.SIMPLE)
    for name in ("when", "watch", "source", "text", "where", "judged"):
        table.add_column(name)
    for one in held:
        mention = msgspec.json.decode(one.mention.json, type=Mention)
        post, said = mention.post, _said(one.judgement)
        shown = (mention.watch, post.source, shorten(post.text, _EXCERPT), post.url, said)
        table.add_row(f"{mention.at:%Y-%m-%d %H:%M}", *(Text(printable(part)) for part in shown))
    return table


def _said(row: Row | None) -> str:
    if row is None:
        return ""
    judgement = msgspec.json.decode(row.json, type=Judgement)
    return f"{judgement.verdict.replace('_', ' ')} ({judgement.by or 'nobody by name'})"
