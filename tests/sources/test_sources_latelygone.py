"""What is gone is told to all watches, each of which polls in its time."""

from __future__ import annotations

from datetime import timedelta

from bot.sources.latelygone import LatelyGone
from tests.builders import NOW


def test_what_is_gone_is_told_for_an_hour() -> None:
    gone = LatelyGone()
    gone.note(["a"], NOW)
    gone.note(["b"], NOW + timedelta(minutes=30))
    assert gone.ids(NOW + timedelta(minutes=45)) == ("a", "b")
    assert gone.ids(NOW + timedelta(minutes=75)) == ("b",)


def test_what_is_met_again_is_told_no_longer_for_that() -> None:
    gone = LatelyGone()
    gone.note(["a"], NOW)
    gone.note(["a"], NOW + timedelta(minutes=59))
    assert gone.ids(NOW + timedelta(minutes=61)) == ()


def test_a_flood_is_forgotten_from_its_beginning() -> None:
    gone = LatelyGone()
    gone.note(map(str, range(5_000)), NOW)
    assert len(gone.ids(NOW)) == 1_000
    assert gone.ids(NOW)[-1] == "4999"
