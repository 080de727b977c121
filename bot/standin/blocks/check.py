"""What Slack would refuse in a message's or a view's content, and with which code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.standin.blocks import table
from bot.standin.blocks.rules import Fault, Items
from bot.standin.errors import ApiError, bad_arguments
from bot.standin.wire import Json, dumps, parsed

_FORMAT = "must provide an array of block objects"


def check_content(said: Mapping[str, Any]) -> tuple[str, tuple[Json, ...], tuple[Json, ...]]:
    """The text, blocks and attachments of a message to be posted.

    Raises ApiError no_text, msg_too_long, invalid_blocks, invalid_blocks_format,
    msg_blocks_too_long or invalid_attachments.
    """
    text = said.get("text") or ""
    if not isinstance(text, str):
        raise ApiError("invalid_arguments")
    if len(text) > table.MESSAGE_TEXT:
        raise ApiError("msg_too_long")
    blocks = check_blocks(said.get("blocks"))
    attachments = _attachments(said.get("attachments"))
    if not (text.strip() or blocks or attachments):
        raise ApiError("no_text")
    return text, blocks, attachments


def check_blocks(given: object) -> tuple[Json, ...]:
    """The blocks, given as JSON text or as a list; () for none. Raises ApiError."""
    blocks = _parsed(given, "invalid_blocks_format")
    if blocks is None:
        return ()
    if not isinstance(blocks, list) or not all(isinstance(each, dict) for each in blocks):
        raise bad_arguments(f"{_FORMAT} [json-pointer:/blocks]", code="invalid_blocks_format")
    faults = tuple(message_faults(blocks))
    if faults:
        raise bad_arguments(*map(str, faults), code="invalid_blocks")
    if text_in(blocks) > table.TEXT_IN_BLOCKS:
        raise ApiError("msg_blocks_too_long")
    return tuple(blocks)


def check_view(given: object) -> Json:
    """The view, given as JSON text or as an object. Raises ApiError invalid_arguments."""
    view = _parsed(given, "invalid_arguments")
    if not isinstance(view, dict):
        raise bad_arguments("must provide an object [json-pointer:/view]")
    if faults := tuple(view_faults(view)):
        raise bad_arguments(*map(str, faults))
    if len(dumps(view).encode()) > table.VIEW_BYTES:
        raise ApiError("view_too_large")
    return view


def message_faults(blocks: Sequence[Json]) -> Iterator[Fault]:
    """All that is wrong with a message's blocks."""
    yield from Items(table.IN_MESSAGE, table.MESSAGE_BLOCKS, 0).faults(blocks, "/blocks")
    yield from _twice(blocks, "/blocks")
    yield from _together(blocks)


def view_faults(view: Json) -> Iterator[Fault]:
    """All that is wrong with a view."""
    yield from table.VIEW.faults(view, "/view")
    blocks = view.get("blocks")
    if isinstance(blocks, list) and all(isinstance(each, dict) for each in blocks):
        yield from _twice(blocks, "/view/blocks")


def text_in(value: object) -> int:
    """How many characters of text stand anywhere in the blocks."""
    if isinstance(value, list | tuple):
        return sum(text_in(each) for each in value)
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(text_in(each) for each in value.values())


def _parsed(given: object, code: str) -> object:
    if not isinstance(given, str):
        return given
    if not given:
        return None
    try:
        return parsed(given)
    except ValueError:
        raise ApiError(code) from None


def _attachments(given: object) -> tuple[Json, ...]:
    attachments = _parsed(given, "invalid_attachments")
    if attachments is None:
        return ()
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > 100:
        raise ApiError("too_many_attachments")
    return tuple(
        attachment | {"blocks": list(check_blocks(attachment["blocks"]))}
        if "blocks" in attachment
        else attachment
        for attachment in attachments
    )


def _twice(blocks: Sequence[Json], at: str) -> Iterator[Fault]:
    """block_ids that stand twice in the content, action_ids that stand twice in a block."""
    blocks_seen: set[str] = set()
    for place, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in blocks_seen:
                words = f"block_id `{block_id}` already exists for another block"
                yield Fault(f"{at}/{place}/block_id", words)
            blocks_seen.add(block_id)
        yield from _actions_twice(block, f"{at}/{place}")


def _actions_twice(block: Json, at: str) -> Iterator[Fault]:
    elements = block.get("elements")
    if block.get("type") != "actions" or not isinstance(elements, list):
        return
    seen: set[str] = set()
    for place, element in enumerate(elements):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                words = f"action_id `{action_id}` already exists for another element"
                yield Fault(f"{at}/elements/{place}/action_id", words)
            seen.add(action_id)


def _together(blocks: Sequence[Json]) -> Iterator[Fault]:
    kinds = [block.get("type") for block in blocks]
    if kinds.count("table") > table.TABLES_IN_MESSAGE:
        yield Fault("/blocks", "only one table is allowed")
    if kinds.count("data_visualization") > table.CHARTS_IN_MESSAGE:
        yield Fault("/blocks", f"no more than {table.CHARTS_IN_MESSAGE} charts allowed")
    markdown = [block.get("text") for block in blocks if block.get("type") == "markdown"]
    if sum(len(text) for text in markdown if isinstance(text, str)) > table.MARKDOWN_IN_MESSAGE:
        yield Fault("/blocks", "markdown text must be less than 12001 characters in all")
