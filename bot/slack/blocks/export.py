"""What is said of an export: how far it is, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Voice
from bot.slack.blocks.parts import Card, context, section

NAMED = 3
"""Watches that the title names."""


def title(watches: Sequence[str], since: datetime, until: datetime, voice: Voice) -> str:
    """What stands above the file; plain text."""
    named = voice.listed(watches[:NAMED])
    if len(watches) > NAMED:
        named = voice.plural("{n} watch", "{n} watches", len(watches))
    return voice.say(
        "Mentions of {watches}, {since} to {until}",
        watches=named,
        since=voice.day(since),
        until=voice.day(until),
    )


def working_card(rows: int, of: int, voice: Voice) -> Card:
    """While it is written."""
    words = voice.plural(
        "⏳ The export is being written: {rows} of {n} mention.",
        "⏳ The export is being written: {rows} of {n} mentions.",
        of,
        rows=voice.number(rows),
    )
    return Card(words, (section(words),))


def done_card(rows: int, voice: Voice) -> Card:
    """In the place of that, once the file is there."""
    words = voice.plural(
        "✅ The export is here: {n} mention.", "✅ The export is here: {n} mentions.", rows
    )
    return Card(words, (section(words),))


def export_card(rows: int, left_out: int, zone: str, voice: Voice) -> Card:
    """The answer to who asked."""
    if not rows:
        words = voice.say("Nothing is kept of that time: there is no file.")
        return Card(words, (section(words),))
    words = voice.plural(
        "📄 {n} mention, in a file in your messages with Vigie.",
        "📄 {n} mentions, in a file in your messages with Vigie.",
        rows,
    )
    notes = [
        voice.say(
            "Its times are those of {zone}. It holds what people wrote, by their names: keep it "
            "no longer than you need it.",
            zone=zone,
        )
    ]
    if left_out:
        notes.append(
            voice.plural(
                "{n} post is not in it, as its author took it back.",
                "{n} posts are not in it, as their authors took them back.",
                left_out,
            )
        )
    return Card(words, (section(words), context(*notes)))
