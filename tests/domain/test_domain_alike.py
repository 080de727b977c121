"""Demands that ask for the same in other words."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alike import (
    SAME,
    Usual,
    groups,
    index,
    likenesses,
    shared,
    weighed,
    weighed_index,
)
from bot.domain.demands import demand_of

ASKED = {
    "Please add a dark mode": "dark",
    "I'd love a black theme in the app": "dark",
    "Il manque un mode sombre": "dark",
    "À quand un thème noir ?": "dark",
    "Please make the cable longer": "cable",
    "A longer cord would be nice": "cable",
    "On aimerait un câble plus long": "cable",
    "Ce serait bien de pouvoir payer en plusieurs fois": "pay",
    "Would love to pay in monthly instalments": "pay",
}
USUAL = Usual.heard([*ASKED, *("The lamp is fine.",) * 40], ("lumo",))


def terms(text: str) -> dict[str, float]:
    demand = demand_of(text, "unknown", ("lumo",))
    assert demand is not None
    return dict(weighed(demand, USUAL))


def test_people_who_ask_for_the_same_in_two_languages_are_one_group() -> None:
    texts = list(ASKED)
    found = groups([terms(text) for text in texts])
    assert [{ASKED[texts[place]] for place in places} for places in found] == [
        {"dark"}, {"cable"}, {"pay"},
    ]  # fmt: skip


def test_what_they_ask_is_what_most_of_them_name() -> None:
    together = [terms(text) for text, what in ASKED.items() if what == "cable"]
    assert set(shared(together)) == {"cable", "long"}


def test_a_demand_is_found_again_by_its_terms_alone() -> None:
    demand = demand_of("Why is the lamp so bright? Please add a dark mode to the calendar", "en")
    assert demand is not None
    assert index(demand) == ("calendar", "dark mode")
    (near,) = likenesses([weighed_index(index(demand), USUAL)], [weighed(demand, USUAL)])
    assert near[0] > 0.99


def test_what_everybody_says_anyway_tells_less() -> None:
    often = Usual.heard(["the lamp", "a lamp", "lamp"] * 30 + ["calendar"])
    assert often.weight("lamp") < often.weight("calendar") < often.weight("never heard")


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), st.floats(0.1, 1), min_size=1, max_size=3),
        max_size=12,
    )
)
def test_every_demand_is_in_one_group_and_no_two_groups_are_alike(
    found: list[dict[str, float]],
) -> None:
    scaled = [_scaled(one) for one in found]
    together = groups(scaled)
    assert sorted(place for places in together for place in places) == list(range(len(found)))
    near = likenesses(scaled, scaled)
    for ones, others in combinations(together, 2):
        average = sum(near[one, other] for one in ones for other in others)
        assert average / (len(ones) * len(others)) < SAME + 1e-6


@pytest.mark.parametrize("count", [0, 1])
def test_of_none_or_one_there_is_nothing_to_join(count: int) -> None:
    assert groups([{"a": 1.0}] * count) == [[0]] * count


def _scaled(one: dict[str, float]) -> dict[str, float]:
    length = sum(weight * weight for weight in one.values()) ** 0.5
    return {term: weight / length for term, weight in one.items()}
