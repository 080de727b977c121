"""How right Vigie was, and what it proposes to be righter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import Wording, words_of
from bot.domain.judgements import Proposal, Verdict
from bot.domain.precision import ENOUGH, GOOD, Flagged, interval, precision
from bot.domain.proposals import excluding, is_stale, propose
from bot.domain.query import parse
from bot.domain.watch import Watch
from tests.builders import NOW

JUICE = [
    "Orange juice in the morning, nothing better",
    "I spilt orange juice on my shirt",
    "This orange juice recipe is awful",
    "orange juice again, hate it",
    "No more orange juice at the shop",
]
NETWORK = [
    "Orange network down again since noon",
    "Worst support ever, orange",
    "orange billed me twice",
    "The orange fibre is dead",
    "orange router broken",
]


def a_watch(query: str = "orange", negative_below: float = -0.5) -> Watch:
    return Watch(
        name="Orange",
        query=parse(query),
        sources=("forum",),
        negative_channel="#care",
        spike_channel="#brand",
        negative_below=negative_below,
    )


def some(texts: list[str], verdict: Verdict | None, score: float = -0.7) -> list[Flagged]:
    return [
        Flagged(mention=f"{verdict}{n}", text=text, score=score, verdict=verdict)
        for n, text in enumerate(texts)
    ]


def proposed(flagged: list[Flagged], watch: Watch | None = None) -> Proposal | None:
    return propose(watch or a_watch(), flagged, (), NOW)


def test_a_precision_counts_what_was_judged_and_what_was_not() -> None:
    flagged = [
        *some(NETWORK, "right"),
        *some(JUICE[:2], "not_about_us"),
        *some(["orange is fine"], "not_negative"),
        *some(["orange?"], None),
    ]
    found = precision("Orange", flagged)
    assert (found.right, found.not_about_us, found.not_negative) == (5, 2, 1)
    assert (found.flagged, found.judged, found.unjudged) == (9, 8, 1)
    assert found.share == 5 / 8
    assert not found.fell, "three of eight may be bad luck"


@pytest.mark.parametrize(
    ("right", "wrong", "fell"), [(4, 4, True), (5, 3, False), (0, 7, False), (30, 20, True)]
)
def test_a_precision_fell_once_that_is_sure(right: int, wrong: int, fell: bool) -> None:
    flagged = some(["orange"] * right, "right") + some(["orange"] * wrong, "not_negative")
    assert precision("Orange", flagged).fell is fell


def test_wilsons_interval_is_that_of_the_textbook() -> None:
    low, high = interval(8, 10)
    assert (low, high) == pytest.approx((0.5408, 0.9314), abs=5e-4)
    assert interval(0, 0) == (0.0, 1.0)


@given(st.integers(0, 300), st.integers(1, 300))
def test_an_interval_holds_the_share_and_narrows(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = interval(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1
    wide = high - low
    low, high = interval(4 * successes, 4 * trials)
    assert high - low < wide


def test_what_is_not_about_us_is_excluded_by_the_word_that_marks_it() -> None:
    made = proposed([*some(JUICE, "not_about_us"), *some(NETWORK, "right")])
    assert made is not None
    assert made.exclude == "juice"
    assert (made.spared, made.wrong, made.lost, made.right) == (5, 5, 0, 5)
    query = excluding(parse("orange"), made.exclude)
    assert not any(query.matches(text) for text in JUICE)
    assert all(query.matches(text) for text in NETWORK)


def test_a_word_that_answered_posts_hold_as_well_is_not_excluded() -> None:
    answered = [
        Flagged(mention="a", text=f"orange juice bar {n} closed my account", answered=True)
        for n in range(5)
    ]
    made = proposed([*some(JUICE, "not_about_us"), *some(NETWORK, "right"), *answered])
    assert made is None


def test_what_a_post_feels_is_not_what_it_is_about() -> None:
    hated = some([f"orange peel, I hate it {n}" for n in range(5)], "not_about_us")
    weighed = [msgspec.structs.replace(one, weighed=("hate",)) for one in hated]
    made = proposed([*weighed, *some(NETWORK, "right")])
    assert made is not None
    assert made.exclude == "peel"


def test_without_right_ones_no_word_is_known_to_be_harmless() -> None:
    assert proposed(some(JUICE * 2, "not_about_us")) is None


def test_what_is_not_negative_moves_the_threshold_to_where_the_right_ones_are_kept() -> None:
    mild = some([f"orange {n}" for n in range(6)], "not_negative", score=-0.58)
    bad = some(NETWORK, "right", score=-0.8)
    made = proposed([*mild, *bad])
    assert made is not None
    assert (made.exclude, made.threshold) == ("", -0.6)
    assert (made.spared, made.wrong, made.lost, made.right) == (6, 6, 0, 5)


def test_no_threshold_parts_what_feels_alike() -> None:
    mild = some([f"orange {n}" for n in range(6)], "not_negative", score=-0.8)
    assert proposed([*mild, *some(NETWORK, "right", score=-0.8)]) is None


def test_what_was_declined_is_not_proposed_again() -> None:
    flagged = [*some(JUICE, "not_about_us"), *some(NETWORK, "right")]
    first = proposed(flagged)
    assert first is not None
    later = propose(a_watch(), flagged, {first.id}, NOW + timedelta(days=1))
    assert later is None or later.exclude != first.exclude


def test_what_the_watch_spares_by_now_calls_for_nothing() -> None:
    flagged = [*some(JUICE, "not_about_us"), *some(NETWORK, "right")]
    assert proposed(flagged, a_watch("orange NOT juice")) is None


def test_a_proposal_is_stale_once_its_watch_was_changed() -> None:
    made = proposed([*some(JUICE, "not_about_us"), *some(NETWORK, "right")])
    assert made is not None
    assert not is_stale(made, a_watch())
    assert is_stale(made, a_watch("orange NOT fruit"))
    assert is_stale(made, a_watch(negative_below=-0.6))


WORDS = (
    "orange",
    "orangeade",
    "juice",
    "peel",
    "fruit salad",
    "network",
    "bill",
    "router",
    "fibre",
)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


def flags(
    verdict: Verdict | None, texts: st.SearchStrategy[str], low: float, high: float
) -> st.SearchStrategy[list[Flagged]]:
    one = st.builds(
        Flagged,
        mention=st.just("m"),
        text=texts.map(lambda text: f"orange {text}"),
        score=st.floats(low, high),
        verdict=st.just(verdict),
        answered=st.booleans(),
    )
    return st.lists(one, max_size=12)


FLAGGED = st.tuples(
    flags("right", TEXTS, -1, -0.55),
    flags("not_about_us", TEXTS.map(lambda text: f"{text} juice"), -1, -0.5),
    flags("not_negative", TEXTS, -0.7, -0.5),
    flags(None, TEXTS, -1, -0.5),
).map(lambda parts: [one for part in parts for one in part])
QUERIES = st.sampled_from(("orange", "orange*", '"orange juice" OR orange', "orange OR #peel"))


@given(FLAGGED, QUERIES)
def test_a_proposal_keeps_what_it_promises(flagged: list[Flagged], query: str) -> None:
    watch = a_watch(query)
    made = proposed(flagged, watch)
    if made is None:
        return
    found = precision("Orange", [one for one in flagged if watch.query.matches(one.text)])
    assert found.judged >= ENOUGH
    assert found.high < GOOD
    assert made.lost <= 0.05 * made.right
    kind = "not_about_us" if made.exclude else "not_negative"
    flags = _flags_after(made, watch)
    wrong = [one for one in flagged if one.verdict == kind]
    assert sum(not flags(one) for one in wrong) == made.spared
    assert len(wrong) == made.wrong
    right = [one for one in flagged if one.held_right]
    assert sum(not flags(one) for one in right) == made.lost


@given(FLAGGED, QUERIES)
def test_a_word_of_the_brand_is_never_excluded(flagged: list[Flagged], query: str) -> None:
    watch = a_watch(query)
    made = proposed(flagged, watch)
    if made is None or not made.exclude:
        return
    brand = {word for words in watch.query.words() for word in words_of(words)}
    assert brand.isdisjoint(made.exclude.split())
    assert not parse(query).matches(Wording(made.exclude))


def _flags_after(made: Proposal, watch: Watch) -> Callable[[Flagged], bool]:
    if made.exclude:
        query = excluding(watch.query, made.exclude)
        return lambda one: query.matches(one.text)
    limit = made.threshold or 0.0
    return lambda one: (one.score or 0.0) <= limit
