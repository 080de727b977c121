"""Answers in JSON of which a part is not as it should be."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceGarbled
from bot.sources.items import MOST_ITEMS, decoded, parsed, readable

Raws = list[msgspec.Raw]
LONG = b'["' + b"\\u00e9" * 1_000_000 + b'\\ud83d", nothing]'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"cut \ud83d", "cut \ufffd"),
        (rb"\ude00 cut", "\ufffd cut"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (rb"\\ud83d \ud83d", "\\ud83d \ufffd"),
        (rb"a \& b \u12", "a  & b  u12"),
        (b"a\x01\tb", "a  b"),
        (rb"C:\\lumo\\x \ud83d", "C:\\lumo\\x \ufffd"),
    ],
)
def test_half_an_emoji_makes_nothing_around_it_unreadable(written: bytes, read: str) -> None:
    body = b'[{"text": "' + written + rb'"}, {"text": "\u00e9\n"}]'
    raw = decoded(body, Raws, "a list")
    assert readable(raw, dict[str, str], "an item") == [{"text": read}, {"text": "é\n"}]


def test_a_byte_that_is_no_character_makes_nothing_unreadable() -> None:
    raw = decoded(b'[{"text": "caf\xe9"}, {"text": "lumo"}]', Raws, "a list")
    assert readable(raw, dict[str, str], "an item") == [{"text": "caf\ufffd"}, {"text": "lumo"}]


@pytest.mark.parametrize("part", [b"1", b"{}", b'"a": 1'])
def test_a_list_without_end_is_garbled_before_it_is_read(part: bytes) -> None:
    with pytest.raises(SourceGarbled, match="not a list"):
        decoded(b"[" + (part + b",") * 1_000_000 + part + b"]", Raws, "a list")


def test_a_page_of_more_items_than_any_has_is_garbled_in_words() -> None:
    with pytest.raises(SourceGarbled, match="lists more than 5000 items"):
        readable([msgspec.Raw(b"{}")] * (MOST_ITEMS + 1), dict[str, str], "an item")
    assert len(readable([msgspec.Raw(b"{}")] * MOST_ITEMS, dict[str, str], "an item")) == MOST_ITEMS


def test_a_mark_of_the_encoding_is_no_fault() -> None:
    assert parsed(b"\xef\xbb\xbf[1]", list[int]) == [1]


def test_what_is_no_json_is_garbled_however_long_it_is() -> None:
    for body in (
        b"",
        b"<html>",
        b"[" * 9_000,
        b'["' + b"\\" * 2_000_000,
        b"\\ud83d" * 300_000,
        LONG,
    ):
        with pytest.raises(SourceGarbled):
            decoded(body, Raws, "a list")


@given(texts=st.lists(st.text(st.characters(), max_size=20), max_size=5))
def test_whatever_texts_are_written_are_read_each_in_its_place(texts: list[str]) -> None:
    read = parsed(json.dumps(texts).encode(), list[str])
    assert read == [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts
    ]


@given(
    value=st.recursive(st.none() | st.text(max_size=9), lambda inner: st.lists(inner), max_leaves=9)
)
def test_what_is_well_written_stays_as_it_is_beside_what_is_not(value: Any) -> None:
    body = b'[{"bad": "\\ud83d"}, ' + json.dumps(value).encode() + b"]"
    assert parsed(body, list[object])[1] == value
