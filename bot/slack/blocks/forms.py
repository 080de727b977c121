"""The pieces of modals.

Limits: https://docs.slack.dev/reference/views/modal-views and
https://docs.slack.dev/reference/block-kit/blocks/input-block.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack import ids
from bot.slack.blocks.parts import Block, Element, plain

TITLE = 24
METADATA = 3000
"""Characters that a modal's private metadata holds."""

MOST_OPTIONS = 100
OPTION = 75


def modal(
    callback: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str,
    close: str,
    metadata: str = "",
    notify_on_close: bool = False,
) -> Block:
    """A form; `metadata` comes back with what was put in."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, TITLE),
        "submit": plain(submit, TITLE),
        "close": plain(close, TITLE),
        "private_metadata": metadata,
        "notify_on_close": notify_on_close,
        "blocks": list(blocks),
    }


def field(
    block_id: str, label: str, element: Element, *, optional: bool = False, hint: str = ""
) -> Block:
    """A labelled place to put something in."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def option(label: str, value: str) -> Element:
    """One of several to choose from."""
    return {"text": plain(label, OPTION), "value": value}


def select(
    options: Sequence[Element], *, chosen: str = "", action_id: str = ids.VALUE, empty: str = ""
) -> Element:
    """A choice of one, with `chosen` preset (a value); `empty` stands where nothing is chosen."""
    shown = list(options[:MOST_OPTIONS])
    element: Element = {"type": "static_select", "action_id": action_id, "options": shown}
    preset = next((one for one in shown if one["value"] == chosen), None)
    if preset:
        element["initial_option"] = preset
    if empty:
        element["placeholder"] = plain(empty, 150)
    return element


def text_input(*, written: str = "", most: int = 3000, empty: str = "") -> Element:
    """Several lines of text."""
    element: Element = {
        "type": "plain_text_input",
        "action_id": ids.VALUE,
        "multiline": True,
        "max_length": most,
    }
    if written:
        element["initial_value"] = written[:most]
    if empty:
        element["placeholder"] = plain(empty, 150)
    return element


def person_select(*, empty: str) -> Element:
    """Somebody of the workspace."""
    return {
        "type": "users_select",
        "action_id": ids.VALUE,
        "placeholder": plain(empty, 150),
    }
