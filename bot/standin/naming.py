"""The block_ids and action_ids that Slack makes up where an app leaves them out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from bot.standin.wire import Json


def named(blocks: Iterable[Json]) -> tuple[Json, ...]:
    """The blocks with every block_id and action_id filled in."""
    return tuple(_named_block(block) for block in blocks)


def _named_block(block: Json) -> Json:
    made = {**block, "block_id": block.get("block_id") or _fresh()}
    for slot in ("accessory", "element"):
        if isinstance(block.get(slot), dict):
            made[slot] = _named_element(block[slot])
    if block.get("type") == "actions" and isinstance(block.get("elements"), list):
        made["elements"] = [_named_element(each) for each in block["elements"]]
    return made


def _named_element(element: Json) -> Json:
    if element.get("type") == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": _fresh()}


def _fresh() -> str:
    return secrets.token_urlsafe(4)
