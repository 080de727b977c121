"""What becomes of an insight, who may decide, and how those who voice it are counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.identity import author_key
from bot.domain.insightlife import TRANSITIONS, carried_out, diagram
from bot.domain.insights import (
    Deed,
    Insight,
    InsightError,
    State,
    Voiced,
    begun,
    is_replied,
    voiced_by,
    with_voices,
)
from bot.domain.teams import Team, check_may, may, team_of
from bot.domain.voicings import best, lately
from tests.builders import NOW, a_mention, a_post

DRAWING = Path(__file__).parents[2] / "docs" / "insights.md"
DAY = timedelta(days=1)

LAMP = Team(name="Lamp", channel="#lamp", themes=("lamp", "battery"), members=("U1",))
SHOP = Team(name="Shop", channel="#shop", themes=("delivery", "opening hours"))


def proposed() -> Insight:
    return begun(a_mention(), "A dark mode", "wish", NOW)


def after(insight: Insight, *deeds: Deed, by: str = "U1", reason: str = "no") -> Insight:
    for number, deed in enumerate(deeds):
        insight = carried_out(insight, deed, by, NOW + (number + 1) * DAY, number, reason)
    return insight


def a_voice(author: str, *, days_ago: int = 0, reach: int = 10, score: float = -0.5) -> Voiced:
    at = NOW - days_ago * DAY
    mention = a_mention(id=f"{author} {days_ago}", at=at, post=a_post(author=author, at=at))
    return replace(voiced_by("i1", mention), reach=reach, score=score)


def test_the_drawing_in_the_docs_is_made_from_the_table() -> None:
    assert diagram() in DRAWING.read_text(encoding="utf-8")


def test_every_deed_is_in_the_table_and_every_state_can_be_left_or_is_an_end() -> None:
    assert set(TRANSITIONS) == set(get_args(Deed))
    left = {state for starts in TRANSITIONS.values() for state in starts}
    assert left == set(get_args(State))


def test_from_heard_to_answered_each_step_has_its_time() -> None:
    done = after(proposed(), "hear", "accept", "plan", "ship", "answer")

    assert done.state == "answered"
    assert (done.heard, done.decided, done.planned) == (
        NOW + DAY,
        NOW + 2 * DAY,
        NOW + 3 * DAY,
    )
    assert (done.shipped, done.answered) == (NOW + 4 * DAY, NOW + 5 * DAY)
    assert done.waited == 2 * DAY
    assert [(one.was, one.now) for one in done.changes][:2] == [
        ("proposed", "heard"),
        ("heard", "accepted"),
    ]


def test_what_ships_without_a_word_before_is_decided_then() -> None:
    assert after(proposed(), "hear", "ship").waited == 2 * DAY


def test_it_is_declined_with_a_reason_alone() -> None:
    heard = after(proposed(), "hear")
    with pytest.raises(InsightError, match="Say why"):
        after(heard, "decline", reason="  ")
    declined = after(heard, "decline", reason="It eats\nthe battery")
    assert declined.reason == declined.changes[-1].reason == "It eats the battery"


def test_who_reopens_it_keeps_the_time_of_the_first_decision() -> None:
    declined = after(proposed(), "hear", "decline")
    reopened = after(declined, "reopen")
    assert (reopened.state, reopened.reason, reopened.decided) == (
        "heard",
        "",
        declined.decided,
    )


def test_what_shipped_too_early_is_accepted_again() -> None:
    reopened = after(proposed(), "hear", "ship", "reopen")
    assert (reopened.state, reopened.shipped) == ("accepted", None)


def test_what_a_state_does_not_allow_is_refused_in_words() -> None:
    with pytest.raises(InsightError, match="make it one first"):
        after(proposed(), "accept")
    with pytest.raises(InsightError, match="accepted already"):
        after(proposed(), "hear", "accept", "accept")


@given(st.lists(st.sampled_from(get_args(Deed)), max_size=12))
def test_whatever_is_done_the_times_fit_the_state(deeds: list[Deed]) -> None:
    insight = proposed()
    for deed in deeds:
        if insight.state in TRANSITIONS[deed] and not insight.same:
            insight = after(insight, deed)
    assert (insight.shipped is not None) == (insight.state in ("shipped", "answered"))
    assert (insight.answered is not None) == (insight.state == "answered")
    assert bool(insight.reason or insight.same) == (insight.state in ("declined", "dismissed"))
    assert insight.planned is None or insight.state in ("planned", "shipped", "answered")
    if insight.state in ("accepted", "planned", "declined", "shipped", "answered"):
        assert insight.decided is not None


def test_anybody_hears_and_the_team_decides() -> None:
    assert may("hear", "U9", LAMP, ())
    assert may("accept", "U1", LAMP, ())
    assert not may("accept", "U9", LAMP, ())
    assert may("accept", "U9", LAMP, {"U9"}), "an admin"
    assert may("ship", "U9", SHOP, ()), "a team that names nobody"
    assert may("ship", "U9", None, ()), "nobody's"
    with pytest.raises(InsightError, match="Lamp"):
        check_may("decline", "U9", LAMP, ())


def test_a_theme_finds_its_team_by_its_name_or_its_words() -> None:
    teams = (LAMP, SHOP)
    assert team_of(["battery"], teams) == LAMP
    assert team_of(["battery life"], teams) == LAMP
    assert team_of(["Opening HOURS"], teams) == SHOP
    assert team_of(["hours"], teams) is None
    assert team_of(["colour", "delivery"], teams) == SHOP, "the first theme that anybody owns"
    assert team_of([], teams) is None


def test_a_person_counts_once_however_often_they_ask() -> None:
    first = [a_voice("@ada", days_ago=3), a_voice("@ada", days_ago=2)]
    insight, new = with_voices(proposed(), (), first)
    assert (insight.people, insight.posts, insight.reach, len(new)) == (1, 2, 20, 2)

    more = [a_voice("@ada", days_ago=1), a_voice("@bea", days_ago=9), first[0]]
    insight, new = with_voices(insight, first, more)
    assert (insight.people, insight.posts, len(new)) == (2, 4, 2)
    assert insight.first == NOW - 9 * DAY


def test_an_author_is_told_apart_and_not_told() -> None:
    assert author_key("forum", "Ada") == author_key("forum", "ada")
    assert author_key("forum", "Ada") != author_key("lumen.social", "Ada")
    assert "ada" not in author_key("forum", "Ada")
    assert author_key("forum", "") == ""


def test_growth_is_people_of_this_week_against_the_one_before() -> None:
    voices = [a_voice(f"@{n}", days_ago=n) for n in (0, 1, 1, 2, 8, 9)]
    seen = lately(voices, NOW)
    assert (seen.people, seen.days, seen.week, seen.before) == (5, 9, 3, 2)
    assert seen.mood == pytest.approx(-0.5)


def test_nothing_is_known_of_what_nobody_voices_any_more() -> None:
    seen = lately((), NOW)
    assert (seen.people, seen.days, seen.mood) == (0, 1, None)


def test_the_posts_that_say_it_best_are_of_different_people() -> None:
    mentions = [
        a_mention(id=f"m{n}", post=a_post(author=author, text=f"Wish {n % 5}"), copy_of=copy)
        for n, (author, copy) in enumerate(
            [
                ("@ada", ""),
                ("@ada", ""),
                ("@bea", "m0"),
                ("@cy", ""),
                ("@di", ""),
                ("@ed", ""),
            ]
        )
    ]
    shown = best(mentions, titled="m5")
    assert [one.id for one in shown] == ["m5", "m3", "m4"], "m0 says what m5 says"


def test_an_answer_counts_for_the_shipping_after_which_it_was_given() -> None:
    shipped = after(proposed(), "hear", "ship")
    voice = a_voice("@ada")
    assert not is_replied(voice, shipped)
    assert is_replied(replace(voice, replied=NOW + 2 * DAY), shipped)
    assert not is_replied(replace(voice, replied=NOW + DAY), shipped)
