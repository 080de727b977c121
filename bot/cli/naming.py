"""`vigie export-person`: every document in which somebody is named."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bot.cli.reading import asked
from bot.cli.terminal import json_line
from bot.config import PostgresAddress
from bot.store.base import Whole
from bot.store.repositories import TABLES

_MEMBER = re.compile(r"[UW][A-Z0-9]+")
"""A member's id (https://docs.slack.dev/reference/objects/user-object)."""


def print_naming(address: Path | PostgresAddress, person: str) -> int:
    """Print each document that names a person, as JSON with its table and id; how many those are.

    A name counts where it is all of a value; a handle, or a member's id, within a text as well.
    Raises as `bot.cli.reading.asked` does.
    """

    async def ask(store: Whole) -> int:
        count = 0
        for spec in TABLES:
            async for rows in store.rows(spec.name):
                for row in rows:
                    if names(row.document, person):
                        told = {"table": spec.name, "id": row.id, "document": row.document}
                        print(json_line(msgspec.json.encode(told)))  # noqa: T201
                        count += 1
        return count

    return asyncio.run(asked(address, ask))


def names(value: object, person: str) -> bool:
    """Whether a person is named anywhere in a document."""
    wanted, within = person.casefold(), _within(person)
    return any(
        text.casefold() == wanted or (within and within.search(text.replace("\u200b", "")))
        for text in _texts(value)
    )


def _within(person: str) -> re.Pattern[str] | None:
    """How a handle or a member's id stands in a text; None for a name that may be a word."""
    called = re.escape(person)
    if _MEMBER.fullmatch(person):
        return re.compile(rf"\b{called}\b", re.ASCII)
    if person.startswith(("@", "u/", "/u/")) and len(person) > len("@a"):
        return re.compile(rf"(?<![\w@/]){called}(?![\w@-]|\.\w)", re.IGNORECASE)
    return None


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, part in value.items():
                yield name
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
