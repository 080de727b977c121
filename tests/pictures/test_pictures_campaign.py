"""The picture of an operation: what stands in it, in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.lift import CannotTell, Lift, LiftDay, Why
from bot.i18n import Voice
from bot.pictures.campaign import campaign_alt, campaign_svg
from bot.pictures.campaignwords import (
    basis_words,
    cannot_words,
    chance_words,
    interval_words,
    verdict_words,
)
from bot.pictures.png import png

ENGLISH, FRENCH = Voice("en", ZoneInfo("Europe/Paris")), Voice("fr", ZoneInfo("Europe/Paris"))
SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 9, 14)


def a_day(number: int, seen: int) -> LiftDay:
    return LiftDay(day=FIRST + timedelta(days=number), seen=seen, expected=100, low=80, high=124)


def a_lift(
    *, extra: int = 420, low: int = 310, high: int = 520, without: int | None = None
) -> Lift:
    numbers = [n for n in range(-28, 14) if n != without]
    days = tuple(a_day(n, 130 if n >= 0 else 100) for n in numbers)
    return Lift(
        first=FIRST,
        last=FIRST + timedelta(days=13),
        seen=1400 + extra,
        expected=1400,
        low=low,
        high=high,
        probability=0.9999,
        known_days=56,
        days=days,
        beside=("Aurora", "Borealis"),
        aside=(("Meteor", "moved"),),
    )


def drawn(found: Lift, name: str = "Autumn", voice: Voice = ENGLISH) -> ET.Element:
    return ET.fromstring(campaign_svg(found, name, voice))  # noqa: S314  (our own)


def texts(picture: ET.Element) -> str:
    return " ".join(text.text or "" for text in picture.iter(f"{SVG}text"))


def marks(picture: ET.Element, look: str) -> list[ET.Element]:
    return [one for one in picture.iter() if one.get("class") == look]


def test_it_says_what_was_added_and_how_sure_that_is() -> None:
    said = texts(drawn(a_lift()))

    assert "420 mentions more than without it: 30% more." in said
    assert "Nine times in ten the truth lies between +310 and +520." in said
    assert "Chance that it brought any more: more than 99%." in said
    assert "Beside it: Aurora and Borealis. Left out (moved by itself): Meteor." in said


def test_the_days_of_the_campaign_are_shaded() -> None:
    legend, shaded = sorted(
        marks(drawn(a_lift()), "span"), key=lambda one: float(one.get("width") or 0)
    )

    assert float(legend.get("width") or 0) == 16
    assert float(shaded.get("width") or 0) == pytest.approx((620 - 78) / 3, abs=0.1)


def test_each_day_has_its_bar_and_a_day_that_was_not_seen_is_hatched() -> None:
    picture = drawn(a_lift(without=3))

    assert len(marks(picture, "seen")) == 41 + 1, "and the sign in the legend"
    assert len(marks(picture, "unseen")) == 1
    assert len(marks(picture, "band")) == 2 + 1, "a band on either side, and the sign"


def test_it_is_drawn_in_the_readers_language() -> None:
    said = texts(drawn(a_lift(), voice=FRENCH))

    assert "420 mentions de plus que sans elle\u00a0: 30\u00a0% de plus." in said
    assert "Campagne\u00a0: Autumn" in said


def test_who_does_not_see_it_is_told_what_it_shows() -> None:
    picture = drawn(a_lift())
    told = {one.get("id"): one.text for one in picture if one.get("id")}

    assert told["told"] == campaign_alt(a_lift(), "Autumn", ENGLISH)
    assert "From 14 September to 27 September." in (told["told"] or "")


def test_a_name_is_text_and_never_a_part_of_the_picture() -> None:
    picture = drawn(a_lift(), name="</text><script>x</script>")

    assert not list(picture.iter(f"{SVG}script"))


def test_it_becomes_pixels() -> None:
    assert png(campaign_svg(a_lift(), "Autumn", ENGLISH)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (a_lift(extra=-420, low=-520, high=-310), "420 mentions fewer than without it: 30% fewer."),
        (a_lift(extra=10, low=-70, high=90), "No effect to speak of: less than 6% either way."),
        (a_lift(extra=100, low=-300, high=500), "The data cannot tell whether it had an effect."),
    ],
)
def test_the_verdict_is_no_more_than_what_is_known(found: Lift, words: str) -> None:
    assert verdict_words(found, ENGLISH) == words


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("too short", "14 days before it are known, 21 are needed."),
        ("gap", "Only 14 of its 21 days were seen whole."),
        ("too few", "14 mentions before it are known, 21 are needed."),
        ("not over", "It is not over."),
        ("moved", "The watch beside it moved by itself."),
    ],
)
def test_where_the_data_cannot_tell_it_says_so_and_why(why: Why, words: str) -> None:
    found = CannotTell(why=why, known=14, of=21)

    assert verdict_words(found, ENGLISH) == f"The data cannot tell. {words}"


def test_both_answers_are_told_where_all_hangs_on_one_comparison() -> None:
    found = CannotTell(why="moved", with_it=a_lift(extra=-90), without_it=a_lift(extra=420))

    assert "Held against it: −90; by the watch’s own past: +420." in cannot_words(found, ENGLISH)


def test_nothing_is_certain() -> None:
    assert chance_words(1.0, ENGLISH) == "more than 99%"
    assert chance_words(0.0, ENGLISH) == "less than 1%"
    assert chance_words(0.62, ENGLISH) == "62%"


def test_what_it_does_not_rest_on_is_left_out_of_the_words() -> None:
    alone = replace(a_lift(), beside=(), aside=())

    assert basis_words(alone, ENGLISH) == "It rests on 56 days before."
    assert "−40" in interval_words(replace(alone, low=-40), ENGLISH)
