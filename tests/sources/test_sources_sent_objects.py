"""A file of JSON, of which some is none."""

from __future__ import annotations

import json
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.sent import objects
from bot.sources.sent.lines import BadLine
from bot.sources.sent.objects import rows_of_lines, rows_of_text
from bot.sources.sent.tables import Row


def test_what_is_wrong_is_told_with_its_own_place_in_the_file() -> None:
    rows = list(rows_of_text('[{"a": 1},\n {"a": x},\n\n {"b": 2}\n {"a":\n  "c", }]'))
    assert rows == [
        Row(1, {"a": 1}),
        BadLine(2, "is not JSON: Expecting value (line 2, column 8)"),
        Row(4, {"b": 2}),
        BadLine(
            5,
            "is not JSON: Expecting property name enclosed in double quotes (line 6, column 8)",
        ),
    ]


@given(
    items=st.lists(st.dictionaries(st.sampled_from("ab"), st.text(max_size=40)), max_size=6),
    window=st.integers(65, 200),
)
def test_objects_are_read_whole_however_long_they_are(
    items: list[dict[str, str]], window: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(objects, "_WINDOW", window)
        rows = list(rows_of_text(json.dumps(items, indent=1)))
    assert [row.values for row in rows if isinstance(row, Row)] == items


def test_a_file_in_which_nothing_is_right_is_read_to_its_end_in_no_time() -> None:
    began = perf_counter()
    assert sum(isinstance(row, BadLine) for row in rows_of_text('{"a": x}\n' * 30_000)) == 30_000
    blank = " " * 30_000
    assert len(list(rows_of_text('{"a": x}' + f"}}{blank}" * 30))) == 1
    assert perf_counter() - began < 5


def test_half_an_emoji_spoils_no_line() -> None:
    (row,) = rows_of_lines([r'{"text": "cut \ud83d"}'])
    assert row == Row(1, {"text": "cut \ufffd"})
