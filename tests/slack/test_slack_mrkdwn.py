"""Text from outside does nothing in Slack but be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks.parts import plain, quote
from bot.slack.mrkdwn import (
    escape,
    link,
    literal,
    name,
    safe_url,
    unescape,
    without_orders,
)

CONTROL = re.compile(r"<[^>]*>")
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("text", ["<!channel>", "<!here|here>", "<@U123>", "<https://evil|bank>"])
def test_a_mention_in_a_post_rings_nobody(text: str) -> None:
    assert not CONTROL.search(escape(text))


@given(st.text(st.characters() | st.sampled_from("<>&;")))
def test_what_was_escaped_holds_no_control_character_and_reads_back_the_same(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert unescape(escaped) == without_orders(text)


@given(st.text())
def test_nothing_turns_the_direction_of_writing_or_gives_an_order(text: str) -> None:
    attack = f"{text}\u202e\u2066\x1b[31m\x00\x07\x9b"
    for shown in (escape(attack), literal(attack), name(attack), link("https://a.example", attack)):
        assert not ORDERS.search(shown)
    assert not ORDERS.search(str(plain(attack, 75)["text"]))
    [said] = quote(attack, title=attack)["elements"]
    assert not any(ORDERS.search(part["text"]) for part in said["elements"])


AT_AN_EDGE = re.compile(
    r"(?<![^\W_])(?<![*_~])[*_~]+(?![\u200b*_~])|[*_~]+(?![\u200b*_~]|[^\W_])|`(?![\u200b`])"
)


@given(st.text(alphabet="*_~`ab <&"))
def test_literal_text_cannot_open_bold_italic_strike_or_code(text: str) -> None:
    assert AT_AN_EDGE.search(literal(text)) is None


def test_a_name_with_underscores_stays_as_it_is() -> None:
    assert literal("@greta_on_bikes") == "@greta_on_bikes"


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host", "", "http://"),
        *(
            "file://host/etc/passwd",
            "ftp://host/x",
            "slack://channel?id=C1",
            "javascript://a/%0Aalert(1)",
        ),
    ],
)
def test_only_web_addresses_are_linked(url: str) -> None:
    assert safe_url(url) is None
    assert link(url, "open") == "open"


@given(st.text(max_size=20), st.text(max_size=60))
def test_a_link_is_one_link_whatever_stands_in_it(path: str, label: str) -> None:
    shown = link(f"https://example.org/{path}", label)
    assert shown.count("<") == shown.count(">") == 1
    assert shown.count("|") == 1


def test_an_address_that_would_fill_the_text_is_left_to_its_button() -> None:
    assert link("https://example.org/" + "a" * 400, "open") == "open"


def test_a_name_cannot_turn_the_words_after_it_around() -> None:
    assert literal("@ada\u202e\u2066evil") == "@adaevil"
    assert literal("שלום \u200fعالم") == "שלום \u200fعالم"
