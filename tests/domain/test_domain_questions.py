"""Which unflagged posts people are asked about, and what their answers imply."""

from __future__ import annotations

from datetime import date

from bot.domain.judgements import Judgement, Verdict
from bot.domain.levels import Limits
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.query import parse
from bot.domain.questions import drawn, missed
from bot.domain.watch import Watch
from tests.builders import NOW, a_mention

DAY = date(2026, 11, 24)
LUMO = Watch(
    name="Lumo",
    query=parse("lumo"),
    sources=("forum",),
    negative_channel="#care",
    spike_channel="#brand",
)


def posts(count: int, score: float | None = 0.1) -> list[Mention]:
    sentiment = None if score is None else Sentiment(score=score)
    analysis = Analysis(language="en", sentiment=sentiment)
    return [a_mention(id=f"m{n:04}", analysis=analysis) for n in range(count)]


def a_judgement(verdict: Verdict, *, flagged: bool = False) -> Judgement:
    return Judgement(mention="m", watch="Lumo", verdict=verdict, by="U1", at=NOW, flagged=flagged)


def test_whoever_draws_draws_the_same_in_whatever_order_the_posts_are() -> None:
    found = posts(100)
    first = drawn(found, Limits(LUMO), (), 3, DAY, NOW)
    assert len(first) == 3
    assert drawn(reversed(found), Limits(LUMO), (), 3, DAY, NOW) == first


def test_another_day_asks_about_others() -> None:
    first = drawn(posts(100), Limits(LUMO), (), 3, DAY, NOW)
    later = drawn(posts(100), Limits(LUMO), (), 3, date(2026, 11, 25), NOW)
    assert {one.mention for one in first} != {one.mention for one in later}


def test_the_draw_is_by_chance() -> None:
    """Over many days each post is asked about alike: 1,500 lots over 50 posts."""
    counts = dict.fromkeys((post.id for post in posts(50)), 0)
    for day in range(1, 501):
        for one in drawn(posts(50), Limits(LUMO), (), 3, date.fromordinal(day), NOW):
            counts[one.mention] += 1
    assert min(counts.values()) >= 10
    assert max(counts.values()) <= 55


def test_flagged_unread_and_known_posts_are_not_asked_about() -> None:
    flagged, unread, known = posts(5, -0.8), posts(5, None), posts(5)
    assert drawn(flagged, Limits(LUMO), (), 3, DAY, NOW) == []
    assert drawn(unread, Limits(LUMO), (), 3, DAY, NOW) == []
    assert drawn(known, Limits(LUMO), {post.id for post in known}, 3, DAY, NOW) == []


def test_none_is_asked_about_where_the_team_wants_none() -> None:
    assert drawn(posts(5), Limits(LUMO), (), 0, DAY, NOW) == []


def test_a_question_keeps_the_score_and_the_limit_of_its_time() -> None:
    (one,) = drawn(posts(1, -0.3), Limits(LUMO), (), 3, DAY, NOW)
    assert (one.score, one.threshold, one.day) == (-0.3, -0.5, "2026-11-24")


def test_what_was_missed_is_told_with_what_it_implies_of_all() -> None:
    said = [a_judgement("right")] * 3 + [a_judgement("not_negative")] * 38
    said += [a_judgement("not_about_us"), a_judgement("right", flagged=True)]
    found = missed("Lumo", said)
    assert found is not None
    assert (found.judged, found.negative) == (42, 3)
    assert found.low < 3 / 42 < found.high < 0.2


def test_without_an_answer_nothing_is_implied() -> None:
    assert missed("Lumo", [a_judgement("right", flagged=True)]) is None
