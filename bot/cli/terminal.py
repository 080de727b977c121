"""What was written by strangers, or for Slack, as a terminal may show it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from bot.i18n import Voice
from bot.slack.mrkdwn import unescape

_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|[^>]*>")
_LINK = re.compile(r"<[^|>]*\|([^>]*)>")
_MEMBER = re.compile(r"<@([A-Z0-9]+)>")
_MARK = re.compile(r"(?<!\w)[*`]([^*`\n]+)[*`](?!\w)")
_SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""French has them before its signs, and in its numbers."""
_INERT = "\u200b"


def printable(text: str) -> str:
    """What strangers wrote, without what would command a terminal."""
    return "".join(
        letter if letter.isprintable() or letter in _SPACES else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def printable_lines(text: str) -> str:
    """The same of words of several lines."""
    return "\n".join(map(printable, text.split("\n")))


def json_line(encoded: bytes) -> str:
    """A line of JSON that says the same, with what would command a terminal as its code."""
    return "".join(
        letter if letter.isprintable() else json.dumps(letter)[1:-1]
        for letter in encoded.decode(errors="replace")
    )


def in_plain(mrkdwn: str, voice: Voice) -> str:
    """A line of Slack's mrkdwn as plain text: moments in the voice's zone, members by their ids,
    links by their labels."""

    def moment(found: re.Match[str]) -> str:
        return voice.moment(datetime.fromtimestamp(int(found[1]), UTC))

    text = _LINK.sub(r"\1", _DATE.sub(moment, mrkdwn))
    text = _MARK.sub(r"\1", _MEMBER.sub(r"@\1", text)).replace(_INERT, "")
    return printable(unescape(text))
