"""The way of insights as a picture."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.ranking import Passed, Ranking
from bot.i18n import Voice
from bot.pictures.circuit import circuit_alt, circuit_notes, circuit_svg
from bot.pictures.png import png
from tests.builders import NOW

EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
DAY = timedelta(days=1)
FOUND = Ranking(
    team="App",
    since=NOW - 30 * DAY,
    until=NOW,
    circuit=(
        Passed(stage="heard", reached=12, took=2.4 * DAY),
        Passed(stage="accepted", reached=7, took=12 * DAY),
        Passed(stage="planned", reached=4, took=timedelta(hours=3)),
        Passed(stage="shipped", reached=1, took=9 * DAY),
        Passed(stage="answered", reached=0),
    ),
    declined=2,
)


@pytest.mark.parametrize("voice", [EN, FR])
def test_it_is_a_picture_in_either_language(voice: Voice) -> None:
    drawn = circuit_svg(FOUND, "What people ask of App <&>", voice)
    assert "&lt;&amp;&gt;" in drawn
    assert png(drawn).startswith(b"\x89PNG")


def test_who_does_not_see_it_is_told_all_its_figures() -> None:
    assert circuit_alt(FOUND, "App", EN) == (
        "App. heard: 12, 2.4 d after; accepted: 7, 12 d after; planned: 4, 0.1 d after; "
        "shipped: 1, 9.0 d after; answered back: 0."
    )


def test_what_was_declined_is_said_beneath() -> None:
    assert circuit_notes(FOUND, EN)[-1] == "2 were declined."
    assert len(circuit_notes(replace(FOUND, declined=0), EN)) == 1


def test_a_circuit_of_nothing_is_drawn_too() -> None:
    empty = replace(FOUND, circuit=tuple(replace(one, reached=0) for one in FOUND.circuit))
    assert png(circuit_svg(empty, "Nothing", EN))
