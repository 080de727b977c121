"""Insights in the order of their weight, and the way from hearing to shipping."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.insightlife import carried_out
from bot.domain.insights import Deed, Insight, Voiced
from bot.domain.ranking import circuit, ranking, weight
from tests.builders import NOW

DAY = timedelta(days=1)
SINCE = NOW - 30 * DAY


def an_insight(id: str = "i1", **changes: object) -> Insight:
    made = Insight(
        id=id, title="Dark mode", kind="wish", watch="Lumo", heard=NOW - 10 * DAY,
        first=NOW - 12 * DAY, team="App", state="heard",
    )  # fmt: skip
    return replace(made, **changes)


def voices(count: int, *, ago: timedelta = DAY, reach: int = 1, score: float = 0.0) -> list[Voiced]:
    return [
        Voiced(
            id=f"i.{n} {ago}", insight="i", at=NOW - ago, author=f"a{n}", reach=reach, score=score
        )
        for n in range(count)
    ]


def after(insight: Insight, *deeds: tuple[Deed, datetime]) -> Insight:
    for order, (deed, at) in enumerate(deeds):
        insight = carried_out(insight, deed, "U1", at, order, "since we say so")
    return insight


def order(*found: tuple[Insight, list[Voiced]]) -> list[str]:
    return [row.insight.id for row in ranking(found, "", SINCE, NOW).rows]


def test_more_people_weigh_more() -> None:
    assert order((an_insight("few"), voices(3)), (an_insight("many"), voices(9))) == ["many", "few"]


def test_of_as_many_people_those_whose_number_grows_come_first() -> None:
    steady = voices(4, ago=9 * DAY) + voices(8)
    growing = voices(8)
    assert order((an_insight("steady"), steady), (an_insight("growing"), growing))[0] == "growing"


def test_of_as_many_people_reach_and_anger_come_first() -> None:
    far, near = (an_insight("far"), voices(4, reach=9000)), (an_insight("near"), voices(4))
    assert order(near, far)[0] == "far"
    cross = (an_insight("cross"), voices(4, score=-0.9))
    assert order(near, cross)[0] == "cross"


def test_twice_the_people_weigh_more_than_any_mood() -> None:
    assert weight(7, 7, 7, 1, 1.0) > weight(3, 3, 3, 1, -1.0)


@given(
    st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 10**9),
    st.none() | st.floats(-1, 1),
)  # fmt: skip
def test_no_figure_makes_a_weight_that_is_none(
    people: int, week: int, before: int, reach: int, mood: float | None
) -> None:
    assert weight(people + 1, week, before, reach, mood) > weight(people, week, before, reach, mood)


def test_only_those_who_spoke_in_the_time_that_is_asked_about_count() -> None:
    (row,) = ranking([(an_insight(), voices(2) + voices(5, ago=40 * DAY))], "", SINCE, NOW).rows
    assert row.lately.people == 2


def test_a_team_sees_its_own_and_nobody_what_is_none() -> None:
    found = [
        (an_insight("app"), voices(1)),
        (an_insight("care", team="Care"), voices(1)),
        (an_insight("none", state="dismissed"), voices(1)),
    ]
    assert [row.insight.id for row in ranking(found, "App", SINCE, NOW).rows] == ["app"]
    assert {row.insight.id for row in ranking(found, "", SINCE, NOW).rows} == {"app", "care"}


def test_what_waits_stays_however_old_it_is() -> None:
    old = {"heard": NOW - 90 * DAY, "first": NOW - 91 * DAY}
    waits, done = an_insight("waits", **old), an_insight("done", state="answered", **old)
    found = ranking([(waits, []), (done, [])], "", SINCE, NOW)
    assert ([row.insight.id for row in found.rows], found.waiting) == (["waits"], 1)


def test_the_time_to_decide_is_counted_from_the_first_post() -> None:
    quick = after(an_insight("quick"), ("accept", NOW - 9 * DAY))
    slow = after(an_insight("slow"), ("decline", NOW - 5 * DAY))
    found = ranking([(quick, []), (slow, []), (an_insight("waits"), [])], "", SINCE, NOW)
    assert (found.decided, found.decisions, found.declined) == (5 * DAY, 2, 1)
    care = after(an_insight("care", team="Care"), ("accept", NOW - 11 * DAY))
    both = ranking([(quick, []), (slow, []), (care, [])], "", SINCE, NOW)
    assert [(one.team, one.took, one.decisions) for one in both.teams] == [
        ("App", 5 * DAY, 2), ("Care", DAY, 1),
    ]  # fmt: skip


def test_the_circuit_counts_how_far_they_came_and_how_long_each_step_took() -> None:
    shipped = after(
        an_insight(), ("accept", NOW - 8 * DAY), ("plan", NOW - 7 * DAY), ("ship", NOW - DAY)
    )
    found = circuit([shipped, an_insight("i2"), an_insight("i3", state="proposed")])
    assert [(one.stage, one.reached) for one in found] == [
        ("heard", 2), ("accepted", 1), ("planned", 1), ("shipped", 1), ("answered", 0),
    ]  # fmt: skip
    assert [one.took for one in found] == [2 * DAY, 2 * DAY, DAY, 6 * DAY, None]


def test_who_skips_a_stage_passes_it_in_no_time() -> None:
    found = circuit([after(an_insight(), ("ship", NOW - 4 * DAY))])
    assert [one.took for one in found] == [2 * DAY, 6 * DAY, timedelta(), timedelta(), None]


def test_what_was_reopened_came_as_far_as_it_is_now() -> None:
    reopened = after(an_insight(), ("ship", NOW - 4 * DAY), ("reopen", NOW - DAY))
    assert [one.reached for one in circuit([reopened])] == [1, 1, 0, 0, 0]


def test_of_nothing_there_is_nothing_to_tell() -> None:
    found = ranking([], "", SINCE, NOW)
    assert (found.rows, found.decided, found.waiting, found.proposed) == ((), None, 0, 0)
    assert {one.reached for one in found.circuit} == {0}
