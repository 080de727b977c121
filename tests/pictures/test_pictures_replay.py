"""The picture of a replay: what stands in it, in the reader's language."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detection import SLOT, Evidence
from bot.domain.replay import Hour, Replay, Ring, Row
from bot.i18n import Voice
from bot.pictures.png import png
from bot.pictures.replay import replay_alt, replay_svg
from bot.pictures.svg import element, path, written
from tests.builders import NOW

HOUR = timedelta(hours=1)
ENGLISH, FRENCH = Voice("en", ZoneInfo("Europe/Paris")), Voice("fr", ZoneInfo("Europe/Paris"))
SVG = "{http://www.w3.org/2000/svg}"


def an_hour(number: int, seen: int | None = 2, *, known: bool = True) -> Hour:
    return Hour(
        at=NOW + number * HOUR,
        seen=seen,
        expected=2.0 if known else None,
        low=0 if known else None,
        high=6 if known else None,
    )


def a_ring(number: int, seen: int = 20) -> Ring:
    began = NOW + number * HOUR
    evidence = Evidence(
        window_start=began,
        window_end=began + HOUR,
        seen=seen,
        expected=2,
        low=0,
        high=6,
        once_in_days=90,
        known_days=20,
        sensitivity=7,
    )
    return Ring(evidence=evidence, last=began + 2 * HOUR, peak=seen, over=True)


def a_replay(*hours: Hour, rings: int = 1) -> Replay:
    shown = hours or tuple(an_hour(n, 20 if n == 30 else 2) for n in range(168))
    return Replay(
        since=NOW,
        until=NOW + len(shown) * HOUR - SLOT,
        hours=shown,
        rows=(
            Row(days=7, rings=tuple(a_ring(30 + 40 * n) for n in range(rings))),
            Row(days=90, rings=()),
        ),
        known_days=20,
    )


def drawn(found: Replay, watch: str = "Lumo", voice: Voice = ENGLISH) -> ET.Element:
    return ET.fromstring(replay_svg(found, watch, voice))  # noqa: S314  (our own)


def texts(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def marks(picture: ET.Element, look: str) -> list[ET.Element]:
    return [one for one in picture.iter() if one.get("class") == look]


def test_each_sensitivity_has_a_row_that_says_how_often_it_rang() -> None:
    picture = drawn(a_replay(rings=2))
    assert "Once in 7 ordinary days: 2 alerts, 2.0 a week" in texts(picture)
    assert "Once in 90 ordinary days: 0 alerts, 0.0 a week" in texts(picture)
    assert len(marks(picture, "while")) == 2
    assert len(marks(picture, "ring")) == 2 + 1, "and the sign in the legend"


def test_it_is_drawn_in_the_readers_language_and_zone() -> None:
    said = texts(drawn(a_replay(), voice=FRENCH))
    assert "Ce qui aurait sonné\u00a0: Lumo" in said
    assert "Une fois en 7 jours ordinaires\u00a0: 1 alerte, 1,0 par semaine" in said
    assert "26 nov." in said


def test_who_does_not_see_it_is_told_what_it_shows() -> None:
    picture = drawn(a_replay())
    assert picture.get("role") == "img"
    told = {one.get("id"): one.text for one in picture if one.get("id")}
    assert (picture.get("aria-labelledby") or "").split() == list(told)
    assert told["told"] == replay_alt(a_replay(), "Lumo", ENGLISH)
    assert "The busiest hour began 25 Nov, 17:00, with 20." in (told["told"] or "")


def test_hours_that_were_not_seen_whole_are_hatched() -> None:
    picture = drawn(a_replay(an_hour(0), an_hour(1, None), an_hour(2)))
    assert len(marks(picture, "unseen")) == 1 + 1, "and the sign in the legend"


def test_nothing_is_expected_where_nothing_is_known() -> None:
    picture = drawn(a_replay(an_hour(0, known=False), an_hour(1, known=False)))
    assert len(marks(picture, "band")) == len(marks(picture, "due")) == 1, "but for the legend"


def test_nothing_seen_is_a_picture_as_well() -> None:
    assert not marks(drawn(a_replay(an_hour(0, 0), an_hour(1, 0))), "seen")[1:]


def test_a_name_is_text_and_never_a_part_of_the_picture() -> None:
    picture = drawn(a_replay(), watch='</text><script>x</script> & "Lumo"')
    assert not list(picture.iter(f"{SVG}script"))
    assert 'What would have rung: </text><script>x</script> & "Lumo"' in texts(picture)


def test_light_and_dark_are_both_told_apart() -> None:
    style = next(drawn(a_replay()).iter(f"{SVG}style")).text or ""
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    for ground, look in ((light, "seen"), (dark, "seen"), (light, "ring"), (dark, "ring")):
        assert _contrast(_fill(ground, "page"), _fill(ground, look)) >= 3


def test_it_is_rendered_with_letters_of_our_own() -> None:
    picture = replay_svg(a_replay(), "Lumo", ENGLISH)
    rendered = png(picture)
    assert rendered.startswith(b"\x89PNG\r\n")
    without = png(re.sub(r"<text.*?</text>", "", picture))
    assert len(rendered) > len(without) + 2_000


@pytest.mark.parametrize("watch", ["Żubr Ωmega Ёж", "東京ランプ"])
def test_names_of_other_scripts_are_rendered(watch: str) -> None:
    assert png(replay_svg(a_replay(), watch, ENGLISH)).startswith(b"\x89PNG\r\n")


@given(st.text(max_size=40))
def test_whatever_a_watch_is_called_it_is_well_formed(watch: str) -> None:
    drawn(a_replay(an_hour(0)), watch=watch)


def test_elements_are_written_short() -> None:
    assert element("rect", class_="a", x=1.0, text_anchor="end") == (
        '<rect class="a" x="1" text-anchor="end"/>'
    )
    assert element("text", written("a < b")) == "<text>a &lt; b</text>"
    assert path([(0, 1), (2.25, 3.0)], closed=True) == "M0 1L2.2 3Z"


def _fill(style: str, look: str) -> str:
    found = re.search(rf"\.{look}{{fill:(#[0-9a-f]{{6}})", style)
    assert found
    return found[1]


def _contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
