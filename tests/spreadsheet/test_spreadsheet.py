"""Mentions as a table that spreadsheets open, and that runs nothing there."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.conversation import State
from bot.domain.mention import Mention, Sentiment
from bot.i18n import Voice
from bot.spreadsheet import BOM, cell, head, lines, link_cell
from tests.builders import a_mention, a_post

ENGLISH, FRENCH = Voice("en", ZoneInfo("Europe/London")), Voice("fr", ZoneInfo("Europe/Paris"))

FORMULA = frozenset("=+-@＝＋－＠")


def read(*mentions: Mention, voice: Voice = ENGLISH, **states: State) -> list[dict[str, str]]:
    text = head(voice) + lines(mentions, states, lambda theme: theme.upper(), voice)
    separator = ";" if voice.language == "fr" else ","
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM)), delimiter=separator))


def test_a_mention_is_a_line_of_what_is_known_of_it() -> None:
    (row,) = read(a_mention(), c1="claimed")
    assert row["date"] == "2026-11-24 10:00:00"
    assert (row["source"], row["language"], row["mood"]) == ("lumen.social", "en", "negative")
    assert (row["themes"], row["reach"]) == ("LAMP", "130")
    assert (row["conversation"], row["state"]) == ("c1", "claimed")


def test_a_mention_that_nobody_works_on_has_no_conversation() -> None:
    (row,) = read(a_mention())
    assert row["conversation"] == row["state"] == ""


def test_it_is_written_as_french_spreadsheets_read_it() -> None:
    (row,) = read(a_mention(), voice=FRENCH, c1="resolved")
    assert row["date"] == "2026-11-24 11:00:00", "in the zone of who asked"
    assert (row["humeur"], row["état"]) == ("négative", "résolue")


@pytest.mark.parametrize(
    ("score", "mood"),
    [(-0.05, "negative"), (0.0, "neutral"), (0.4, "positive"), (None, "not read")],
)
def test_the_mood_is_told_in_a_word(score: float | None, mood: str) -> None:
    mention = a_mention()
    felt = None if score is None else Sentiment(score=score)
    read_as = replace(mention, analysis=replace(mention.analysis, sentiment=felt))
    assert read(read_as)[0]["mood"] == mood


def test_the_file_says_that_it_is_utf_8() -> None:
    assert head(ENGLISH).encode().startswith(b"\xef\xbb\xbfdate,")


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@sum(a1)", "  =1", "\u200b=1", "\ufeff=1", "＝1"),
        *("\t=1", "\r=1", "\n=1", "\ttab", "\rreturn", "\nline"),
    ],
)
def test_what_would_begin_a_formula_is_text(text: str) -> None:
    assert cell(text).startswith("'")


def test_what_begins_none_stays_as_it_is() -> None:
    assert cell("a = b, c-d") == "a = b, c-d"
    assert cell("") == ""


def test_no_cell_begins_a_formula_in_a_file_that_is_read_by_another_separator() -> None:
    assert cell("well;=cmd()") == "well; =cmd()"
    assert link_cell("https://a.example/?x;=1,-2") == "https://a.example/?x%3B=1%2C-2"


def test_an_address_stays_one() -> None:
    assert link_cell("https://a.example/é?q=a&b=%20#c") == "https://a.example/%C3%A9?q=a&b=%20#c"
    assert link_cell("=1") == "'=1"


@given(
    text=st.text() | st.text(alphabet="=+-@\t\r\n,;|\"' a\u200b＝"),
    voice=st.sampled_from([ENGLISH, FRENCH]),
)
def test_whatever_people_write_no_cell_begins_a_formula(text: str, voice: Voice) -> None:
    post = a_post(text=text, title=text, author=text, source=text, url=text)
    mention = a_mention(post=post, watch=text)
    found = head(voice) + lines([mention], {}, lambda theme: text, voice)
    for separator in (",", ";", "\t"):
        if separator == (";" if voice.language == "fr" else ","):
            rows = list(csv.reader(io.StringIO(found.removeprefix(BOM)), delimiter=separator))
            assert {len(row) for row in rows} == {13}
            cells = [each for row in rows for each in row]
        else:
            cells = [each for line in found.split("\n") for each in line.split(separator)]
        assert not [each for each in cells if each and each[0] in FORMULA]


def test_very_long_text_fits_into_a_cell() -> None:
    assert len(cell("a" * 50_000)) < 32_767
