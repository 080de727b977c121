"""How much is flagged: what the team writes, and the limit that follows from the stream."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flagging import Budget, Flagging, Share, flagging, part_of
from bot.domain.levels import FEWEST, MILDEST, POINTS, Levels, Limits, levels_of, sketch
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.query import parse
from bot.domain.watch import Watch
from tests.builders import NOW, a_mention

SCORES = st.lists(st.floats(-1, 1, allow_nan=False), min_size=1, max_size=600)
ENOUGH = st.lists(st.integers(-90, 90).map(lambda n: n / 90), min_size=FEWEST, max_size=300)
COARSE = st.lists(st.integers(-20, 20).map(lambda n: n / 20), min_size=1, max_size=600)


def a_watch(flag: Flagging | None = None, negative_below: float = -0.5) -> Watch:
    return Watch(
        name="Lumo",
        query=parse("lumo"),
        sources=("forum",),
        negative_channel="#care",
        spike_channel="#brand",
        negative_below=negative_below,
        flag=flag,
    )


def felt(scores: list[float], language: str = "en", engine: str = "rules") -> Levels:
    found = [(language, Sentiment(score=score, engine=engine)) for score in scores]
    return levels_of("Lumo", found, 28, NOW)


def a_post_of(score: float, language: str = "en", engine: str = "rules") -> Mention:
    sentiment = Sentiment(score=score, engine=engine)
    return a_mention(analysis=Analysis(language=language, sentiment=sentiment))


def evenly(count: int) -> list[float]:
    """Scores from −1 to 1, each once."""
    return [-1 + 2 * n / (count - 1) for n in range(count)]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("5 a day", Budget(5)),
        ("0.5 per day", Budget(0.5)),
        ("  12 A  DAY ", Budget(12)),
        ("3%", Share(0.03)),
        ("2,5 %", Share(0.025)),
        ("0 a day", None),
        ("0%", None),
        ("51%", None),
        ("1001 a day", None),
        ("5", None),
        ("-5 a day", None),
        ("five a day", None),
        ("", None),
    ],
)
def test_what_the_team_can_take_is_written_as_it_is_said(
    written: str, wanted: Flagging | None
) -> None:
    assert flagging(written) == wanted


@given(st.text(max_size=30))
def test_anything_else_is_nothing_and_no_error(written: str) -> None:
    flagging(written)


def test_a_budget_is_a_share_of_what_comes_in_a_day() -> None:
    assert part_of(Budget(5), 2_800, 28) == pytest.approx(0.05)
    assert part_of(Budget(5), 70, 28) == 1.0, "less comes than the team can take"
    assert part_of(Share(0.03), 0, 28) == 0.03


def test_without_a_choice_the_threshold_holds() -> None:
    limit = Limits(a_watch(), felt(evenly(1_000))).of("en")
    assert (limit.score, limit.origin) == (-0.5, "threshold")


def test_a_share_is_flagged_of_what_was_seen() -> None:
    limits = Limits(a_watch(Share(0.03)), felt(evenly(1_000)))
    limit = limits.of("en")
    assert limit.origin == "level"
    assert limit.part == pytest.approx(0.03, abs=0.002)
    assert limits.flags(a_post_of(-0.95))
    assert not limits.flags(a_post_of(-0.9))


def test_a_budget_is_for_all_languages_together() -> None:
    posts = [("en", Sentiment(score=score)) for score in evenly(2_100)]
    posts += [("fr", Sentiment(score=score)) for score in evenly(700)]
    limits = Limits(a_watch(Budget(5)), levels_of("Lumo", posts, 28, NOW))
    assert limits.of("en").part == pytest.approx(0.05, abs=0.003)
    assert limits.of("fr").part == pytest.approx(0.05, abs=0.003)
    assert limits.a_day() == pytest.approx(5, abs=0.3)


def test_each_language_and_engine_has_its_own_level() -> None:
    mild = [-0.5 + score / 10 for score in evenly(100)]
    posts = [("en", Sentiment(score=score)) for score in evenly(100)]
    posts += [("en", Sentiment(score=score, engine="learnt")) for score in mild]
    limits = Limits(a_watch(Share(0.1)), levels_of("Lumo", posts, 28, NOW))
    assert limits.flags(a_post_of(-0.59, engine="learnt"))
    assert not limits.flags(a_post_of(-0.59))


def test_what_was_read_by_vader_counts_as_read_by_the_rules() -> None:
    limits = Limits(a_watch(Share(0.1)), felt(evenly(100), engine="vader"))
    assert limits.of("en", "rules").origin == "level"


def test_of_too_few_scores_no_level_is_made() -> None:
    limits = Limits(a_watch(Share(0.03), negative_below=-0.4), felt(evenly(FEWEST - 1)))
    assert (limits.of("en").score, limits.of("en").origin) == (-0.4, "few")
    assert limits.of("fr").origin == "few"
    assert limits.rank(a_post_of(-0.9)) is None
    assert limits.a_day() is None


def test_a_neutral_post_is_never_flagged_whatever_the_budget() -> None:
    limits = Limits(a_watch(Budget(1_000)), felt(evenly(100)))
    assert not limits.flags(a_post_of(MILDEST))
    assert limits.flags(a_post_of(-0.06))


def test_many_posts_with_one_score_are_flagged_all_or_none_whichever_is_nearer() -> None:
    scores = [-0.9] * 2 + [-0.5] * 30 + [0.2] * 68
    assert Limits(a_watch(Share(0.03)), felt(scores)).of("en").score == -0.9
    assert Limits(a_watch(Share(0.3)), felt(scores)).of("en").score == -0.5
    many = [-0.5] * 30 + [0.2] * 70
    few = Limits(a_watch(Share(0.03)), felt(many))
    assert not few.flags(a_post_of(-0.5)), "none is nearer to 3 than 30"
    assert few.flags(a_post_of(-0.6)), "worse than all that was seen"


def test_a_post_is_shown_among_its_own_kind() -> None:
    limits = Limits(a_watch(), felt(evenly(1_000)))
    assert limits.rank(a_post_of(-0.95)) == pytest.approx(0.026, abs=0.002)
    assert limits.rank(a_post_of(-2)) == pytest.approx(0.001)
    assert limits.rank(a_post_of(1)) == 1.0
    assert limits.rank(a_post_of(-0.95, language="fr")) is None
    unread = a_mention(analysis=Analysis(language="nl", sentiment=None))
    assert limits.rank(unread) is None
    assert not limits.flags(unread)


@given(SCORES | COARSE)
def test_a_sketch_is_small_and_true_at_its_points(scores: list[float]) -> None:
    points = sketch(scores)
    assert len(points) <= POINTS
    assert points == tuple(sorted(set(points)))
    assert points[-1] == (max(scores), len(scores))
    assert points[0][0] == min(scores)
    for score, count in points:
        assert count == sum(one <= score for one in scores)


@given(ENOUGH, st.floats(0.001, 0.5))
def test_no_other_limit_flags_a_part_nearer_to_what_is_wanted(
    scores: list[float], part: float
) -> None:
    limit = Limits(a_watch(Share(part)), felt(scores)).of("en").score
    wanted = part * len(scores)
    flagged = sum(score <= limit for score in scores)
    allowed = [score for score in scores if score < MILDEST]
    others = [0, *(sum(one <= score for one in scores) for score in allowed)]
    assert abs(flagged - wanted) <= min(abs(other - wanted) for other in others) + 1e-9


@given(ENOUGH, st.floats(0.001, 0.5))
def test_the_more_may_be_flagged_the_milder_the_limit(scores: list[float], part: float) -> None:
    levels = felt(scores)
    calm = Limits(a_watch(Share(part / 2)), levels).of("en").score
    watchful = Limits(a_watch(Share(part)), levels).of("en").score
    assert calm <= watchful < MILDEST


def test_of_many_scores_the_tail_is_kept_finely() -> None:
    limits = Limits(a_watch(Share(0.001)), felt(evenly(20_000)))
    assert limits.of("en").part == pytest.approx(0.001, rel=0.1)


def test_a_level_tells_when_it_was_made() -> None:
    made = levels_of("Lumo", [("en", Sentiment(score=0.1))], 3.5, NOW + timedelta(days=1))
    assert (made.watch, made.posts, made.days) == ("Lumo", 1, 3.5)
