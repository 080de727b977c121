"""What is one story, and when it is told again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import Story, Told
from bot.domain.severity import SEVERITIES, Severity
from bot.domain.stories import KEPT_POSTS, TRIPLE, Change, change, follows, worst_posts
from tests.builders import NOW

GROUP, EVERY = timedelta(minutes=5), timedelta(hours=4)


def changed(
    volume: int, severity: Severity = "medium", *, before: int = 1, minutes: int = 10
) -> Change | None:
    told = Told(at=NOW, volume=before, severity="medium")
    now = NOW + timedelta(minutes=minutes)
    return change(told, volume, severity, now, group=GROUP, repeat_every=EVERY)


def test_a_post_follows_within_the_time_and_not_after_it() -> None:
    story = Story(watch="Lumo", alert="m1", last=NOW)
    soon = NOW + 2 * GROUP
    assert follows(story, NOW - timedelta(hours=1), soon, GROUP)
    assert follows(story, NOW + GROUP, soon, GROUP)
    assert not follows(story, NOW + GROUP + timedelta(seconds=1), soon, GROUP)


def test_a_post_that_is_found_late_is_not_hidden_in_a_story_that_ended() -> None:
    story = Story(watch="Lumo", alert="m1", last=NOW)
    assert not follows(story, NOW, NOW + timedelta(minutes=61), GROUP)


def test_a_few_more_ring_for_nobody() -> None:
    assert [changed(n) for n in (2, 4, 8, 10)] == [None] * 4
    assert changed(11) == "larger"


def test_twice_as_many_ring() -> None:
    assert changed(49, before=25) is None
    assert changed(50, before=25) == "larger"


def test_a_spike_rings_again_once_it_has_tripled() -> None:
    told = Told(at=NOW, volume=25, severity="low")
    later = NOW + timedelta(minutes=10)
    for volume, rings in ((74, None), (75, "larger")):
        step = change(told, volume, "low", later, group=GROUP, repeat_every=EVERY, factor=TRIPLE)
        assert step == rings


def test_growth_alone_is_left_alone_while_it_is_read_for_the_first_time() -> None:
    assert changed(80, minutes=4) is None
    assert changed(80, minutes=5) == "larger"


def test_more_severe_rings_at_once_and_milder_never() -> None:
    assert changed(1, "high", minutes=0) == "worse"
    assert changed(1, "low") is None


def test_what_goes_on_is_told_again_after_a_while() -> None:
    assert changed(1, minutes=239) is None
    assert changed(1, minutes=240) == "going_on"


@given(
    st.lists(
        st.tuples(st.integers(0, 4_000), st.sampled_from(SEVERITIES), st.integers(1, 90)),
        max_size=40,
    )
)
def test_a_day_of_growth_rings_a_handful_of_times(
    polls: list[tuple[int, Severity, int]],
) -> None:
    told, rung, volume, now = Told(at=NOW, volume=1, severity="low"), 0, 1, NOW
    for more, severity, minutes in polls:
        volume, now = volume + more, now + timedelta(minutes=minutes)
        if change(told, volume, severity, now, group=GROUP, repeat_every=EVERY):
            worst = max(told.severity, severity, key=SEVERITIES.index)
            told, rung = Told(at=now, volume=volume, severity=worst), rung + 1
    doublings = volume.bit_length()
    assert rung <= 3 + doublings + (now - NOW) // EVERY


def test_a_long_story_keeps_the_worst_of_its_posts_in_the_order_in_which_they_came() -> None:
    ids = [f"m{n}" for n in range(KEPT_POSTS + 50)]
    assert worst_posts(ids, ids[::-1]) == tuple(ids[50:])
    assert worst_posts(ids[:3], ["m2", "m0", "m1"]) == ("m0", "m1", "m2")
