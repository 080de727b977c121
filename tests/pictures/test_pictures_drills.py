"""The picture of a team's drills: what stands in it, in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.domain.drills import Drill, begun
from bot.domain.drillscores import Score, Waited
from bot.domain.scripts import Script, ScriptPost
from bot.i18n import Voice
from bot.pictures.drills import MOST, drills_alt, drills_svg, held
from bot.pictures.png import png
from tests.builders import NOW

ENGLISH, FRENCH = Voice("en", ZoneInfo("Europe/Paris")), Voice("fr", ZoneInfo("Europe/Paris"))
SVG = "{http://www.w3.org/2000/svg}"
POST = ScriptPost(minute=0, author="Ada", language="en", text="Hot")


def a_drill(weeks: int, missed: int, seconds: int | None) -> Drill:
    """One that was held some weeks ago."""
    script = Script(name="s", title="S", situation="", language="en", minutes=30, posts=(POST,))
    drill = begun(script, "#practice", 5, "U_A", NOW - timedelta(weeks=weeks))
    waited = seconds and Waited(median=timedelta(seconds=seconds), worst=timedelta(seconds=seconds))
    score = Score(
        wanted=17, answered=17 - missed, missed=missed, needless=0, handovers=0,
        to_answer=waited or None,
    )  # fmt: skip
    return replace(drill, over=drill.ends, score=score)


def words(svg: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def test_each_drill_has_its_two_bars_with_their_figures_the_first_at_the_left() -> None:
    shown = held([a_drill(1, 3, 90), a_drill(5, 9, 300)])
    found = words(drills_svg(shown, ENGLISH))
    assert found.index("9/17") < found.index("3/17")
    assert found.index("5.0") < found.index("1.5")
    assert "5×" in found


def test_a_drill_without_an_answer_has_no_bar_but_a_frame() -> None:
    svg = drills_svg(held([a_drill(1, 17, None)]), ENGLISH)
    assert 'class="none"' in svg
    assert "none answered" in drills_alt(held([a_drill(1, 17, None)]), ENGLISH)


def test_no_more_are_shown_than_can_be_told_apart() -> None:
    assert len(held([a_drill(n, 1, 60) for n in range(20)])) == MOST


def test_it_is_said_in_words_and_in_french_as_well() -> None:
    told = drills_alt(held([a_drill(1, 3, 90)]), FRENCH)
    assert told.startswith("Exercices dans #practice")
    assert "3 sur 17 passés inaperçus" in told


def test_it_can_be_drawn() -> None:
    assert png(drills_svg(held([a_drill(1, 3, 90)]), ENGLISH)).startswith(b"\x89PNG")
