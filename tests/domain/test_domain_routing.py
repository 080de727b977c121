"""Where an alert goes, and why the routes before did not fit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.routing import Route, Subject, choose, missed
from bot.domain.severity import SEVERITIES
from bot.domain.trail import Miss

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def a_subject(**changes: Any) -> Subject:
    fields: dict[str, Any] = {
        "watch": "Lumo",
        "kind": "negative",
        "severity": "medium",
        "languages": frozenset({"en"}),
        "themes": frozenset({"late delivery"}),
        "is_open": True,
        "at": AT,
    }
    return Subject(**{**fields, **changes})


def a_route(**conditions: Any) -> Route:
    return Route(**{"name": "crisis", "channel": "#crisis", **conditions})


def test_without_routes_it_goes_where_its_watch_says() -> None:
    routed = choose((), a_subject(), "#care")
    assert (routed.channel, routed.route, routed.here) == ("#care", "", False)
    assert routed.trail.misses == ()


def test_the_first_that_fits_takes_it() -> None:
    routes = (a_route(name="a", kinds=("spike",)), a_route(name="b"), a_route(name="c"))
    routed = choose(routes, a_subject(), "#care")
    assert (routed.channel, routed.route) == ("#crisis", "b")
    assert [miss.route for miss in routed.trail.misses] == ["a"]


@pytest.mark.parametrize(
    ("conditions", "condition", "wanted", "found"),
    [
        ({"watches": ("Other",)}, "watch", ("Other",), ("Lumo",)),
        ({"kinds": ("spike",)}, "kind", ("spike",), ("negative",)),
        ({"severity": "high"}, "severity", ("high",), ("medium",)),
        ({"languages": ("fr",)}, "language", ("fr",), ("en",)),
        ({"themes": ("battery",)}, "theme", ("battery",), ("late delivery",)),
        ({"hours": "closed"}, "hours", ("closed",), ("open",)),
    ],
)
def test_a_route_that_does_not_fit_says_which_condition_and_what_was_found(
    conditions: dict[str, Any], condition: str, wanted: tuple[str, ...], found: tuple[str, ...]
) -> None:
    miss = missed(a_route(**conditions), a_subject())
    assert miss is not None
    assert (miss.condition, miss.wanted, miss.found) == (condition, wanted, found)


@pytest.mark.parametrize("theme", ["delivery", "Late Delivery", "late", "DELIVERY"])
def test_a_theme_fits_by_its_words_whatever_their_case(theme: str) -> None:
    assert missed(a_route(themes=(theme,)), a_subject()) is None


def test_a_part_of_a_word_is_no_theme() -> None:
    assert missed(a_route(themes=("deliver",)), a_subject()) is not None


@pytest.mark.parametrize(
    ("severity", "is_open", "here", "hushed"),
    [
        ("high", True, True, False),
        ("high", False, False, True),
        ("critical", False, True, False),
        ("medium", True, False, False),
        ("medium", False, False, False),
    ],
)
def test_only_what_is_critical_rings_while_the_team_is_closed(
    severity: str, is_open: bool, here: bool, hushed: bool
) -> None:
    routed = choose((), a_subject(severity=severity, is_open=is_open), "#care", "high")
    assert (routed.here, routed.trail.hushed) == (here, hushed)


def test_a_route_that_rings_rings_for_whatever_fits_it() -> None:
    assert choose((a_route(here=True),), a_subject(severity="low"), "#care").here


some = st.sampled_from
routes = st.builds(
    Route,
    name=st.text(min_size=1, max_size=5),
    channel=some(["#a", "#b"]),
    watches=st.lists(some(["Lumo", "Other"]), max_size=2).map(tuple),
    kinds=st.lists(some(["negative", "spike"]), max_size=2).map(tuple),
    severity=some(SEVERITIES),
    languages=st.lists(some(["en", "fr", "unknown"]), max_size=2).map(tuple),
    themes=st.lists(some(["lamp", "delivery", "Étoile"]), max_size=2).map(tuple),
    hours=some(["any", "open", "closed"]),
    here=st.booleans(),
)
subjects = st.builds(
    Subject,
    watch=some(["Lumo", "Other"]),
    kind=some(["negative", "spike"]),
    severity=some(SEVERITIES),
    languages=st.frozensets(some(["en", "fr", "unknown"])),
    themes=st.frozensets(some(["lamp", "late delivery", "etoile"])),
    is_open=st.booleans(),
    at=st.just(AT),
)


@given(st.lists(routes, max_size=6), subjects)
def test_the_first_match_wins_and_the_trail_names_all_before_it(
    rules: list[Route], subject: Subject
) -> None:
    routed = choose(rules, subject, "#own")
    fitting = [n for n, route in enumerate(rules) if missed(route, subject) is None]
    first = fitting[0] if fitting else len(rules)
    assert [miss.route for miss in routed.trail.misses] == [r.name for r in rules[:first]]
    if fitting:
        assert (routed.channel, routed.route) == (rules[first].channel, rules[first].name)
    else:
        assert (routed.channel, routed.route) == ("#own", "")


@given(routes, subjects)
def test_what_is_found_is_none_of_what_is_wanted(route: Route, subject: Subject) -> None:
    miss = missed(route, subject)
    if miss is None:
        assert missed(Route(name="bare", channel="#a"), subject) is None
    else:
        assert isinstance(miss, Miss)
        assert miss.wanted
        assert set(miss.wanted).isdisjoint(miss.found)


@given(st.lists(routes, max_size=4), subjects)
def test_a_route_without_conditions_takes_all_that_is_left(
    rules: list[Route], subject: Subject
) -> None:
    rest = Route(name="the rest", channel="#rest")
    assert choose([*rules, rest], subject, "#own").route != ""
