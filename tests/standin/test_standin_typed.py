"""What people type, and what stands in inputs."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standin import inputs
from bot.standin.changes import Changes
from bot.standin.clock import Clock
from bot.standin.typed import escaped, linked
from bot.standin.wire import micros, ts_of
from bot.standin.workspace import Workspace

LINK = re.compile(r"<(?:@[UW]|#C)[A-Z0-9]+(?:\|[^<>|]*)?>")
typed = st.lists(
    st.text(max_size=8) | st.sampled_from(["<@U1>", "<#C1|care>", "<!channel>", "<", "&amp;"]),
    max_size=8,
).map("".join)


@given(typed)
def test_only_links_to_users_and_channels_stay_markup(text: str) -> None:
    outside = LINK.sub("", escaped(text))
    assert "<" not in outside
    assert ">" not in outside


@given(st.text().filter(lambda text: not LINK.search(text)))
def test_escaping_loses_nothing(text: str) -> None:
    assert html.unescape(escaped(text).replace("&amp;", "&#38;")) == html.unescape(
        text.replace("&", "&#38;")
    )


def workspace() -> Workspace:
    return Workspace(Clock(), Changes(), app_name="Vigie", app_id="A1")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("ask @sam", "ask <@U0SAMCART1>"),
        ("(@margot)", "(<@U0MARGOT01>)"),
        ("in #care", "in <#C0STANDIN02>"),
        ("mail sam@sam.example", "mail sam@sam.example"),
        ("@nobody in #nowhere", "@nobody in #nowhere"),
    ],
)
def test_names_become_links_where_somebody_has_them(text: str, made: str) -> None:
    assert linked(text, workspace()) == made


@given(st.integers(0, 10**16))
def test_a_timestamp_reads_back(at: int) -> None:
    assert micros(ts_of(at)) == at


@given(st.integers(0, 10**10), st.integers(0, 999_999))
def test_timestamps_sort_as_their_moments(seconds: int, fraction: int) -> None:
    assert micros(f"{seconds}.{fraction:06d}") < micros(str(seconds + 1))


@pytest.mark.parametrize("wrong", ["", "soon", "1.x", "-1", "1e3", "١"])
def test_what_is_no_timestamp_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a timestamp"):
        micros(wrong)


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


@pytest.mark.parametrize(
    ("element", "choice", "state"),
    [
        ({"type": "plain_text_input"}, "hello", {"value": "hello"}),
        ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
        ({"type": "datepicker"}, "2026-11-25", {"selected_date": "2026-11-25"}),
        (
            {"type": "static_select", "options": [option("a"), option("b")]},
            "b",
            {"selected_option": option("b")},
        ),
        (
            {"type": "static_select", "option_groups": [{"options": [option("a")]}]},
            "a",
            {"selected_option": option("a")},
        ),
        (
            {"type": "checkboxes", "options": [option("a"), option("b")]},
            ["a", "b"],
            {"selected_options": [option("a"), option("b")]},
        ),
        ({"type": "overflow", "options": [option("a")]}, "a", {"selected_option": option("a")}),
        ({"type": "multi_users_select"}, {"selected_users": ["U1"]}, {"selected_users": ["U1"]}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) and "type" in value else "",
)
def test_a_short_choice_becomes_the_elements_state(
    element: dict[str, Any], choice: object, state: dict[str, Any]
) -> None:
    assert inputs.filled(element, choice) == {"type": element["type"], **state}


@pytest.mark.parametrize(
    ("element", "value", "words"),
    [
        ({"type": "number_input"}, "12", ""),
        ({"type": "number_input"}, "1.5", "Enter a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True}, "1.5", ""),
        ({"type": "number_input", "is_decimal_allowed": True}, "a", "Enter a number."),
        ({"type": "number_input", "min_value": "2"}, "1", "Enter a number of at least 2."),
        ({"type": "number_input", "max_value": "2"}, "3", "Enter a number of at most 2."),
        ({"type": "email_text_input"}, "sam@example.com", ""),
        ({"type": "email_text_input"}, "sam", "Enter an email address."),
        ({"type": "url_text_input"}, "https://example.com/a", ""),
        (
            {"type": "url_text_input"},
            "example.com",
            "Enter a URL that begins with http:// or https://.",
        ),
    ],
)
def test_an_input_of_a_kind_takes_that_kind(
    element: dict[str, Any], value: str, words: str
) -> None:
    block = {"type": "input", "block_id": "b", "element": {"action_id": "a", **element}}
    held = {"b": {"a": inputs.filled(element, value)}}

    assert inputs.refused([block], held) == ({"b": words} if words else {})
