"""Playbooks as they are written, and what is wrong with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, loads
from bot.config.playbookfile import read_playbook
from bot.config.playbooks import SHIPPED, shipped
from bot.domain.phrases import unknown_gaps
from bot.domain.playbooks import Playbook, Step, versions
from bot.errors import ConfigError

BASE = """
[[sources]]
name = "forum"
kind = "feed"
url = "https://forum.example.org/rss"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
[playbooks]
"""

WRITTEN = """+++
title = "Late parcels"
language = "en"
kinds = ["spike"]
words = ["late"]
+++

Parcels come late,
and many ask where they are.

<!-- a word for those who write it -->

## Steps

- [ ] **On duty** (within 15 min): Ask the carrier.
- [ ] Tell the shop.
- [x] **Manager**: Decide
  what customers get.

## What to say

### First answer

> Hello {author},\\
> we are looking for your parcel.
>
> {me}

### Réponse (fr)

> Bonjour {author}, nous cherchons votre colis.

## What not to do

- Do not blame the carrier.
"""


def read(text: str = WRITTEN) -> Playbook:
    playbook, wrong = read_playbook(text, "late-parcels")
    assert playbook, wrong
    return playbook


def wrong_in(text: str) -> list[tuple[int, str]]:
    playbook, wrong = read_playbook(text, "late-parcels")
    assert playbook is None
    return [(one.line, one.message) for one in wrong]


def test_a_task_list_holds_the_steps_by_whom_and_within_how_long() -> None:
    assert read().steps == (
        Step(text="Ask the carrier.", role="On duty", within=timedelta(minutes=15)),
        Step(text="Tell the shop."),
        Step(text="Decide what customers get.", role="Manager"),
    )


def test_a_quotation_is_a_phrase_named_by_its_heading_in_the_language_that_it_says() -> None:
    english, french = read().phrases
    assert english.name == "First answer"
    assert english.text == "Hello {author},\nwe are looking for your parcel.\n\n{me}"
    assert (english.language, french.language) == ("en", "fr")
    assert french.name == "Réponse"


def test_the_first_paragraph_says_what_it_is_for_and_other_lists_what_not_to_do() -> None:
    playbook = read()
    assert playbook.purpose == "Parcels come late, and many ask where they are."
    assert playbook.avoid == ("Do not blame the carrier.",)
    assert playbook.name == "late-parcels"


def test_times_are_understood_as_people_write_them_in_french() -> None:
    text = WRITTEN.replace("(within 15 min):", "(sous 2 heures) :")
    assert read(text).steps[0] == Step(
        text="Ask the carrier.", role="On duty", within=timedelta(hours=2)
    )


@pytest.mark.parametrize(
    ("written", "instead", "line", "words"),
    [
        ('kinds = ["spike"]', 'kinds = ["spik"]', 4, "is one of"),
        ('kinds = ["spike"]', "kinds = []", 4, "at least one kind"),
        ('title = "Late parcels"', 'titel = "Late parcels"', 2, "did you mean “title”"),
        ('words = ["late"]', 'words = ["late"', 6, "is not TOML"),
        ('words = ["late"]', 'words = ["late" 1]', 5, "is not TOML"),
        ('words = ["late"]', 'words = ["late", "!"]', 5, "no word that a post could hold"),
        ("within 15 min", "within a while", 15, "“a while” is no length of time"),
        ("- [ ] Tell the shop.", "- Tell the shop.", 16, "without a box"),
        ("{me}", "{us}", 24, "it can leave {author} and {me}"),
        ("## What not to do", "Remember this.", 33, "is shown nowhere"),
        ("### First answer", "#### ", 24, "phrase without a heading"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    written: str, instead: str, line: int, words: str
) -> None:
    assert written in WRITTEN
    found = wrong_in(WRITTEN.replace(written, instead, 1))
    assert any(at == line and words in said for at, said in found), found


def test_without_a_step_it_is_no_playbook() -> None:
    assert "no step" in wrong_in(WRITTEN.replace("- [ ]", "-").replace("- [x]", "-"))[0][1]


def test_without_a_head_it_is_refused() -> None:
    assert wrong_in("# Late parcels\n\n- [ ] Ask.") == [
        (1, "begins with its head between two lines of +++")
    ]


@settings(max_examples=40)
@given(st.text(alphabet=st.sampled_from("+\n ->[]*#:`()<x=\"'{}|\\1"), max_size=300))
def test_whatever_is_written_below_the_head_is_read_or_refused(body: str) -> None:
    head = WRITTEN.split("+++")[1]
    playbook, wrong = read_playbook(f"+++{head}+++\n{body}", "any")
    assert (playbook is None) == bool(wrong)


def test_those_that_ship_are_in_both_languages_and_of_the_same_length() -> None:
    names = {playbook.name for playbook in shipped()}
    assert len(names) == 8
    for name in names:
        english, french = versions(shipped(), name)
        assert (english.language, french.language) == SHIPPED
        assert [step.within for step in english.steps] == [step.within for step in french.steps]
        assert (english.kinds, english.severity) == (french.kinds, french.severity)
        assert len(english.phrases) == len(french.phrases)
        assert 6 <= len(english.steps) <= 9
        assert english.avoid
        assert english.purpose


def test_every_phrase_that_ships_leaves_only_gaps_that_are_filled() -> None:
    phrases = [phrase for playbook in shipped() for phrase in playbook.phrases]
    assert not any(unknown_gaps(phrase.text) for phrase in phrases)


def test_a_data_leak_is_told_to_the_authority_within_72_hours() -> None:
    for playbook in versions(shipped(), "data-leak"):
        (step,) = [step for step in playbook.steps if step.within == timedelta(hours=72)]
        assert "33" in step.text


def with_own(folder: Path, **files: str) -> Config:
    own = folder / "playbooks"
    (own / "fr").mkdir(parents=True)
    for name, text in files.items():
        (own / f"{name.replace('_', '-')}.md").write_text(text, encoding="utf-8")
    return loads(f'{BASE}folder = "playbooks"', folder=folder)


def test_a_teams_own_take_the_place_of_those_that_ship_in_all_languages(tmp_path: Path) -> None:
    config = with_own(tmp_path, product_fault=WRITTEN, own_one=WRITTEN)
    (fault,) = versions(config.playbooks, "product-fault")
    assert fault.title == "Late parcels"
    assert versions(config.playbooks, "own-one")
    assert len(versions(config.playbooks, "data-leak")) == 2


def test_faults_of_a_teams_own_are_told_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        with_own(tmp_path, late=WRITTEN.replace("{me}", "{us}"))
    (fault,) = refused.value.faults
    assert fault.place == str(Path("playbooks") / "late.md:24")


def test_two_files_of_one_name_and_language_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="already"):
        with_own(tmp_path, late=WRITTEN, later=WRITTEN.replace("title", 'name = "late"\ntitle'))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no folder"):
        loads(f'{BASE}folder = "nowhere"', folder=tmp_path)
