"""Insights as a table that spreadsheets open."""

from __future__ import annotations

from datetime import datetime

from bot.domain.ranking import Ranked, Ranking
from bot.i18n import Voice, phrase
from bot.slack.blocks.insightparts import KIND_NAMES, STATE_NAMES, titled
from bot.spreadsheet import cell, sheet

COLUMNS = (
    phrase("insight"),
    phrase("title"),
    phrase("kind"),
    phrase("theme"),
    phrase("team"),
    phrase("watch"),
    phrase("state"),
    phrase("people"),
    phrase("people in all"),
    phrase("this week"),
    phrase("the week before"),
    phrase("reach"),
    phrase("mood"),
    phrase("first post"),
    phrase("heard on"),
    phrase("decided on"),
    phrase("days to decide"),
    phrase("shipped on"),
    phrase("reason"),
)


def insight_sheet(found: Ranking, voice: Voice) -> str:
    """A line for each insight, weightiest first; days are those of the voice's zone."""
    head = [voice.say(column) for column in COLUMNS]
    return sheet([head, *(_row(row, voice) for row in found.rows)], voice)


def _row(row: Ranked, voice: Voice) -> list[str]:
    insight, lately = row.insight, row.lately
    waited = insight.waited
    return [
        insight.id,
        cell(titled(insight, voice)),
        voice.say(KIND_NAMES[insight.kind]),
        cell(insight.theme),
        cell(insight.team),
        cell(insight.watch),
        voice.say(STATE_NAMES[insight.state]),
        str(lately.people),
        str(insight.people),
        str(lately.week),
        str(lately.before),
        str(row.reach),
        "" if lately.mood is None else _number(lately.mood, voice),
        _day(insight.first, voice),
        _day(insight.heard, voice),
        _day(insight.decided, voice),
        "" if waited is None else _number(waited.total_seconds() / 86_400, voice),
        _day(insight.shipped, voice),
        cell(insight.reason),
    ]


def _number(value: float, voice: Voice) -> str:
    """A number as the readers' spreadsheets take it for one; a minus is one, and no formula."""
    return voice.decimal(value, 2).replace("\N{MINUS SIGN}", "-")


def _day(moment: datetime | None, voice: Voice) -> str:
    return moment.astimezone(voice.zone).date().isoformat() if moment else ""
