"""Block Kit's limits: at the limit taken, one beyond refused, never laxer than slack_sdk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from bot.standin import ApiError
from bot.standin.blocks import check_blocks, check_content, check_view
from bot.standin.blocks.check import message_faults, text_in, view_faults
from bot.standin.wire import dumps

Json = dict[str, Any]


def plain(length: int = 1) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 1) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def option(text: int = 1, value: int = 1) -> Json:
    return {"text": plain(text), "value": "v" * value}


def options(count: int) -> list[Json]:
    return [{"text": plain(), "value": str(n)} for n in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain()} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    content = {} if "fields" in more else {"text": mrkdwn()}
    return {"type": "section"} | content | more


def input_(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element} | more


def select(count: int, **more: Any) -> Json:
    return {"type": "static_select", "options": options(count)} | more


def confirm(title: int = 1, text: int = 1, button: int = 1) -> Json:
    return {
        "title": plain(title),
        "text": plain(text),
        "confirm": plain(button),
        "deny": plain(button),
    }


def image(url: int = 20, alt: int = 1) -> Json:
    return {
        "type": "image",
        "image_url": "https://a.example/".ljust(url, "x"),
        "alt_text": "a" * alt,
    }


# (what, the limit, a message's block with so much of it, does slack_sdk refuse it too)
LIMITS: list[tuple[str, int, Callable[[int], Json], bool]] = [
    ("section text", 3000, lambda n: section(text=mrkdwn(n)), True),
    ("section field", 2000, lambda n: section(fields=[mrkdwn(n)]), False),
    ("section fields", 10, lambda n: section(fields=[mrkdwn()] * n), True),
    ("block_id", 255, lambda n: {"type": "divider", "block_id": "b" * n}, True),
    ("header text", 150, lambda n: {"type": "header", "text": plain(n)}, True),
    ("context text", 3000, lambda n: {"type": "context", "elements": [mrkdwn(n)]}, False),
    ("context elements", 10, lambda n: {"type": "context", "elements": [mrkdwn()] * n}, True),
    ("actions elements", 25, lambda n: actions(*[button() for _ in range(n)]), True),
    ("action_id", 255, lambda n: actions(button(action_id="a" * n)), True),
    ("button text", 75, lambda n: actions(button(text=plain(n))), True),
    ("button value", 2000, lambda n: actions(button(value="v" * n)), True),
    ("button url", 3000, lambda n: actions(button(url="https://a.b/".ljust(n, "x"))), True),
    ("select options", 100, lambda n: actions(select(n)), True),
    ("overflow options", 5, lambda n: actions({"type": "overflow", "options": options(n)}), True),
    ("checkboxes", 10, lambda n: actions({"type": "checkboxes", "options": options(n)}), False),
    ("radio", 10, lambda n: actions({"type": "radio_buttons", "options": options(n)}), False),
    (
        "option text",
        75,
        lambda n: actions({"type": "static_select", "options": [option(text=n)]}),
        True,
    ),
    (
        "option value",
        150,
        lambda n: actions({"type": "static_select", "options": [option(value=n)]}),
        True,
    ),
    (
        "placeholder",
        150,
        lambda n: actions({"type": "users_select", "placeholder": plain(n)}),
        True,
    ),
    ("confirm title", 100, lambda n: actions(button(confirm=confirm(title=n))), True),
    ("confirm text", 300, lambda n: actions(button(confirm=confirm(text=n))), True),
    ("confirm button", 30, lambda n: actions(button(confirm=confirm(button=n))), True),
    ("image url", 3000, lambda n: image(url=n), True),
    ("image alt text", 2000, lambda n: image(alt=n), True),
    ("input label", 2000, lambda n: input_({"type": "plain_text_input"}, label=plain(n)), True),
    ("input hint", 2000, lambda n: input_({"type": "plain_text_input"}, hint=plain(n)), True),
    ("max_length", 3000, lambda n: input_({"type": "plain_text_input", "max_length": n}), False),
    ("table rows", 100, lambda n: {"type": "table", "rows": [[raw_cell()]] * n}, False),
    ("table columns", 20, lambda n: {"type": "table", "rows": [[raw_cell()] * n]}, False),
]


def raw_cell() -> Json:
    return {"type": "raw_text", "text": "x"}


@pytest.mark.parametrize(
    ("limit", "made"), [row[1:3] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
def test_each_limit_is_taken_and_one_more_is_refused(
    limit: int, made: Callable[[int], Json]
) -> None:
    assert list(message_faults([made(limit)])) == []
    assert list(message_faults([made(limit + 1)])) != []


def by_sdk(block: Json) -> None:
    """Let slack_sdk's own models check the block, all the way down."""
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.to_dict()
    for element in getattr(parsed, "elements", None) or ():
        element.to_dict()
        for each in Option.parse_all(getattr(element, "options", None)) or ():
            each.to_dict()


@pytest.mark.parametrize(
    ("limit", "made"),
    [row[1:3] for row in LIMITS if row[3]],
    ids=[row[0] for row in LIMITS if row[3]],
)
def test_the_table_agrees_with_slack_sdk_where_that_has_a_limit(
    limit: int, made: Callable[[int], Json]
) -> None:
    by_sdk(made(limit))
    with pytest.raises(SlackObjectFormationError):
        by_sdk(made(limit + 1))


