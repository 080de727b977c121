"""What strangers wrote, as a terminal is shown it."""

from __future__ import annotations

import json
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.cli.doctor import _line
from bot.cli.terminal import in_plain, json_line, printable, printable_lines
from bot.health import Finding
from bot.i18n import Voice

SPACES = "\u00a0\u202f"
ATTACK = "\x1b[2J\x1b]0;title\x07\x9b31m\u202e\u2066\x00\r"


def is_harmless(shown: str) -> bool:
    return all(letter.isprintable() or letter in SPACES for letter in shown)


@given(st.text())
def test_nothing_that_anybody_writes_commands_a_terminal(text: str) -> None:
    assert is_harmless(printable(text + ATTACK))
    assert all(map(is_harmless, printable_lines(text + ATTACK).split("\n")))
    assert is_harmless(in_plain(text + ATTACK, Voice("en", UTC)))


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_json_says_the_same_and_commands_nothing(document: dict[str, object]) -> None:
    told = json.dumps(document | {"attack": ATTACK}, ensure_ascii=False)
    shown = json_line(told.encode())
    assert shown.isprintable()
    assert json.loads(shown) == document | {"attack": ATTACK}


def test_what_a_place_says_to_the_doctor_commands_nothing() -> None:
    said = Finding(subject="forum", words=f"answers “{ATTACK}”", advice=ATTACK)
    assert all(map(is_harmless, _line(said).plain.split("\n")))


def test_french_keeps_its_spaces() -> None:
    assert printable("1\u202f204 «\u00a0Lumo\u00a0»") == "1\u202f204 «\u00a0Lumo\u00a0»"
