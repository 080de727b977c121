"""What a tracker is told, and when it is told again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from bot.domain.insightlife import carried_out
from bot.domain.insights import begun
from bot.domain.trackers import FOR, LATEST, SOONEST, again_at, event_id, event_of
from tests.builders import NOW, a_mention

HEARD = carried_out(begun(a_mention(), "A dark mode", "wish", NOW), "hear", "U1", NOW, 7)


def test_a_change_is_told_with_the_insight_and_nothing_of_its_posts() -> None:
    declined = carried_out(HEARD, "decline", "U2", NOW, 8, "Too few")
    event = event_of(declined, event_id(declined.id, declined.changes[-1]))

    assert event
    assert (event.deed, event.was, event.now, event.by) == ("decline", "heard", "declined", "U2")
    assert (event.reason, event.order, event.insight.title) == ("Too few", 8, "A dark mode")
    assert a_mention().post.author not in json.encode(event).decode()


def test_an_earlier_change_is_told_by_its_own_id() -> None:
    accepted = carried_out(HEARD, "accept", "U2", NOW, 8)
    event = event_of(accepted, f"{HEARD.id}.7")

    assert event
    assert (event.deed, event.insight.state) == ("hear", "accepted")
    assert event_of(accepted, f"{HEARD.id}.9") is None


@given(st.timedeltas(timedelta(0), FOR - timedelta(seconds=1)))
def test_the_pauses_grow_with_the_time_that_went_by(waited: timedelta) -> None:
    again = again_at(NOW, NOW + waited)

    assert again
    assert SOONEST <= again - (NOW + waited) <= LATEST


@pytest.mark.parametrize("waited", [FOR, FOR + timedelta(days=9)])
def test_it_is_given_up_after_days(waited: timedelta) -> None:
    assert again_at(NOW, NOW + waited) is None