@pytest.mark.parametrize(
    ("what", "blocks", "words"),
    [
        ("empty text", [section(text=mrkdwn(0))], "must be more than 0 characters"),
        (
            "mrkdwn in a header",
            [{"type": "header", "text": mrkdwn()}],
            "must be one of: plain_text",
        ),
        ("mrkdwn in a button", [actions(button(text=mrkdwn()))], "must be one of: plain_text"),
        ("no elements", [actions()], "no fewer than 1 items allowed"),
        ("no options", [actions(select(0))], "no fewer than 1 items allowed"),
        ("a section of nothing", [{"type": "section"}], "must define `text` or `fields`"),
        ("an unknown block", [{"type": "poem"}], "unsupported type: poem"),
        ("an unknown field", [{"type": "divider", "color": "red"}], "invalid additional property"),
        ("no type", [{}], "unsupported type: None"),
        ("a wrong style", [actions(button(style="loud"))], "must be one of: primary, danger"),
        ("a javascript link", [actions(button(url="javascript:x"))], "must be a valid URL"),
        ("two same block_ids", [section(block_id="a")] * 2, "already exists for another block"),
        (
            "two same action_ids",
            [actions(button(action_id="a"), button(action_id="a"))],
            "already exists for another element",
        ),
        ("options missing", [actions({"type": "static_select"})], "must define either `options`"),
        (
            "an initial option from elsewhere",
            [actions(select(1, initial_option={"text": plain(), "value": "9"}))],
            "must exactly match",
        ),
        ("two tables", [{"type": "table", "rows": [[raw_cell()]]}] * 2, "only one table"),
        (
            "uneven rows",
            [{"type": "table", "rows": [[raw_cell()], [raw_cell()] * 2]}],
            "the same number of cells",
        ),
        ("too many blocks", [{"type": "divider"}] * 51, "no more than 50 items allowed"),
        (
            "a text input among actions",
            [actions({"type": "plain_text_input", "action_id": "a"})],
            "unsupported type: plain_text_input",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_slack_sdk_lets_through_is_refused(what: str, blocks: list[Json], words: str) -> None:
    assert any(words in fault.words for fault in message_faults(blocks))


def test_rich_text_is_taken() -> None:
    piece = {"type": "text", "text": "quoted", "style": {"bold": True}}
    link = {"type": "link", "url": "https://a.example", "text": "there"}
    user = {"type": "user", "user_id": "U1"}
    line = {"type": "rich_text_section", "elements": [piece, link, user]}
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": [line], "indent": 1}
    quote = {"type": "rich_text_quote", "elements": [piece]}
    code = {"type": "rich_text_preformatted", "elements": [piece]}
    blocks = [{"type": "rich_text", "elements": [line, bullets, quote, code]}]

    assert list(message_faults(blocks)) == []
    line["elements"] = [{"type": "text", "text": ""}]
    assert list(message_faults(blocks)) != []


# views


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [section()]} | more


@pytest.mark.parametrize(
    ("limit", "made"),
    [
        (24, lambda n: modal(title=plain(n))),
        (24, lambda n: modal(submit=plain(n))),
        (24, lambda n: modal(close=plain(n))),
        (100, lambda n: modal(blocks=[section()] * n)),
        (3000, lambda n: modal(private_metadata="m" * n)),
        (255, lambda n: modal(callback_id="c" * n)),
    ],
    ids=["title", "submit", "close", "blocks", "private_metadata", "callback_id"],
)
def test_view_limits_agree_with_slack_sdk(limit: int, made: Callable[[int], Json]) -> None:
    View(**made(limit)).validate_json()
    assert list(view_faults(made(limit))) == []
    with pytest.raises(SlackObjectFormationError):
        View(**made(limit + 1)).validate_json()
    assert list(view_faults(made(limit + 1))) != []


@pytest.mark.parametrize(
    "view",
    [
        {"type": "modal", "blocks": [section()]},
        modal(blocks=[input_({"type": "plain_text_input"})]),
        modal(blocks=[{"type": "table", "rows": [[raw_cell()]]}]),
        {"type": "home", "blocks": [section()], "submit": plain()},
        {"type": "window", "blocks": []},
        "not json",
        ["a list"],
        None,
    ],
    ids=["no title", "no submit", "a table", "home submits", "type", "text", "list", "nothing"],
)
def test_a_wrong_view_is_refused(view: object) -> None:
    with pytest.raises(ApiError, match="invalid_arguments"):
        check_view(view)


def test_a_view_over_250_kilobytes_is_refused() -> None:
    blocks = [section(text=mrkdwn(2900)) for _ in range(90)]
    with pytest.raises(ApiError, match="view_too_large"):
        check_view(modal(blocks=blocks))


# messages as a whole


def test_the_text_of_all_blocks_together_is_bounded() -> None:
    fits = [section(text=mrkdwn(2750)) for _ in range(4)]
    assert text_in(fits) == 11_000
    assert check_blocks(fits) == tuple(fits)
    with pytest.raises(ApiError, match="msg_blocks_too_long"):
        check_blocks([*fits, section()])


def test_blocks_may_be_json_text_and_attachments_are_checked_too() -> None:
    said = {"attachments": dumps([{"color": "#f00", "blocks": [section()]}])}
    assert check_content(said)[2][0]["color"] == "#f00"
    with pytest.raises(ApiError, match="invalid_blocks"):
        check_content({"attachments": [{"blocks": [{"type": "poem"}]}]})
    with pytest.raises(ApiError, match="invalid_attachments"):
        check_content({"attachments": "nonsense"})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "options", "element", "fields", "x"]),
            inner
            | st.sampled_from(["section", "actions", "button", "static_select", "plain_text"]),
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(anything)
def test_no_input_makes_the_checks_fall_over(value: object) -> None:
    codes = {"invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
    for check in (check_blocks, check_view):
        assert outcome(check, value) in {"", "msg_blocks_too_long", *codes}


def outcome(check: Callable[[object], object], value: object) -> str:
    """The code of the refusal, "" where the value is taken."""
    try:
        check(value)
    except ApiError as refusal:
        return refusal.code
    return ""
