"""What people put into elements: the state Slack sends, and what its own client refuses.

Shapes: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from bot.standin.wire import Json

# what an element's state holds, and the field that presets it
_STATE: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with the block it stands in."""
    for block in blocks:
        inside = block.get("elements", ()) if block.get("type") == "actions" else ()
        for element in (block.get("accessory"), block.get("element"), *inside):
            if isinstance(element, dict) and element.get("action_id"):
                yield block, element


def initial_state(blocks: Iterable[Json]) -> Json:
    """The state of untouched elements: {block_id: {action_id: {type, value…}}}."""
    state: Json = {}
    for block, element in elements(blocks):
        if (kind := element["type"]) in _STATE:
            field, preset = _STATE[kind]
            empty: object = [] if field.endswith("s") else None
            held = {"type": kind, field: element.get(preset, empty)}
            state.setdefault(block["block_id"], {})[element["action_id"]] = held
    return state


def merged(state: Json, values: Json) -> Json:
    """`state` with `values` over it."""
    made = {block_id: dict(actions) for block_id, actions in state.items()}
    for block_id, actions in values.items():
        made.setdefault(block_id, {}).update(actions)
    return made


def kept(before: tuple[Json, ...], after: tuple[Json, ...], values: Json) -> Json:
    """Those values whose element is still there under the same block_id and action_id."""
    there = {(block["block_id"], element["action_id"]) for block, element in elements(after)}
    there &= {(block["block_id"], element["action_id"]) for block, element in elements(before)}
    return {
        block_id: left
        for block_id, actions in values.items()
        if (left := {name: held for name, held in actions.items() if (block_id, name) in there})
    }


def filled(element: Json, choice: object) -> Json:
    """The element's state after a person put `choice` in.

    `choice` is the state itself, or short for it: the text typed, the option's value (or
    values), the id picked (or ids). ValueError where no option has the value.
    """
    kind = element["type"]
    field = "selected_option" if kind == "overflow" else _STATE.get(kind, ("", ""))[0]
    if not field:
        raise ValueError(f"nothing can be put into a {kind}")
    held = choice.get(field) if isinstance(choice, dict) else choice
    if held in (None, "", []):
        return {"type": kind, field: [] if field.endswith("s") else None}
    if field == "selected_option":
        held = _option(element, held)
    elif field.endswith("s"):
        if not isinstance(held, list | tuple):
            raise ValueError(f"a {kind} holds a list")
        held = [_option(element, one) if field == "selected_options" else one for one in held]
    elif not isinstance(held, dict if kind == "rich_text_input" else str | int):
        raise ValueError(f"a {kind} does not hold this")
    return {"type": kind, field: held}


def _option(element: Json, choice: object) -> Json:
    value = choice.get("value") if isinstance(choice, dict) else choice
    groups = element.get("option_groups") or ()
    every = [*element.get("options", ()), *(o for group in groups for o in group["options"])]
    for option in every:
        if option.get("value") == value:
            return dict(option)
    if element["type"].endswith("external_select"):
        offered = {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
        return choice if isinstance(choice, dict) else offered
    raise ValueError(f"no option has the value {value!r}")


def refused(blocks: Iterable[Json], values: Json) -> dict[str, str]:
    """What Slack's client does not let a person submit: words by block_id."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        held = values.get(block["block_id"], {}).get(element["action_id"], {})
        field, _ = _STATE.get(element["type"], ("value", ""))
        if words := _fault(element, held.get(field), bool(block.get("optional"))):
            errors[block["block_id"]] = words
    return errors


def _fault(element: Json, value: object, optional: bool) -> str:
    if value in (None, "", []):
        return "" if optional else "Please complete this required field."
    if isinstance(value, str):
        return _fault_of_text(element, value)
    return ""


def _fault_of_text(element: Json, value: str) -> str:
    least, most = int(element.get("min_length", 0)), int(element.get("max_length", 3000))
    if len(value) < least:
        return f"Use at least {least} characters."
    if len(value) > most:
        return f"Use at most {most} characters."
    match element["type"]:
        case "number_input":
            return _fault_of_number(element, value)
        case "email_text_input" if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", value):
            return "Enter an email address."
        case "url_text_input" if not re.fullmatch(r"https?://\S+", value):
            return "Enter a URL that begins with http:// or https://."
    return ""


def _fault_of_number(element: Json, value: str) -> str:
    decimals = bool(element.get("is_decimal_allowed"))
    if not re.fullmatch(r"-?\d{1,30}(\.\d{1,30})?" if decimals else r"-?\d{1,30}", value, re.ASCII):
        return "Enter a number." if decimals else "Enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and Decimal(value) < Decimal(least):
        return f"Enter a number of at least {least}."
    if most is not None and Decimal(value) > Decimal(most):
        return f"Enter a number of at most {most}."
    return ""
