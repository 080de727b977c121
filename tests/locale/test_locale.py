"""Everything that people read stands in both catalogues, and nothing else does."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.i18n import LANGUAGES, Language, read_catalogue
from bot.locale.extraction import SAID as SAID_BY_CALL
from bot.locale.extraction import extracted
from bot.slack.blocks.help import canonical
from tests.locale.sentences import unsaid

ROOT = Path(__file__).parents[2]

COMMAND = re.compile(r"/vigie (\w+)")
MEMBER = re.compile(r"<[@!#][^>]*>")
CODE = re.compile(r"`[^`]*`")
THIN = "\u202f"
"""The narrow no-break space that French has before ; ? ! and within « »."""

FORMS: dict[Language, int] = {"en": 2, "fr": 2}

Id = str | tuple[str, ...]


def catalogue(language: Language) -> Catalog:
    return read_po(io.BytesIO(read_catalogue(language)), locale=language)


def messages(found: Catalog) -> dict[Id, Message]:
    """All of them by what is said in English; without the header."""
    return {_id(message): message for message in found if message.id}


def _id(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def forms(string: object) -> tuple[str, ...]:
    return tuple(map(str, string)) if isinstance(string, tuple | list) else (str(string or ""),)


def gaps(words: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


SAID = messages(extracted(ROOT))


def in_french() -> Iterator[tuple[str, str, bool]]:
    """Every form of every message: in English (of two the second), in French, and whether that is
    the one for one thing."""
    for key, message in messages(catalogue("fr")).items():
        french = forms(message.string)
        for number, form in enumerate(french):
            yield forms(key)[-1], form, number < len(french) - 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_is_missing_and_none_is_left_over(language: Language) -> None:
    known = messages(catalogue(language))
    assert sorted(map(str, SAID.keys() - known.keys())) == [], "run python -m bot.locale"
    assert sorted(map(str, known.keys() - SAID.keys())) == [], "run python -m bot.locale"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_said_and_by_nobodys_guess(language: Language) -> None:
    found = catalogue(language)
    assert not found.obsolete
    for key, message in messages(found).items():
        assert not message.fuzzy, key
        assert len(forms(message.string)) == (FORMS[language] if isinstance(key, tuple) else 1)
        assert all(form.strip() for form in forms(message.string)), key


def test_english_is_what_the_code_says() -> None:
    for key, message in messages(catalogue("en")).items():
        assert forms(message.string) == forms(key)


def test_french_leaves_gaps_members_and_marks_as_they_are() -> None:
    for english, french, for_one in in_french():
        left_out = gaps(english) - gaps(french)
        assert left_out <= ({"n"} if for_one else set()), "one may be said in words"
        assert gaps(french) <= gaps(english)
        assert Counter(MEMBER.findall(french)) == Counter(MEMBER.findall(english))
        for mark in "*_`•":
            assert french.count(mark) == english.count(mark), french


def test_commands_in_french_are_those_that_vigie_understands() -> None:
    for english, french, _ in in_french():
        meant = [canonical(word) for word in COMMAND.findall(english)]
        said = [canonical(word) for word in COMMAND.findall(french)]
        assert None not in said, french
        assert said == meant, french


def test_french_is_set_as_french_is() -> None:
    for _, french, _ in in_french():
        words = CODE.sub("`", french)
        assert not re.search("['“”]", words), words
        assert not re.search(f"(?<!{THIN})[;?!»](?=\\s|$)", words), words
        assert not re.search(f"«(?!{THIN})", words), words
        assert not re.search(r" :(?=\s|$)", words), "a no-break space stands before a colon"


def test_errors_that_are_raised_with_words_are_known_to_the_extraction() -> None:
    classes = [
        node
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    worded = {"WordedError"}
    while found := {one.name for one in classes if worded & bases_of(one)} - worded:
        worded |= found
    said = {one.name for one in classes if one.name in worded and not has_words_of_its_own(one)}
    assert "InsightError" in said, "it stands beside what it is of, and not among all errors"
    assert said - {"WordedError"} <= SAID_BY_CALL.keys()


def bases_of(one: ast.ClassDef) -> set[str]:
    return {base.id for base in one.bases if isinstance(base, ast.Name)}


def has_words_of_its_own(one: ast.ClassDef) -> bool:
    return any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in one.body)


def test_no_sentence_is_said_past_the_catalogues() -> None:
    spoken = [
        *(ROOT / "bot" / "slack" / "blocks").glob("*.py"),
        ROOT / "bot" / "slack" / "notes.py",
        *(ROOT / "handlers").rglob("*.py"),
    ]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in spoken
        for line, words in unsaid(path)
    ]
    assert found == []
