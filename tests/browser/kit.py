"""The pieces that the browser tests are written with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page

Block = dict[str, Any]
Post = Callable[..., Awaitable[str]]
Visit = Callable[..., Awaitable[Page]]
Connect = Callable[[], Awaitable[None]]


def plain(text: str) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Block:
    """A section of mrkdwn."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, **more: Any) -> Block:
    """A button."""
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": "1", **more}


def actions(*elements: Block) -> Block:
    """A row of elements."""
    return {"type": "actions", "elements": list(elements)}


def modal(title: str, *blocks: Block, **more: Any) -> Block:
    """A modal that can be submitted."""
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        **more,
    }


def text_input(block_id: str, label: str) -> Block:
    """A one-line input."""
    element = {"type": "plain_text_input", "action_id": "value"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}
