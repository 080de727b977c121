"""What Slack is to hear at once, whatever comes of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack import ids


def says_nothing(kind: str, payload: Mapping[str, object]) -> bool:
    """Whether an envelope's acknowledgement says nothing: events and our own command are answered
    by other ways. Forms are acknowledged with their errors, menus with their options, and a click
    once what it changes is kept: its acknowledgement says that it is (`handlers/clicks.py`)."""
    match kind:
        case "events_api":
            return True
        case "slash_commands":
            return payload.get("command") == ids.COMMAND
    return False
