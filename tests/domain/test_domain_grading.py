"""How bad a post, a story and a spike are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detection import Evidence
from bot.domain.grading import grade_post, grade_spike, grade_story, grade_wave, graded, worse
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.severity import SEVERITIES, Graded, Ground, GroundKind, rank
from tests.builders import NOW, a_mention, a_post

LATER = NOW + timedelta(hours=1)


def a_complaint(
    text: str = "my lamp", *, score: float = -0.55, reach: int = 10, **post: Any
) -> Mention:
    analysis = Analysis(language="en", sentiment=Sentiment(score=score), reach=reach)
    return a_mention(post=a_post(text=text, **post), analysis=analysis)


def kinds(found: Graded) -> list[GroundKind]:
    return [ground.kind for ground in found.grounds]


def evidence(seen: int, expected: float) -> Evidence:
    return Evidence(
        window_start=NOW,
        window_end=LATER,
        seen=seen,
        expected=expected,
        low=0,
        high=9,
        once_in_days=900,
        known_days=7,
        sensitivity=30,
    )


def test_a_mild_complaint_that_few_read_is_low() -> None:
    assert grade_post(a_complaint(), (), LATER).severity == "low"


def test_harsh_words_alone_are_medium() -> None:
    assert grade_post(a_complaint(score=-0.95), (), LATER).severity == "medium"


def test_whoever_is_heard_by_many_makes_it_high() -> None:
    found = grade_post(a_complaint(reach=6_000, author="@nightdesk"), (), LATER)
    assert found.severity == "high"
    assert (found.grounds[0].kind, found.grounds[0].words) == ("reach", ("@nightdesk",))


def test_what_spreads_fast_is_high_and_slower_with_time() -> None:
    post = a_complaint(engagement=300)
    assert grade_post(post, (), NOW + timedelta(minutes=20)).severity == "high"
    assert grade_post(post, (), NOW + timedelta(hours=10)).severity == "medium"


def test_a_word_of_alarm_is_at_least_high_whatever_its_case_and_accents() -> None:
    found = grade_post(a_complaint("My lamp took FÍRE."), ("recall", "fire"), LATER)
    assert found.severity == "high"
    assert found.grounds[0].words == ("fire",)


def test_a_word_of_alarm_is_a_whole_word_and_a_phrase_stands_in_a_row() -> None:
    assert "alarm" not in kinds(grade_post(a_complaint("fireplace"), ("fire",), LATER))
    alarm = ("caught fire",)
    assert "alarm" in kinds(grade_post(a_complaint("it caught fire"), alarm, LATER))
    assert "alarm" not in kinds(grade_post(a_complaint("fire! it was caught"), alarm, LATER))


def test_two_grounds_of_different_kinds_make_it_critical() -> None:
    found = grade_post(a_complaint("fire", reach=6_000), ("fire",), LATER)
    assert found.severity == "critical"


def test_two_grounds_of_one_kind_do_not() -> None:
    found = grade_post(a_complaint(reach=6_000, engagement=300), (), LATER)
    assert kinds(found)[:2] == ["reach", "speed"]
    assert found.severity == "high"


def test_a_story_is_as_bad_as_its_worst_post_and_worse_with_many_authors() -> None:
    def story(posts: int, authors: int) -> Graded:
        found = [a_complaint(author=f"@a{n % authors}") for n in range(posts)]
        return grade_story([(m, grade_post(m, (), LATER)) for m in found], posts)

    assert [story(n, n).severity for n in (2, 3, 10, 40)] == ["low", "medium", "high", "critical"]
    assert story(40, 1).severity == "low", "one who repeats themselves is one"


def test_a_happy_launch_is_low_or_medium_and_a_crisis_high() -> None:
    assert grade_spike(evidence(40, 4), 1, 30, None).severity == "low"
    assert grade_spike(evidence(400, 4), 5, 300, None).severity == "medium"
    assert grade_spike(evidence(40, 4), 20, 30, None).severity == "high"
    assert grade_spike(evidence(400, 4), 60, 80, None).severity == "critical"


def test_a_spike_takes_the_serious_grounds_of_its_negative_posts() -> None:
    fire = grade_post(a_complaint("fire"), ("fire",), LATER)
    mild = grade_post(a_complaint(score=-0.9), (), LATER)
    assert grade_spike(evidence(40, 4), 1, 30, fire).severity == "high"
    assert grade_spike(evidence(40, 4), 1, 30, mild).severity == "low"


def test_a_wave_is_medium_and_only_a_large_one_by_many_people_is_more() -> None:
    assert grade_wave(8, 10, 8).severity == "medium"
    assert grade_wave(30, 40, 6).severity == "medium", "six people who write much"
    assert grade_wave(24, 40, 20).severity == "high"
    assert grade_wave(64, 80, 50).severity == "critical"


def test_a_wave_takes_the_single_grounds_of_the_story_in_its_thread() -> None:
    fire = grade_post(a_complaint("fire"), ("fire",), LATER)
    twelve = [a_complaint(author=f"@a{n}") for n in range(12)]
    many = grade_story([(m, grade_post(m, (), LATER)) for m in twelve], 12)
    assert grade_wave(8, 20, 8, fire).severity == "high"
    assert grade_wave(8, 20, 8, many).severity == "medium", "the wave counts them already"


grounds = st.lists(
    st.builds(
        Ground,
        kind=st.sampled_from(get_args(GroundKind)),
        severity=st.sampled_from(SEVERITIES),
        value=st.floats(0, 100),
    ),
    max_size=6,
)


@given(grounds, grounds)
def test_another_ground_never_makes_it_milder(some: list[Ground], more: list[Ground]) -> None:
    few, all_ = graded(some), graded([*some, *more])
    assert rank(all_.severity) >= rank(few.severity)
    ranks = [rank(ground.severity) for ground in all_.grounds]
    assert ranks == sorted(ranks, reverse=True)
    assert len({ground.kind for ground in all_.grounds}) == len(all_.grounds)
    assert worse(few, all_).severity == all_.severity
