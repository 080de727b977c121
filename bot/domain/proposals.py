"""What would have spared a watch its wrong alerts: words to exclude, or another threshold.

A proposal promises what can be counted: how many of the alerts that were judged wrong it would
have spared, and how many of the right ones it would have lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from math import ceil, log, sqrt

from bot.domain.analysis.themes import themes_of
from bot.domain.folding import Wording, words_of
from bot.domain.judgements import Proposal
from bot.domain.precision import CONFIDENCE, Flagged, precision
from bot.domain.query import Query, parse
from bot.domain.query_nodes import Term, positive_terms
from bot.domain.watch import Watch

FEWEST = 3
"""Wrong alerts of one kind below which nothing is common to them but chance."""

COMMON = 0.4
"""The share of the wrong ones that words must be in: rarer ones would spare too little to be
worth another exclusion in the query."""

MAY_LOSE = 0.05
"""The share of the right ones that a proposal may cost."""

PRIOR = 0.5
"""Added to each count (Jeffreys' prior), so that what was never seen is not held impossible."""

STEP = 0.05
"""Thresholds are proposed in these steps."""


def propose(
    watch: Watch, flagged: Sequence[Flagged], declined: Collection[str], now: datetime
) -> Proposal | None:
    """The change that would help most, if the watch's precision fell and one would.

    Only what the watch as it is now would still flag counts. `declined` are the ids of proposals
    that an admin did not want. The kind of mistake that is made most is looked at first.
    """
    still = [one for one in flagged if _would_flag(watch, one)]
    found = precision(watch.name, still)
    if not found.fell:
        return None
    kinds = [
        (found.not_about_us, _exclusions(watch, still, now)),
        (found.not_negative, _thresholds(watch, still, now)),
    ]
    for _, made in sorted(kinds, key=lambda kind: -kind[0]):
        for proposal in made:
            if proposal.id not in declined:
                return proposal
    return None


def excluding(query: Query, words: str) -> Query:
    """The query, as somebody wrote it, without posts that hold these words next to each other."""
    return parse(f'({query.node}) NOT "{words}"')


def is_stale(proposal: Proposal, watch: Watch) -> bool:
    """Whether the watch was changed since the proposal was made for it."""
    made_for = (proposal.query, proposal.negative_below)
    return made_for != (str(watch.query), watch.negative_below)


def proposal_id(watch: Watch, exclude: str, threshold: float | None) -> str:
    """The same for the same change: what was declined is known again. A threshold is declined for
    as long as the watch keeps the one that it has: the next step is the same question."""
    what = f"not {exclude}" if exclude else f"below {watch.negative_below}"
    data = "\n".join((watch.name.casefold(), what)).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=8).hexdigest()


def _would_flag(watch: Watch, one: Flagged) -> bool:
    by_level = watch.flag is not None
    under = by_level or one.score is None or one.score <= watch.negative_below
    return under and watch.query.matches(one.text)


def _exclusions(watch: Watch, flagged: Sequence[Flagged], now: datetime) -> Iterator[Proposal]:
    """Words that mark what is not about us, the most telling first.

    They are ranked by the log-odds of being in a wrong alert rather than in a right one, over its
    standard error (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16 (2008),
    equations 16 to 22, with `PRIOR` for their prior); under `CONFIDENCE` they are chance.
    """
    wrong = [one for one in flagged if one.verdict == "not_about_us"]
    right = [Wording(one.text) for one in flagged if one.held_right]
    if len(wrong) < FEWEST:
        return
    texts = [Wording(one.text) for one in wrong]
    ranked: list[tuple[float, str, int, int]] = []
    for words in _candidates(watch, wrong):
        term = Term(words, phrase=True)
        spared = sum(term.holds(text) for text in texts)
        lost = sum(term.holds(text) for text in right)
        telling = _telling(spared, len(wrong), lost, len(right))
        if spared >= _least(len(wrong)) and lost <= _most_lost(len(right)):
            ranked.append((telling, words, spared, lost))
    for telling, words, spared, lost in sorted(ranked, key=_best_first):
        if telling >= CONFIDENCE:
            yield _proposal(
                watch, now, exclude=words, counts=(spared, len(wrong), lost, len(right))
            )


