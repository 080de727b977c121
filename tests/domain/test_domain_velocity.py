"""Velocity: a post that spreads faster than its watch is used to, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mention import Mention
from bot.domain.velocity import (
    FLOOR,
    Clock,
    Speeds,
    clocked,
    clocked_again,
    quicker,
    remembered,
    speed,
    velocity,
)
from tests.builders import NOW, a_mention, a_post

MONTH = 30.0


def a_spread(engagement: int, age: timedelta = timedelta(hours=1)) -> Mention:
    return a_mention(at=NOW - age, seen=NOW, post=a_post(engagement=engagement))


def days(seed: int, a_day: int, tail: float, length: int) -> Iterator[list[Mention]]:
    """Days of posts, most of which nobody likes, and some of which many do."""
    rng = Random(seed)
    for _ in range(length):
        yield [
            a_spread(round(rng.paretovariate(1 / tail)) if rng.random() < 0.3 else 0)
            for _ in range(a_day)
        ]


def used_to(seed: int = 1, a_day: int = 40, tail: float = 0.8) -> Speeds:
    """What is known after a month."""
    known = Speeds()
    for n, posts in enumerate(days(seed, a_day, tail, 30)):
        known = clocked(known, posts, NOW + timedelta(days=n))
    return known


def test_a_post_that_spreads_as_none_does_is_told() -> None:
    found = velocity(used_to(), a_spread(5_000), MONTH)
    assert found is not None
    assert (found.engagement, found.speed) == (5_000, 5_000)
    assert found.once_in_days > MONTH


def test_a_known_post_is_looked_at_again_only_where_it_is_faster_than_ever() -> None:
    slow, fast = a_spread(30), a_spread(300)
    clocks = remembered((), [slow], "", NOW - timedelta(days=1))
    assert quicker(clocks, [slow]) == []
    assert quicker(clocks, [fast]) == [fast]
    assert quicker((), [a_spread(19, timedelta(minutes=1))]) == [], "those of three friends"


def test_however_often_a_post_is_looked_at_it_teaches_as_one_at_its_fastest() -> None:
    once = clocked(Speeds(), [a_spread(600)], NOW)
    known = clocked(Speeds(), [a_spread(0)], NOW)
    clocks: tuple[Clock, ...] = ()
    for engagement in (50, 200, 600):
        now = [a_spread(engagement)]
        known = clocked_again(known, clocks, now)
        clocks = remembered(clocks, now, "", NOW - timedelta(days=1))
    assert known.posts == once.posts
    assert (known.over, known.logs) == pytest.approx((once.over, once.logs))


def test_what_was_told_stays_so_and_what_is_old_is_forgotten() -> None:
    clocks = remembered((), [a_spread(300)], "m1", NOW - timedelta(days=1))
    clocks = remembered(clocks, [a_spread(900)], "", NOW - timedelta(days=1))
    assert [(clock.post, clock.speed, clock.told) for clock in clocks] == [("m1", 900, True)]
    assert remembered(clocks, [], "", NOW) == ()


def test_a_post_that_a_few_like_is_not() -> None:
    assert velocity(used_to(), a_spread(19, timedelta(minutes=1)), MONTH) is None


def test_what_is_much_elsewhere_is_usual_for_a_watch_that_is_liked() -> None:
    liked = Speeds()
    for n in range(30):
        posts = [a_spread(300 + 40 * k) for k in range(40)]
        liked = clocked(liked, posts, NOW + timedelta(days=n))
    assert velocity(liked, a_spread(2_000), MONTH) is None
    assert velocity(used_to(), a_spread(2_000), MONTH) is not None


def test_nothing_is_fast_while_few_posts_are_known() -> None:
    assert velocity(clocked(Speeds(), [a_spread(3)] * 40, NOW), a_spread(5_000), MONTH) is None


def test_the_speed_of_a_post_of_this_minute_is_not_that_of_an_hour() -> None:
    assert speed(a_spread(10, timedelta(seconds=5))) == 40


@given(st.floats(FLOOR, 1e6), st.floats(1.0, 10.0))
def test_the_faster_the_rarer(found: float, more: float) -> None:
    known = used_to()
    assert 0 <= known.chance(found * more) <= known.chance(found) <= 1


@pytest.mark.parametrize(("a_day", "tail"), [(3, 0.8), (40, 0.5), (40, 0.8), (400, 0.8)])
def test_an_ordinary_stream_has_less_than_two_fast_posts_a_month(a_day: int, tail: float) -> None:
    false, known = 0, used_to(5, a_day, tail)
    for n, posts in enumerate(days(6, a_day, tail, 180), start=30):
        false += sum(velocity(known, post, MONTH) is not None for post in posts)
        known = clocked(known, posts, NOW + timedelta(days=n))
    assert false <= 12
