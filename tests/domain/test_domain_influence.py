"""Reach is in people, whatever the source counts, and influence compares it on a log scale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.influence import READERS_AN_ACT, influence, reach
from bot.domain.analysis.posts import analyse
from bot.domain.analysis.reading import Reading
from tests.builders import a_post

COUNTS = st.integers(0, 10**9)
KINDS = st.sampled_from(["", *READERS_AN_ACT])


@pytest.mark.parametrize(
    ("followers", "engagement", "people"),
    [(None, 0, 1), (0, 0, 1), (50_000, 0, 5_001), (100, 20, 1_001), (None, 3, 151), (-5, -5, 1)],
)
def test_reach_comes_from_followers_or_from_acts(
    followers: int | None, engagement: int, people: int
) -> None:
    assert reach(followers, engagement) == people


def test_what_a_source_counts_is_turned_into_people() -> None:
    followed = reach(10_000, 0, "mastodon")
    assert reach(None, 20, "hackernews") == reach(None, 10, "feed") == followed == 1_001


@given(COUNTS, COUNTS, COUNTS, KINDS)
def test_reach_never_falls_as_more_follow_or_act(
    followers: int, engagement: int, more: int, kind: str
) -> None:
    before = reach(followers, engagement, kind)
    assert 1 <= before <= reach(followers + more, engagement, kind)
    assert before <= reach(followers, engagement + more, kind)


@given(COUNTS)
def test_influence_grows_with_reach_within_its_scale(people: int) -> None:
    assert 0 <= influence(people) <= influence(people * 10 + 1) <= 1


@pytest.mark.parametrize(("people", "scale"), [(1, 0), (10, 1 / 6), (1_000, 1 / 2), (10**7, 1)])
def test_ten_times_the_people_are_a_sixth_more(people: int, scale: float) -> None:
    assert influence(people) == pytest.approx(scale)


def test_a_post_reaches_as_far_as_its_source_s_kind_says() -> None:
    post = a_post(source="forum", followers=None, engagement=3)
    assert analyse(post, Reading(kinds={"forum": "feed"})).reach == 301
    assert analyse(post, Reading()).reach == 151
