"""How Vigie speaks: words, numbers, dates and plurals as readers of each language expect them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AlreadyClaimed, UnknownWatch
from bot.i18n import LANGUAGES, Language, Voice, language_of

PARIS = ZoneInfo("Europe/Paris")
EN = Voice("en", ZoneInfo("Europe/London"))
FR = Voice("fr", PARIS)
EVENING = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""Half past eleven in London; half past midnight, the day after, in Paris."""

THIN, HARD = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fr-FR", "fr"),
        ("fr-CA", "fr"),
        ("fr_BE", "fr"),
        ("FR", "fr"),
        ("en-GB", "en"),
        ("en-US", "en"),
        ("de-DE", None),
        ("frisian", None),
        ("", None),
    ],
)
def test_a_locale_of_slacks_names_a_language_or_none_that_is_spoken(
    locale: str, language: Language | None
) -> None:
    assert language_of(locale) == language


def test_numbers_are_grouped_and_pointed_as_each_language_does() -> None:
    assert (EN.number(12400), FR.number(12400)) == ("12,400", f"12{THIN}400")
    assert (EN.decimal(1234.56), FR.decimal(1234.56)) == ("1,234.6", f"1{THIN}234,6")
    assert (EN.decimal(2.5, 0), FR.decimal(2.5, 0)) == ("2", "2")
    assert (EN.signed(-0.756), FR.signed(-0.756)) == ("−0.76", "−0,76")
    assert (EN.signed(0.25), FR.signed(0.25)) == ("+0.25", "+0,25")
    assert EN.signed(-0.001) == "+0.00", "no minus before nothing"
    assert EN.share(0.123) == "12%"
    assert FR.share(0.123) in (f"12{THIN}%", f"12{HARD}%")


def test_a_number_is_written_by_its_own_digits_whatever_was_written_before() -> None:
    assert (EN.number(1), EN.decimal(1.0), FR.decimal(1.0)) == ("1", "1.0", "1,0")
    assert [EN.decimal(0.0), EN.decimal(-0.0), EN.decimal(0.0)] == ["0.0", "-0.0", "0.0"]


def test_days_and_times_are_those_of_the_readers_zone() -> None:
    assert (EN.day(EVENING), FR.day(EVENING)) == ("24 November", "25 novembre")
    assert (EN.weekday(EVENING), FR.weekday(EVENING)) == (
        "Tuesday 24 November",
        "mercredi 25 novembre",
    )
    assert (EN.time(EVENING), FR.time(EVENING)) == ("23:30", "00:30")
    assert (EN.moment(EVENING), FR.moment(EVENING)) == ("24 Nov, 23:30", "25 nov., 00:30")
    assert FR.day(date(2026, 5, 1)) == "1 mai", "a date is what it is in every zone"


def test_a_zone_keeps_its_summer() -> None:
    assert FR.time(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) == "12:00"
    assert FR.time(datetime(2026, 12, 1, 10, 0, tzinfo=UTC)) == "11:00"


@pytest.mark.parametrize(
    ("n", "english", "french"),
    [
        (0, "0 mentions", "0 mention"),
        (1, "1 mention", "1 mention"),
        (2, "2 mentions", "2 mentions"),
        (12400, "12,400 mentions", f"12{THIN}400 mentions"),
    ],
)
def test_nothing_is_many_in_english_and_one_in_french(n: int, english: str, french: str) -> None:
    assert EN.plural("{n} mention", "{n} mentions", n) == english
    assert FR.plural("{n} mention", "{n} mentions", n) == french


@pytest.mark.parametrize(
    ("length", "english", "french"),
    [
        (timedelta(), "0 seconds", "0 seconde"),
        (timedelta(minutes=5), "5 minutes", "5 minutes"),
        (timedelta(minutes=90), "1 hour 30 minutes", "1 heure 30 minutes"),
        (timedelta(hours=2, seconds=5), "2 hours", "2 heures"),
        (timedelta(minutes=28, seconds=20), "28 minutes", "28 minutes"),
        (timedelta(minutes=2), "2 minutes", "2 minutes"),
        (timedelta(seconds=119), "1 minute 59 seconds", "1 minute 59 secondes"),
        (timedelta(hours=49, minutes=59), "2 days 1 hour", "2 jours 1 heure"),
        (timedelta(days=8), "1 week 1 day", "1 semaine 1 jour"),
        (timedelta(seconds=-4), "0 seconds", "0 seconde"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(
    length: timedelta, english: str, french: str
) -> None:
    assert EN.span(length).replace(HARD, " ").replace(THIN, " ") == english
    assert FR.span(length).replace(HARD, " ").replace(THIN, " ") == french


def test_lists_and_languages_are_named() -> None:
    assert (EN.listed("abc"), FR.listed("abc")) == ("a, b and c", "a, b et c")
    assert (EN.tongue("de"), FR.tongue("de")) == ("German", "allemand")


def test_an_error_is_told_in_the_readers_language() -> None:
    error = AlreadyClaimed("U0SAM")
    assert EN.error(error) == "<@U0SAM> already has this conversation."
    assert FR.error(error) == "<@U0SAM> s’occupe déjà de cette conversation."
    unknown = UnknownWatch("{n} <!channel>", ["Lumo"])
    assert "<!channel>" not in FR.error(unknown)


@given(st.sampled_from(LANGUAGES), st.text())
def test_what_fills_a_gap_is_taken_as_it_is(language: Language, text: str) -> None:
    said = Voice(language, UTC).say("Handled by {who}.", who=text)
    assert text in said


@given(st.sampled_from(LANGUAGES), st.integers(0, 10**9))
def test_a_number_reads_back_as_it_was(language: Language, number: int) -> None:
    assert int("".join(filter(str.isdigit, Voice(language, UTC).number(number)))) == number
