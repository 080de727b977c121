"""The pieces that cards are put together from; each keeps Slack's limits by itself.

Limits: https://docs.slack.dev/reference/block-kit/blocks and …/block-elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.domain.excerpt import shorten
from bot.i18n import Voice
from bot.slack.mrkdwn import safe_url, without_orders

Block = dict[str, Any]
Element = dict[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 9000
"""Slack refuses a message of some 11,000 characters in all its blocks (msg_blocks_too_long),
at a limit that it does not document."""

FALLBACK_TEXT = 3000
SECTION_TEXT = 3000
FIELD_TEXT = 2000
MOST_FIELDS = MOST_ELEMENTS = 10
HEADER_TEXT = 150
POST_TEXT = 600


class Card(msgspec.Struct, frozen=True):
    """A message: blocks, and the text that notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


def fitted(text: str, blocks: Sequence[Block], voice: Voice) -> Card:
    """A card of as many of the blocks, from the first on, as one message takes; it says so
    where some are left out."""
    kept: list[Block] = []
    left = MESSAGE_TEXT
    for block in blocks[: MESSAGE_BLOCKS - 1]:
        left -= _text_in(block)
        if left < 0:
            break
        kept.append(block)
    if len(kept) < len(blocks):
        kept.append(context(voice.say("…shortened: there is more than one message holds.")))
    return Card(shorten(text, FALLBACK_TEXT), tuple(kept))


def _text_in(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_text_in(part) for part in value.values())
    return sum(_text_in(part) for part in value) if isinstance(value, list) else 0


def header(text: str) -> Block:
    """A headline in plain text."""
    return {"type": "header", "text": plain(text, HEADER_TEXT)}


def section(mrkdwn: str, *, block_id: str | None = None, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn, whose untrusted parts the caller has escaped."""
    block: Block = {
        "type": "section",
        "text": marked(mrkdwn, SECTION_TEXT),
    }
    if block_id:
        block["block_id"] = block_id
    if accessory:
        block["accessory"] = accessory
    return block


def fields(pairs: Sequence[tuple[str, str]]) -> Block:
    """Up to ten labelled figures, two a row."""
    return {
        "type": "section",
        "fields": [
            marked(f"*{label}*\n{value}", FIELD_TEXT) for label, value in pairs[:MOST_FIELDS]
        ],
    }


def context(*mrkdwn: str) -> Block:
    """Small print."""
    elements = [marked(text, FIELD_TEXT) for text in mrkdwn if text]
    return {"type": "context", "elements": elements[:MOST_ELEMENTS]}


def marked(text: str, limit: int) -> Element:
    """Mrkdwn, whose untrusted parts the caller has escaped."""
    return {"type": "mrkdwn", "text": within(text, limit)}


def within(mrkdwn: str, limit: int) -> str:
    """The text in at most `limit` characters: cut between words, and never inside a link, a
    mention or an escaped character (none of which holds a space but for a link's label)."""
    if len(mrkdwn) <= limit:
        return mrkdwn
    cut = mrkdwn[: limit - 1]
    cut = cut[: max(cut.rfind(" "), cut.rfind("\n"), 0)]
    if cut.rfind("<") > cut.rfind(">"):
        cut = cut[: cut.rfind("<")]
    return cut.rstrip() + "…"


def divider() -> Block:
    return {"type": "divider"}


def quote(text: str, limit: int = POST_TEXT, *, title: str = "") -> Block:
    """A post's own words: in rich text, where nothing in them can be markup or a mention."""
    shown: list[Element] = []
    if title:
        headline = shorten(without_orders(title), HEADER_TEXT) + "\n"
        shown.append({"type": "text", "text": headline, "style": {"bold": True}})
    shown.append({"type": "text", "text": shorten(without_orders(text), limit) or "–"})
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": shown}]}


def actions(block_id: str, elements: Sequence[Element]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements[:25])}


def button(label: str, action_id: str, value: str, *, style: str | None = None) -> Element:
    """A button that carries the id of what it acts on."""
    element: Element = {
        "type": "button",
        "text": plain(label, 75),
        "action_id": action_id,
        "value": value,
    }
    if style:
        element["style"] = style
    return element


def asking_first(element: Element, title: str, meaning: str, yes: str, voice: Voice) -> Element:
    """A button that asks whether it is meant: what it does, and what `yes` is called."""
    return element | {
        "confirm": {
            "title": plain(title, 100),
            "text": plain(meaning, 300),
            "confirm": plain(yes, 30),
            "deny": plain(voice.say("Cancel"), 30),
            "style": "danger",
        }
    }


def link_button(label: str, action_id: str, url: str) -> Element | None:
    """A button that opens an address, or None where the address must not be linked."""
    address = safe_url(url)
    if address is None:
        return None
    return {"type": "button", "text": plain(label, 75), "action_id": action_id, "url": address}


def plain(text: str, limit: int) -> Element:
    """Plain text, never cut in mid-word."""
    shown = shorten(without_orders(text), limit) or "–"
    return {"type": "plain_text", "text": shown, "emoji": True}


def local_time(moment: datetime, form: str = "{date_short_pretty} {time}") -> str:
    """A moment as each reader's own Slack shows it
    (https://docs.slack.dev/messaging/formatting-message-text#date-formatting)."""
    fallback = moment.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(moment.timestamp())}^{form}|{fallback}>"


def sparkline(counts: Sequence[int]) -> str:
    """Counts as a row of bars."""
    bars = "▁▂▃▄▅▆▇█"
    top = max(counts, default=0)
    if top == 0:
        return bars[0] * len(counts)
    return "".join(bars[round(count / top * (len(bars) - 1))] for count in counts)
