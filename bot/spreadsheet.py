"""Mentions as a table that spreadsheets open: CSV as its readers' spreadsheets expect it. Pure.

Text from outside cannot begin a formula in it
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Literal
from urllib.parse import quote

from bot.domain.conversation import State
from bot.domain.mention import NEUTRAL, Mention
from bot.i18n import Voice
from bot.phrases import phrase

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which Excel knows UTF-8."""

COLUMNS = (
    phrase("date"),
    phrase("watch"),
    phrase("source"),
    phrase("author"),
    phrase("title"),
    phrase("text"),
    phrase("link"),
    phrase("language"),
    phrase("mood"),
    phrase("themes"),
    phrase("reach"),
    phrase("conversation"),
    phrase("state"),
)

LONGEST = 32_000
"""Characters of a cell: Excel holds 32,767."""

_THEMES = 5
"""Themes of a mention, the best."""

_MOODS: Mapping[str, str] = {
    "negative": phrase("negative"),
    "neutral": phrase("neutral"),
    "positive": phrase("positive"),
    "unread": phrase("not read"),
}

_STATES: Mapping[State, str] = {
    "new": phrase("new"),
    "claimed": phrase("claimed"),
    "replied": phrase("answered"),
    "snoozed": phrase("snoozed"),
    "resolved": phrase("resolved"),
    "dismissed": phrase("dismissed"),
}

_BEGINS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What begins a formula, in the wide letters of East Asia as well."""

_WITHIN = re.compile(r"""([,;|\t\n]["']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Where a cell would begin, were the file read with another separator than its own."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def head(voice: Voice) -> str:
    """The first line, which says what the columns hold; before it, that this is UTF-8."""
    return BOM + _lines([[voice.say(column) for column in COLUMNS]], voice)


def lines(
    mentions: Iterable[Mention],
    states: Mapping[str, State],
    theme: Callable[[str], str],
    voice: Voice,
) -> str:
    """A line for each mention; `states` are those of the conversations that are known, and `theme`
    says how a theme is called. Times are those of the voice's zone."""
    return _lines([_row(mention, states, theme, voice) for mention in mentions], voice)


def sheet(rows: Iterable[Iterable[str]], voice: Voice) -> str:
    """A whole file of few rows, the first of which says what the columns hold; each is made of what
    `cell` and `link_cell` give, or of words and numbers of Vigie's own."""
    return BOM + _lines(rows, voice)


def cell(text: str) -> str:
    """Text from outside as a cell: it begins no formula, and holds nothing that is no text.

    An apostrophe before it says so, which spreadsheets take for "this is text".
    """
    shown = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]
    shown = _WITHIN.sub(r"\1 ", shown)
    return f"'{shown}" if _begins_formula(shown) else shown


def link_cell(url: str) -> str:
    """An address as a cell: nothing but that is left of it, percent-encoded where need be."""
    shown = _WITHIN.sub(lambda found: quote(found[1]), quote(url, safe=_SAFE))
    return f"'{shown}" if _begins_formula(shown) else shown[:LONGEST]


_SAFE = "!#$%&'()*+,/:;=?@[]~"


def _begins_formula(text: str) -> bool:
    """Whether a spreadsheet may take it for one; spaces and what cannot be seen do not count."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for letter in text:
        if not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Cc"):
            return letter in _BEGINS
    return False


def _row(
    mention: Mention, states: Mapping[str, State], theme: Callable[[str], str], voice: Voice
) -> list[str]:
    post, read = mention.post, mention.analysis
    state = states.get(mention.conversation)
    return [
        mention.at.astimezone(voice.zone).strftime("%Y-%m-%d %H:%M:%S"),
        cell(mention.watch),
        cell(post.source),
        cell(post.author),
        cell(post.title),
        cell(post.text),
        link_cell(post.url),
        cell(read.language),
        voice.say(_MOODS[mood(mention)]),
        cell(", ".join(map(theme, read.themes[:_THEMES]))),
        str(mention.reach),
        cell(mention.conversation) if state else "",
        voice.say(_STATES[state]) if state else "",
    ]


def mood(mention: Mention) -> Literal["negative", "neutral", "positive", "unread"]:
    """How a mention feels, as summaries count it."""
    sentiment = mention.analysis.sentiment
    if sentiment is None:
        return "unread"
    if abs(sentiment.score) < NEUTRAL:
        return "neutral"
    return "negative" if sentiment.score < 0 else "positive"


def _lines(rows: Iterable[Iterable[str]], voice: Voice) -> str:
    """Rows as RFC 4180 writes them; by a semicolon where the comma stands in numbers, as the
    spreadsheets of those readers have it."""
    written = io.StringIO()
    separator = ";" if voice.decimal(0.5) == "0,5" else ","
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
