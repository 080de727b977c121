"""The limits of Block Kit's blocks and views, in one table.

Source: https://docs.slack.dev/reference/block-kit/blocks and
https://docs.slack.dev/reference/views
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.standin.blocks.elements import (
    ALT_TEXT,
    ID,
    IMAGE_URL,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
)
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
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
TEXT_IN_BLOCKS = 11_000
"""Undocumented; Slack was seen to refuse 11,300 characters with msg_blocks_too_long."""
MARKDOWN_IN_MESSAGE = 12_000
VIEW_BYTES = 250_000
TABLES_IN_MESSAGE = 1
CHARTS_IN_MESSAGE = 2


def _text_or_fields(section: Mapping[str, Any]) -> str:
    return "" if "text" in section or "fields" in section else "must define `text` or `fields`"


def _one_image(image: Mapping[str, Any]) -> str:
    if ("image_url" in image) != ("slack_file" in image):
        return ""
    return "must define either `image_url` or `slack_file`"


def _even_rows(table: Mapping[str, Any]) -> str:
    rows = table.get("rows")
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        return "all rows must have the same number of cells"
    return ""


def _block(required: tuple[str, ...] = (), relation: Any = None, **fields: Rule) -> Shape:
    given = {} if relation is None else {"relation": relation}
    return Shape({"block_id": ID, **fields}, required=required, **given)


_STYLE = Shape(
    {name: Flag() for name in ("bold", "italic", "strike", "code", "underline", "unlink")}
)
_RICH_PIECE = ByType(
    {
        "text": Shape({"text": Words(3000), "style": _STYLE}, required=("text",)),
        "link": Shape(
            {"url": Address(), "text": Words(3000, 0), "unsafe": Flag(), "style": _STYLE},
            required=("url",),
        ),
        "user": Shape({"user_id": ID, "style": _STYLE}, required=("user_id",)),
        "channel": Shape({"channel_id": ID, "style": _STYLE}, required=("channel_id",)),
        "usergroup": Shape({"usergroup_id": ID, "style": _STYLE}, required=("usergroup_id",)),
        "emoji": Shape(
            {
                "name": Words(100),
                "unicode": Words(100),
                "skin_tone": Whole(1, 6),
                "style": _STYLE,
            },
            required=("name",),
        ),
        "broadcast": Shape(
            {"range": OneOf(("here", "channel", "everyone")), "style": _STYLE},
            required=("range",),
        ),
        "date": Shape(
            {
                "timestamp": Whole(0, 9_999_999_999),
                "format": Words(200),
                "url": Address(),
                "fallback": Words(200),
            },
            required=("timestamp", "format"),
        ),
        "color": Shape({"value": Words(20)}, required=("value",)),
    }
)
_PIECES = Items(_RICH_PIECE, 1000, 0)
_RICH_SECTION = Shape({"elements": _PIECES}, required=("elements",))
_RICH = ByType(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_quote": Shape(
            {"elements": _PIECES, "border": Whole(0, 1)}, required=("elements",)
        ),
        "rich_text_preformatted": Shape(
            {"elements": _PIECES, "border": Whole(0, 1), "language": Words(50)},
            required=("elements",),
        ),
        "rich_text_list": Shape(
            {
                "elements": Items(ByType({"rich_text_section": _RICH_SECTION}), 1000),
                "style": OneOf(("bullet", "ordered")),
                "indent": Whole(0, 8),
                "offset": Whole(0, 10_000),
                "border": Whole(0, 1),
            },
            required=("elements", "style"),
        ),
    }
)
_RICH_BLOCK = _block(required=("elements",), elements=Items(_RICH, 1000))
_CELL = ByType(
    {
        "raw_text": Shape({"text": Words(3000)}, required=("text",)),
        "raw_number": Anything(),
        "rich_text": _RICH_BLOCK,
    }
)

_ANYWHERE: Mapping[str, Rule] = {
    "section": _block(
        relation=_text_or_fields,
        text=Text(3000),
        fields=Items(Text(2000), 10),
        accessory=IN_SECTION,
        expand=Flag(),
    ),
    "header": _block(required=("text",), text=Text(150, plain=True), level=Whole(1, 6)),
    "divider": _block(),
    "image": _block(
        required=("alt_text",),
        relation=_one_image,
        image_url=IMAGE_URL,
        slack_file=SLACK_FILE,
        alt_text=ALT_TEXT,
        title=Text(2000, plain=True),
    ),
    "context": _block(required=("elements",), elements=Items(IN_CONTEXT, 10)),
    "actions": _block(required=("elements",), elements=Items(IN_ACTIONS, 25)),
    "input": _block(
        required=("label", "element"),
        label=Text(2000, plain=True),
        hint=Text(2000, plain=True),
        element=IN_INPUT,
        optional=Flag(),
        dispatch_action=Flag(),
    ),
    "rich_text": _RICH_BLOCK,
    "video": _block(
        required=("alt_text", "title", "thumbnail_url", "video_url"),
        alt_text=ALT_TEXT,
        title=Text(199, plain=True),
        title_url=Address(),
        description=Text(200, plain=True),
        author_name=Words(49),
        provider_name=Words(100),
        provider_icon_url=Address(),
        thumbnail_url=Address(),
        video_url=Address(),
    ),
}
_TABLE = _block(
    required=("rows",),
    relation=_even_rows,
    rows=Items(Items(_CELL, 20), 100),
    column_settings=Items(
        Shape({"align": OneOf(("left", "center", "right")), "is_wrapped": Flag()}), 20, 0
    ),
)

IN_MESSAGE = ByType(
    {
        **_ANYWHERE,
        "table": _TABLE,
        "markdown": _block(required=("text",), text=Words(MARKDOWN_IN_MESSAGE)),
        "file": _block(
            required=("external_id", "source"), external_id=ID, source=OneOf(("remote",))
        ),
        "context_actions": _block(required=("elements",), elements=Items(Anything(), 5)),
        "data_table": _block(
            required=("rows",), rows=Items(Anything(), 101), caption=Words(500), columns=Anything()
        ),
        "data_visualization": _block(
            title=Words(200, 0), chart=Anything(), series=Items(Anything(), 6), caption=Words(500)
        ),
    }
)
IN_MODAL = ByType(_ANYWHERE)
IN_HOME = ByType({**_ANYWHERE, "table": _TABLE})

_VIEW_COMMON: Mapping[str, Rule] = {
    "private_metadata": Words(3000, 0),
    "callback_id": Words(255, 0),
    "external_id": Words(255, 0),
}
MODAL = Shape(
    {
        **_VIEW_COMMON,
        "title": Text(24, plain=True),
        "submit": Text(24, plain=True),
        "close": Text(24, plain=True),
        "blocks": Items(IN_MODAL, VIEW_BLOCKS),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
    },
    required=("title", "blocks"),
    relation=lambda view: (
        "submit is required when an input block is within blocks"
        if "submit" not in view
        and isinstance(blocks := view.get("blocks"), list)
        and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
        else ""
    ),
)
HOME = Shape(
    {**_VIEW_COMMON, "blocks": Items(IN_HOME, VIEW_BLOCKS, 0), "title": Anything()},
    required=("blocks",),
)
VIEW = ByType({"modal": MODAL, "home": HOME})
