"""A wave: more of the posts are negative than the watch's usual share accounts for.

Volume may stay what it was. What is usual is learnt post by post into a value of fixed size; the
last posts, of a day at most, are held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import exp, lgamma, log

import msgspec

from bot.domain.mention import NEUTRAL, Mention

RECENT = 80
"""Posts that are held against the usual share at most."""

LONGEST = timedelta(hours=24)
"""How old they are at most; older ones are part of what is usual."""

KNOWN = 30
"""Posts that have to stand behind the usual share before anything is held against it."""

FEWEST, AUTHORS = 5, 3
"""Negative posts in a wave, and how many people wrote them: fewer are read one by one."""

ODDS = 2.0
"""The odds that a post of a wave is negative are this many times the usual ones, or more."""

STAYS = timedelta(days=2)
"""A wave that lasts for longer is how the watch is from then on."""

OVER_AFTER, OVER_AMONG, OVER_CHANCE = timedelta(hours=6), 20, 0.2
"""A wave is over when so many posts in a row are what chance makes of the usual share that often,
or when none came for so long."""

_HALF_LIFE = timedelta(days=14)
_PRIOR_NEGATIVE, _PRIOR_READ = 1.0, 5.0
_BLOCK = 20  # posts that over-dispersion is measured by
_RHO_PRIOR, _RHO_BLOCKS = 0.01, 10.0  # before there is evidence, and its weight in blocks
_CLIP = 9.0  # variances beyond which a block teaches no more: it was a wave
_TRIES = 1.5  # looks that differ, a post, by `benchmarks/waves.py`
_FEWEST_A_DAY = 6.0


class Usual(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is usual: `negative` of the `read` posts of so many `days`, all of which fade.

    `excess` by `due` is the correlation within blocks of 20 posts, of so many `blocks`; the block
    that is being filled has `block_negative` of `block_read`.
    """

    negative: float = 0.0
    read: float = 0.0
    days: float = 0.0
    excess: float = 0.0
    due: float = 0.0
    blocks: float = 0.0
    block_negative: int = 0
    block_read: int = 0

    @property
    def share(self) -> float:
        """The share (above 0, below 1) of posts that is negative, drawn to a fifth while few are
        known."""
        return (self.negative + _PRIOR_NEGATIVE) / (self.read + _PRIOR_READ)

    @property
    def a_day(self) -> float:
        """Posts a day."""
        return self.read / max(self.days, 1.0)

    @property
    def weight(self) -> float:
        """α + β of the beta distribution that the share of the next posts is drawn from.

        The correlation within blocks, ρ = 1 / (α + β + 1), by moments (Kleinman, "Proportions with
        Extraneous Variance", JASA 68, 1973), drawn to a prior; that the share is only known from so
        many posts adds to it.
        """
        learnt = max(0.0, self.excess / self.due) if self.due else 0.0
        rho = (learnt * self.blocks + _RHO_PRIOR * _RHO_BLOCKS) / (self.blocks + _RHO_BLOCKS)
        return 1 / (rho / (1 - min(rho, 0.5)) + 1 / (self.read + _PRIOR_READ))