def _best_first(candidate: tuple[float, str, int, int]) -> tuple[float, int, int, str]:
    """Of what is as telling the fewest words, and the longest, which mean the least else."""
    telling, words, _, _ = candidate
    return -round(telling, 9), words.count(" "), -len(words), words


def _candidates(watch: Watch, wrong: Sequence[Flagged]) -> list[str]:
    """Words and pairs of words that many of the texts are about: none of the brand's, and none
    that says how a post feels."""
    brand = watch.query.words()
    counts = Counter(theme for one in wrong for theme in themes_of(one.text, brand))
    terms = tuple(positive_terms(watch.query.node))
    mood = {word for one in wrong for weighed in one.weighed for word in words_of(weighed)}
    return [
        words
        for words, count in counts.items()
        if count >= _least(len(wrong))
        and mood.isdisjoint(words.split())
        and not _names_the_brand(words, terms)
    ]


def _names_the_brand(words: str, terms: Sequence[Term]) -> bool:
    """Whether the query asks for one of these words, or for what it begins with."""
    asked = {word for term in terms for word in Wording(term.written).words}
    begun = tuple(Wording(term.written).words[-1] for term in terms if term.prefix)
    return any(word in asked or word.startswith(begun) for word in words.split())


def _telling(spared: int, wrong: int, lost: int, right: int) -> float:
    cells = [PRIOR + count for count in (spared, wrong - spared, lost, right - lost)]
    odds = log(cells[0] / cells[1]) - log(cells[2] / cells[3])
    return odds / sqrt(sum(1 / cell for cell in cells))


def _thresholds(watch: Watch, flagged: Sequence[Flagged], now: datetime) -> Iterator[Proposal]:
    """The threshold that spares most of what is not negative; of two that do, the milder. A watch
    that flags by a budget or a share has none to be moved."""
    if watch.flag is not None:
        return
    wrong = [
        one.score for one in flagged if one.verdict == "not_negative" and one.score is not None
    ]
    right = [one.score for one in flagged if one.held_right and one.score is not None]
    if min(len(wrong), len(right)) < FEWEST:
        return  # without right ones nothing tells what a threshold would cost
    best: tuple[int, float, int] | None = None
    for threshold in _steps(watch.negative_below):
        spared = sum(score > threshold for score in wrong)
        lost = sum(score > threshold for score in right)
        if lost > _most_lost(len(right)):
            break
        if best is None or spared > best[0]:
            best = spared, threshold, lost
    if best and best[0] > len(wrong) / 2:
        spared, threshold, lost = best
        counts = (spared, len(wrong), lost, len(right))
        yield _proposal(watch, now, threshold=threshold, counts=counts)


def _steps(limit: float) -> Iterator[float]:
    """Thresholds under the one there is, from the mildest on; -1 would flag nothing."""
    step = ceil(limit / STEP - 1e-9) - 1
    while step * STEP > -1 + STEP / 2:
        yield round(step * STEP, 2)
        step -= 1


def _least(wrong: int) -> int:
    return max(FEWEST, ceil(COMMON * wrong))


def _most_lost(right: int) -> int:
    return int(MAY_LOSE * right + 1e-9)


def _proposal(
    watch: Watch,
    now: datetime,
    *,
    counts: tuple[int, int, int, int],
    exclude: str = "",
    threshold: float | None = None,
) -> Proposal:
    spared, wrong, lost, right = counts
    return Proposal(
        id=proposal_id(watch, exclude, threshold),
        watch=watch.name,
        at=now,
        exclude=exclude,
        threshold=threshold,
        spared=spared,
        wrong=wrong,
        lost=lost,
        right=right,
        query=str(watch.query),
        negative_below=watch.negative_below,
    )
