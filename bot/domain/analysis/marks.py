"""How well scores tell negative posts from others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from bot.domain.analysis.rows import Flags, Floats


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """How well negative posts were told from others, of posts not learnt from: the chance that a
    negative one stands before another (`auc`), and the F1 of the negative ones; 0 to 1."""

    auc: float
    f1: float


@dataclass(frozen=True)
class Found:
    """Of what was called negative and what is: `precision` and `recall`, 0 where there is none."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def auc_of(scores: Sequence[float] | Floats, negative: Flags, weights: Floats) -> float:
    """The chance that a negative post has a higher score than another, ties counting half; each
    post as likely to be drawn as its weight says. NaN where there are not both kinds."""
    ranks = np.unique(np.asarray(scores, dtype=np.float64), return_inverse=True)[1]
    gained = np.bincount(ranks, weights * negative)
    rest = np.bincount(ranks, weights * ~negative)
    pairs = float(gained.sum() * rest.sum())
    won = float(gained @ (np.cumsum(rest) - rest / 2))
    return won / pairs if pairs else float("nan")


def found_of(called: Flags, truly: Flags, weights: Floats) -> Found:
    """How right a class was called, and how much of it."""
    right = float(weights @ (called & truly))
    all_called, all_truly = float(weights @ called), float(weights @ truly)
    return Found(
        precision=right / all_called if all_called else 0.0,
        recall=right / all_truly if all_truly else 0.0,
    )


def precision_at(scores: Sequence[float] | Floats, negative: Flags, share: float) -> float:
    """How many of the highest-scored share (0 to 1) of posts are negative.

    Where posts of one score are on both sides of the cut, the part above it is as negative as all
    of them, so that their order does not matter.
    """
    values, ranks = np.unique(-np.asarray(scores, dtype=np.float64), return_inverse=True)
    if not len(values):
        return float("nan")
    counts, hits = np.bincount(ranks), np.bincount(ranks, negative)
    wanted = max(1, round(len(ranks) * share))
    taken = np.clip(wanted - (np.cumsum(counts) - counts), 0, counts)
    return float((hits * taken / counts).sum() / wanted)
