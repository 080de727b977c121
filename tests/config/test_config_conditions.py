"""What a watch needs and forbids, and what is noise, as the configuration has it."""

from __future__ import annotations

import pytest

from bot.config import loads
from bot.domain.folding import Wording
from bot.domain.query import Query
from bot.errors import ConfigError
from tests.builders import a_post

BASE = """
[[sources]]
name = "forum"
kind = "feed"
url = "https://forum.example.org/rss"
[[watches]]
name = "Orange"
query = "orange"
channel = "#brand"
"""


def query(watch: str, rest: str = "") -> Query:
    return loads(f"{BASE}{watch}\n{rest}").watches[0].query


def faults(watch: str, rest: str = "") -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as refused:
        loads(f"{BASE}{watch}\n{rest}")
    return [(fault.place, fault.message) for fault in refused.value.faults]


def matches(asked: Query, text: str, author: str = "@ada") -> bool:
    return asked.matches(Wording.of(a_post(text=text, author=author)))


def test_a_watch_needs_and_forbids_words() -> None:
    asked = query('needs = ["forfait*", "fibre"]\nwithout = ["jus"]')
    assert matches(asked, "Mon forfait Orange augmente")
    assert not matches(asked, "Une orange")
    assert not matches(asked, "La fibre Orange, sans jus")


def test_noise_of_a_watch_and_noise_of_all_are_no_mentions() -> None:
    asked = query(
        'noise = { authors = ["promo_bot"], words = ["concours"] }',
        '[noise]\nauthors = ["@deals@lumen.social"]\nwords = ["link:bit.ly"]',
    )
    assert matches(asked, "Orange")
    assert not matches(asked, "Orange", author="@promo_bot")
    assert not matches(asked, "Orange", author="@deals@lumen.social")
    assert not matches(asked, "Grand concours Orange")
    assert not matches(asked, "Orange : https://bit.ly/x")


def test_what_contradicts_the_query_is_told_with_its_place() -> None:
    found = faults('needs = ["fibre", "a* b"]\nwithout = ["fibre", "Orange"]')
    assert [place for place, _ in found] == [
        "watches[0].needs[1]",
        "watches[0].without[0]",
        "watches[0].without[1]",
    ]
    assert "“fibre” is needed and forbidden at once" in found[1][1]


def test_noise_that_cannot_be_read_is_told_with_its_place() -> None:
    found = faults('noise = { words = ["a OR", "…"] }', '[noise]\nauthors = ["ada", "🔥"]')
    assert [place for place, _ in found] == ["watches[0].noise.words[1]", "noise.authors[1]"]
