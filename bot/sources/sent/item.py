"""One item that was sent, by the names of its fields, as a post. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.mention import Post
from bot.sources.addressing import web_address
from bot.sources.seen import digest
from bot.sources.sent.faults import Unfit
from bot.sources.sent.times import DayOrder, written_at
from bot.sources.text import plain

Field = Literal[
    "id",
    "url",
    "text",
    "title",
    "author",
    "author_url",
    "at",
    "language",
    "followers",
    "engagement",
    "thread",
    "deleted",
]

FIELDS: tuple[Field, ...] = get_args(Field)

LONGEST_ID = 500
LONGEST_NAME = 200
LONGEST_TITLE = 500

MOST = 2**53
"""No count is larger: JSON's numbers are whole up to here (RFC 8259, section 6)."""

_GROUPED = re.compile(r"\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+")
_ROUNDED = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+?\d+")
"""A spreadsheet's 1.23457E+17, which many ids become alike."""

_LANGUAGES = {
    **dict.fromkeys(("english", "anglais", "englisch"), "en"),
    **dict.fromkeys(("french", "français", "francais", "französisch"), "fr"),
    **dict.fromkeys(("german", "allemand", "deutsch"), "de"),
    **dict.fromkeys(("spanish", "espagnol", "spanisch", "español"), "es"),
    **dict.fromkeys(("italian", "italien", "italienisch", "italiano"), "it"),
    **dict.fromkeys(("dutch", "néerlandais", "niederländisch", "nederlands"), "nl"),
    **dict.fromkeys(("portuguese", "portugais", "portugiesisch", "português"), "pt"),
}
_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?")

_TRUE = frozenset({"true", "1", "yes", "y", "oui", "ja", "vrai", "wahr"})


class Gone(msgspec.Struct, frozen=True):
    """A post that its author took back, by its id."""

    id: str


def item_of(
    values: Mapping[Field, object],
    source: str,
    now: datetime,
    zone: ZoneInfo | None = None,
    order: DayOrder | None = None,
) -> Post | Gone:
    """What an item says. It is known by its id, else by its address, else by what was written, by
    whom and when. A count that cannot be read counts as none; `zone` and `order` are as
    `written_at` has them.

    Raises Unfit where there is no text, no time, or nothing to know a deleted post by.
    """
    id, url = id_of(values.get("id")), web_address(_line(values.get("url")))
    if _is_true(values.get("deleted")):
        if not (id or url):
            raise Unfit("id", "is missing: which post was deleted")
        return Gone(id or url)
    text = plain(_text("text", values.get("text")))
    title = plain(_text("title", values.get("title")))[:LONGEST_TITLE]
    if not text and not title:
        raise Unfit("text", "is missing: what the post says")
    at = written_at(values.get("at"), now, zone, order)
    author = plain(_line(values.get("author")))[:LONGEST_NAME]
    return Post(
        source=source,
        id=id or url or f"row:{digest(text, title, author, at.isoformat(), size=12)}",
        url=url,
        text=text,
        title=title,
        author=author,
        author_url=web_address(_line(values.get("author_url"))),
        at=at,
        language=_language(_line(values.get("language"))),
        followers=count_of(values.get("followers")),
        engagement=count_of(values.get("engagement")) or 0,
        thread=id_of(values.get("thread")),
    )


def _text(field: Field, value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unfit(field, "is no text")


def _line(value: object) -> str:
    """A short text; `""` for whatever is none."""
    return value.strip() if isinstance(value, str) else ""


def id_of(value: object) -> str:
    """The sender's own name of a post; one that a spreadsheet has rounded is none."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 128:
        return str(value)
    id = plain(_line(value)).replace("\n", " ")
    if _ROUNDED.fullmatch(id):
        return ""
    return id if len(id) <= LONGEST_ID else digest(id, size=24)


def _is_true(value: object) -> bool:
    return value is True or value == 1 or _line(value).casefold() in _TRUE


def _language(name: str) -> str | None:
    folded = name.casefold()
    code = _CODE.fullmatch(folded)
    return code[1] if code else _LANGUAGES.get(folded)


def count_of(value: object) -> int | None:
    """A number of people or acts, also as spreadsheets group its digits; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 0 <= value <= MOST else None
    text = _line(value)
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    try:
        number = float(text) if len(text) <= 40 else -1.0
    except ValueError:
        return None
    return int(number) if 0 <= number <= MOST else None