class Moods(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The moods of a watch's posts: what is usual, and the last ones (when, in seconds since 1970,
    and whether negative), oldest first. `last` is when anything was learnt."""

    usual: Usual = Usual()
    recent: tuple[tuple[int, bool], ...] = ()
    last: int = 0


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """`negative` of the last `read` posts, from `since` on, where `usual` (0 to 1) is the share.

    An ordinary stream of this watch comes to that once in `once_in_days` days.
    """

    since: datetime
    negative: int
    read: int
    usual: float
    once_in_days: float

    @property
    def share(self) -> float:
        return self.negative / self.read


class WaveReason(msgspec.Struct, frozen=True, kw_only=True, tag="wave"):
    """A share of negative posts that the usual one does not account for, and what they are about.

    `known` posts stand behind what is usual; the watch rings for what happens once in `patience`
    days. `posts` are the ids of the (at most three) worst ones, by so many `authors` in all.
    """

    wave: Wave
    until: datetime
    known: int
    patience: float
    themes: tuple[str, ...]
    authors: int
    posts: tuple[str, ...]


def is_negative(mention: Mention) -> bool:
    """Whether a post is negative, however little."""
    sentiment = mention.analysis.sentiment
    return sentiment is not None and sentiment.score <= -NEUTRAL and not sentiment.is_spared


def felt(mentions: Iterable[Mention]) -> list[tuple[int, bool]]:
    """The posts whose mood is read: when they were written, in whole seconds since 1970, and
    whether they are negative; oldest first."""
    read = (mention for mention in mentions if mention.analysis.sentiment)
    return sorted((int(mention.at.timestamp()), is_negative(mention)) for mention in read)


def heard(
    moods: Moods, posts: Sequence[tuple[int, bool]], now: datetime, *, running: bool = False
) -> Moods:
    """The moods after more `posts`, oldest first.

    What is too old or too much to be recent becomes part of what is usual, but for the posts of a
    `running` wave: those are not usual.
    """
    recent = (*moods.recent, *posts)
    oldest = int((now - LONGEST).timestamp())
    kept = [post for post in recent if post[0] >= oldest][-RECENT:]
    left = sorted(post for post in recent if post[0] < oldest)
    left += [post for post in recent if post[0] >= oldest][:-RECENT]
    usual, last = moods.usual, moods.last
    for at, negative in left:
        usual = _passed(usual, max(0, at - last) if last else 0)
        last = max(last, at)
        if not running:
            usual = _learnt(usual, negative)
    return Moods(usual, tuple(kept), last)


def wave(moods: Moods, patience: float) -> Wave | None:
    """The wave that the last posts are, or None: the beginning from which on it is least likely.

    Of n posts k or more are negative with the chance

        P(K ≥ k) = Σ C(n, i) B(α + i, β + n − i) / B(α, β),  i from k to n

    the posterior predictive of a binomial share with a beta posterior (Gelman et al., "Bayesian
    Data Analysis", 2.4 and appendix A), which few posts behind the usual share, and posts that
    take after each other, make wider. It rings where chance makes that of an ordinary stream less
    often than once in `patience` days.
    """
    usual = moods.usual
    if usual.read < KNOWN:
        return None
    found = [one for one in _suffixes(moods) if one.once_in_days > patience]
    return max(found, key=lambda one: one.once_in_days, default=None)


def is_over(moods: Moods, now: datetime) -> bool:
    """Whether the last posts are as they usually are, or there was none for a while."""
    if not moods.recent or now - _time(moods.recent[-1][0]) > OVER_AFTER:
        return True
    last = moods.recent[-OVER_AMONG:]
    negative = sum(is_so for _, is_so in last)
    share, weight = moods.usual.share, moods.usual.weight
    return chance(negative, len(last), share * weight, (1 - share) * weight) > OVER_CHANCE


def chance(count: int, of: int, a: float, b: float) -> float:
    """The chance of `count` or more `of` so many, for a share that is drawn from Beta(a, b)."""
    if count <= 0:
        return 1.0
    return min(1.0, sum(_exactly(k, of, a, b) for k in range(count, of + 1)))


def _exactly(k: int, n: int, a: float, b: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + _log_beta(a + k, b + n - k) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _suffixes(moods: Moods) -> Iterable[Wave]:
    """The last posts from each negative one on, as far as there is anything to them."""
    usual = moods.usual
    share, weight = usual.share, usual.weight
    looks = _TRIES * max(usual.a_day, _FEWEST_A_DAY)
    negative = 0
    for read, (at, is_so) in enumerate(reversed(moods.recent), start=1):
        negative += is_so
        if not is_so or negative < FEWEST or not _is_well_above(negative, read, share):
            continue
        rare = chance(negative, read, share * weight, (1 - share) * weight)
        yield Wave(
            since=_time(at),
            negative=negative,
            read=read,
            usual=share,
            once_in_days=1 / (looks * max(rare, 1e-100)),
        )


def _is_well_above(negative: int, read: int, share: float) -> bool:
    if negative == read:
        return True
    return log(negative / (read - negative)) >= log(share / (1 - share)) + log(ODDS)


def _passed(usual: Usual, seconds: int) -> Usual:
    """What is known, faded by the time that passed."""
    kept = 0.5 ** (seconds / _HALF_LIFE.total_seconds())
    return Usual(
        usual.negative * kept,
        usual.read * kept,
        usual.days * kept + seconds / 86_400,
        usual.excess * kept,
        usual.due * kept,
        usual.blocks * kept,
        usual.block_negative,
        usual.block_read,
    )


def _learnt(usual: Usual, negative: bool) -> Usual:
    """One more post; at the end of a block what that says of how posts take after each other."""
    share = usual.share
    read, so_far = usual.block_read + 1, usual.block_negative + negative
    excess, due, blocks = usual.excess, usual.due, usual.blocks
    if read == _BLOCK:
        variance = read * share * (1 - share)
        excess += min((so_far - read * share) ** 2, _CLIP * variance) - variance
        due += variance * (read - 1)
        blocks += 1
        read = so_far = 0
    return Usual(
        usual.negative + negative, usual.read + 1, usual.days, excess, due, blocks, so_far, read
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
