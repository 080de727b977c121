"""A forgotten author's name in what others wrote, and in ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.exchange import Exchange
from bot.domain.unnaming import is_theirs, unheard, unnamed_text
from tests.builders import NOW

ADA = "@ada@social.example"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"wait for {ADA}, please", "wait for […], please"),
        (f"{ADA.upper()}: sorry", "[…]: sorry"),
        (f"({ADA})", "([…])"),
        ("ask @ada@social.example.org", "ask @ada@social.example.org"),
        ("ask @ada@social.example-two", "ask @ada@social.example-two"),
        ("ask @ada", "ask @ada"),
        ("", ""),
    ],
)
def test_a_handle_goes_where_it_is_whole(text: str, after: str) -> None:
    assert unnamed_text(text, ADA) == after


NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=2, max_size=12)


@given(NAMES, NAMES, st.lists(st.text(max_size=20), max_size=5))
def test_no_handle_is_left_whatever_stands_around_it(
    person: str, server: str, around: list[str]
) -> None:
    author = f"@{person}@{server}.example"
    text = f" {author}, ".join(["", *around, ""])
    assert f"{author}," not in unnamed_text(text, author)
    assert unnamed_text(unnamed_text(text, author), author) == unnamed_text(text, author)


@pytest.mark.parametrize("author", ["Ada", "Rose", "", "@", "u/a"])
def test_a_name_that_may_be_a_word_or_somebody_elses_stays(author: str) -> None:
    text = "Rose wrote to Ada about u/ada and u/a and @"
    assert unnamed_text(text, author) == text


@pytest.mark.parametrize(
    ("address", "theirs"),
    [
        ("https://social.example/users/ada/statuses/1", True),
        ("https://social.example/@Ada/1", True),
        ("https://social.example/users/adam/statuses/1", False),
        ("https://other.example/users/ada/statuses/1", False),
        ("https://[broken/users/ada", False),
        ("t3_abc", False),
    ],
)
def test_an_address_names_whom_its_path_names_at_their_server(address: str, theirs: bool) -> None:
    assert is_theirs(address, ADA) is theirs


def test_what_was_heard_of_them_is_not_known_by_their_name() -> None:
    heard = ("https://social.example/users/ada/statuses/1", "https://social.example/@grace/2")
    exchange = Exchange(conversation="c1", posts=(), read=NOW, heard=heard)
    assert unheard(exchange, ADA).heard == heard[1:]
    assert unheard(exchange, "Ada").heard == heard
