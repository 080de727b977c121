"""The limits of Block Kit's elements.

Source: https://docs.slack.dev/reference/block-kit/block-elements and
https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.standin.blocks.rules import (
    Address,
    Anything,
    ByType,
    Flag,
    Items,
    OneOf,
    Rule,
    Shape,
    Text,
    Whole,
    Words,
    Written,
)

ID = Words(255)
IMAGE_URL = Address(3000, ("http", "https"))
ALT_TEXT = Words(2000)
SLACK_FILE = Shape({"id": Words(255), "url": Address()})

CONFIRM = Shape(
    {
        "title": Text(100, plain=True),
        "text": Text(300),
        "confirm": Text(30, plain=True),
        "deny": Text(30, plain=True),
        "style": OneOf(("primary", "danger")),
    },
    required=("title", "text", "confirm", "deny"),
)


def _option(text: Text) -> Shape:
    return Shape(
        {
            "text": text,
            "value": Words(150),
            "description": Text(75, plain=text.plain),
            "url": Address(),
        },
        required=("text", "value"),
    )


OPTION = _option(Text(75, plain=True))
RICH_OPTION = _option(Text(75))
OPTION_GROUP = Shape(
    {"label": Text(75, plain=True), "options": Items(OPTION, 100)}, required=("label", "options")
)
FILTER = Shape(
    {
        "include": Items(OneOf(("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    }
)
DISPATCH = Shape(
    {"trigger_actions_on": Items(OneOf(("on_enter_pressed", "on_character_entered")), 2)}
)


def _options_somewhere(element: Mapping[str, Any]) -> str:
    if ("options" in element) == ("option_groups" in element):
        return "must define either `options` or `option_groups`"
    return ""


def _initial_among_options(element: Mapping[str, Any]) -> str:
    values = _option_values(element)
    wanted = [element.get("initial_option"), *_objects(element.get("initial_options"))]
    for option in wanted:
        if isinstance(option, dict) and option.get("value") not in values:
            return "initial option must exactly match one of the options"
    return ""


def _option_values(element: Mapping[str, Any]) -> list[object]:
    groups = _objects(element.get("option_groups"))
    every = [element, *groups]
    return [option.get("value") for each in every for option in _objects(each.get("options"))]


def _objects(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list, which another rule says."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _static(element: Mapping[str, Any]) -> str:
    return _options_somewhere(element) or _initial_among_options(element)


def _lengths(element: Mapping[str, Any]) -> str:
    least, most = element.get("min_length"), element.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        return "`min_length` must not exceed `max_length`"
    return ""


_COMMON: Mapping[str, Rule] = {
    "action_id": ID,
    "confirm": CONFIRM,
    "focus_on_load": Flag(),
    "placeholder": Text(150, plain=True),
}


def _select(*more: Mapping[str, Rule], **fields: Rule) -> Shape:
    every = {**_COMMON, **fields}
    for group in more:
        every.update(group)
    return Shape(every, relation=_static if "options" in every else lambda _: "")


def _typed_in(**fields: Rule) -> Shape:
    return Shape({**_COMMON, "dispatch_action_config": DISPATCH, **fields}, relation=_lengths)


_STATIC: Mapping[str, Rule] = {
    "options": Items(OPTION, 100),
    "option_groups": Items(OPTION_GROUP, 100),
}
_CONVERSATIONS: Mapping[str, Rule] = {
    "default_to_current_conversation": Flag(),
    "filter": FILTER,
}
_IDS = Items(ID, 100)
_MANY: Mapping[str, Rule] = {"max_selected_items": Whole(1, 100)}

BUTTON = Shape(
    {
        "action_id": ID,
        "confirm": CONFIRM,
        "text": Text(75, plain=True),
        "value": Words(2000),
        "url": Address(),
        "style": OneOf(("primary", "danger")),
        "accessibility_label": Words(75),
    },
    required=("text",),
)
IMAGE_ELEMENT = Shape(
    {"image_url": IMAGE_URL, "slack_file": SLACK_FILE, "alt_text": ALT_TEXT},
    required=("alt_text",),
    relation=lambda image: (
        ""
        if ("image_url" in image) != ("slack_file" in image)
        else "must define either `image_url` or `slack_file`"
    ),
)
OVERFLOW = Shape(
    {"action_id": ID, "confirm": CONFIRM, "options": Items(OPTION, 5)}, required=("options",)
)
CHECKBOXES = Shape(
    {**_COMMON, "options": Items(RICH_OPTION, 10), "initial_options": Items(RICH_OPTION, 10)},
    required=("options",),
    relation=_initial_among_options,
)
RADIO = Shape(
    {**_COMMON, "options": Items(RICH_OPTION, 10), "initial_option": RICH_OPTION},
    required=("options",),
    relation=_initial_among_options,
)

PICKERS: Mapping[str, Rule] = {
    "static_select": _select(_STATIC, initial_option=OPTION),
    "external_select": _select(initial_option=OPTION, min_query_length=Whole(0, 100)),
    "users_select": _select(initial_user=ID),
    "conversations_select": _select(
        _CONVERSATIONS, initial_conversation=ID, response_url_enabled=Flag()
    ),
    "channels_select": _select(initial_channel=ID, response_url_enabled=Flag()),
    "datepicker": _select(initial_date=Written(r"\d{4}-\d\d-\d\d", "YYYY-MM-DD")),
    "timepicker": _select(
        initial_time=Written(r"([01]\d|2[0-3]):[0-5]\d", "HH:mm"), timezone=Words(100)
    ),
    "datetimepicker": _select(initial_date_time=Whole(1_000_000_000, 9_999_999_999)),
}
MULTI_PICKERS: Mapping[str, Rule] = {
    "multi_static_select": _select(_MANY, _STATIC, initial_options=Items(OPTION, 100)),
    "multi_external_select": _select(
        _MANY, initial_options=Items(OPTION, 100), min_query_length=Whole(0, 100)
    ),
    "multi_users_select": _select(_MANY, initial_users=_IDS),
    "multi_conversations_select": _select(_MANY, _CONVERSATIONS, initial_conversations=_IDS),
    "multi_channels_select": _select(_MANY, initial_channels=_IDS),
}
CHOICES: Mapping[str, Rule] = {"checkboxes": CHECKBOXES, "radio_buttons": RADIO}
_NUMBER = Written(r"-?\d{1,30}(\.\d{1,30})?", "12.5")
TYPED_IN: Mapping[str, Rule] = {
    "plain_text_input": _typed_in(
        multiline=Flag(),
        initial_value=Words(3000, least=0),
        min_length=Whole(0, 3000),
        max_length=Whole(1, 3000),
    ),
    "number_input": _typed_in(
        is_decimal_allowed=Flag(),
        initial_value=Words(3000),
        min_value=_NUMBER,
        max_value=_NUMBER,
    ),
    "email_text_input": _typed_in(initial_value=Words(3000)),
    "url_text_input": _typed_in(initial_value=Words(3000)),
    "rich_text_input": _typed_in(initial_value=Anything()),
    "file_input": Shape(
        {"action_id": ID, "filetypes": Items(Words(50), 100), "max_files": Whole(1, 10)}
    ),
}

IN_ACTIONS = ByType({"button": BUTTON, "overflow": OVERFLOW, **PICKERS, **MULTI_PICKERS, **CHOICES})
IN_SECTION = ByType({**IN_ACTIONS.shapes, "image": IMAGE_ELEMENT})
IN_INPUT = ByType({**PICKERS, **MULTI_PICKERS, **CHOICES, **TYPED_IN})
IN_CONTEXT = ByType(
    {"image": IMAGE_ELEMENT, "mrkdwn": Text(3000), "plain_text": Text(3000)},
)
