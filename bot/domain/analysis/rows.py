"""A sparse matrix, as little of it as is needed: numpy has none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AT_ONCE = 8
"""Rows that are multiplied with all others at once: as many as keep memory small."""


@dataclass(frozen=True)
class Rows:
    """Of row `i`, `columns[starts[i]:starts[i + 1]]` hold `values[…]`, the other ones of `width`
    0. Every row has at least one; a column that comes twice in a row counts twice."""

    columns: Places
    values: Floats
    starts: Places
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def counts(self) -> Places:
        """How many values each row has."""
        return np.diff(self.starts)

    @property
    def of_row(self) -> Places:
        """The row of each value."""
        return np.repeat(np.arange(len(self)), self.counts)

    def times(self, weights: Floats) -> Floats:
        """The product with a vector (or several, side by side) of `width`: a number a row."""
        taken = weights[self.columns]
        values = self.values if taken.ndim == 1 else self.values[:, None]
        return np.add.reduceat(values * taken, self.starts[:-1], axis=0)

    def summed(self, factors: Floats) -> Floats:
        """The sum of all rows, each times its factor: a number a column."""
        total = np.zeros((self.width, *factors.shape[1:]))
        used, turned = self._turned
        total[used] = turned.times(factors)
        return total

    def part(self, start: int, end: int) -> Rows:
        """Some of the rows."""
        first, last = self.starts[start], self.starts[end]
        return Rows(
            self.columns[first:last],
            self.values[first:last],
            self.starts[start : end + 1] - first,
            self.width,
        )

    def only(self, columns: Flags) -> Rows:
        """The same with 0 in all other columns."""
        kept = columns[self.columns]
        kept[self.starts[:-1]] = True  # a row has one value at least
        counts = np.add.reduceat(kept.astype(np.int64), self.starts[:-1])
        values = np.where(columns[self.columns], self.values, 0.0)
        starts = np.concatenate([[0], np.cumsum(counts)])
        return Rows(self.columns[kept], values[kept], starts, self.width)

    def scaled(self, by: Floats) -> Rows:
        """Each column times a factor."""
        return Rows(self.columns, self.values * by[self.columns], self.starts, self.width)

    def held_in(self) -> Places:
        """In how many rows each column is."""
        pairs = np.unique(self.of_row * self.width + self.columns)
        return np.bincount(pairs % self.width, minlength=self.width)

    def products(self) -> Floats:
        """The product of each row with each."""
        found = np.empty((len(self), len(self)))
        for start in range(0, len(self), _AT_ONCE):
            end = min(start + _AT_ONCE, len(self))
            found[:, start:end] = self.times(np.ascontiguousarray(self.part(start, end).dense().T))
        return found

    def dense(self) -> Floats:
        """The same with all its noughts."""
        places = self.of_row * self.width + self.columns
        flat = np.bincount(places, self.values, len(self) * self.width)
        return flat.astype(np.float64).reshape(len(self), self.width)

    @cached_property
    def _turned(self) -> tuple[Places, Rows]:
        """The columns that are used, and each of them as a row."""
        order = np.argsort(self.columns, kind="stable")
        used, counts = np.unique(self.columns, return_counts=True)
        starts = np.concatenate([[0], np.cumsum(counts)])
        return used, Rows(self.of_row[order], self.values[order], starts, len(self))
