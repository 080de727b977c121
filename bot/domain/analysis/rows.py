"""A sparse matrix, as little of it as is needed: numpy has none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AT_ONCE = 128
"""Rows or columns that are worked on at once: other threads wait no longer, memory stays small."""

_FEW = 32
"""A column that more rows hold, and more than one row in so many, is multiplied as a dense one."""


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
        if weights.ndim == 1:
            return np.add.reduceat(self.values * weights[self.columns], self.starts[:-1])
        found = np.empty((len(self), weights.shape[1]))
        for start in range(0, len(self), _AT_ONCE):
            some = self.part(start, min(start + _AT_ONCE, len(self)))
            weighed = some.values[:, None] * weights[some.columns]
            found[start : start + _AT_ONCE] = np.add.reduceat(weighed, some.starts[:-1])
        return found

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
        pairs = np.sort(self.of_row * self.width + self.columns)
        first = np.diff(pairs, prepend=-1) > 0
        return np.bincount(pairs[first] % self.width, minlength=self.width)

    def products(self) -> Floats:
        """The product of each row with each."""
        held = self.held_in()
        often = held > max(_FEW, len(self) // _FEW)
        found = _products(self.only(~often))
        columns = np.flatnonzero(often)
        for start in range(0, len(columns), _AT_ONCE):
            dense = self._dense(columns[start : start + _AT_ONCE])
            found += dense @ dense.T
        return found

    def dense(self) -> Floats:
        """The same with all its noughts."""
        return self._dense(np.arange(self.width))

    def _dense(self, columns: Places) -> Floats:
        """Some of the columns, with all their noughts."""
        place = np.full(self.width, -1)
        place[columns] = np.arange(len(columns))
        at = place[self.columns]
        cells = (self.of_row * len(columns) + at)[at >= 0]
        size = len(self) * len(columns)
        flat: Floats = np.bincount(cells, self.values[at >= 0], size).astype(np.float64)
        return flat.reshape(len(self), len(columns))

    @cached_property
    def _turned(self) -> tuple[Places, Rows]:
        """The columns that are used, and each of them as a row."""
        order = np.argsort(self.columns, kind="stable")
        used, counts = np.unique(self.columns, return_counts=True)
        starts = np.concatenate([[0], np.cumsum(counts)])
        return used, Rows(self.of_row[order], self.values[order], starts, len(self))


def _products(rows: Rows) -> Floats:
    """The product of each row with each, where each column is in few rows: pairs of values are
    looked for that lie so many places apart in the order of columns, and in the same one."""
    count = len(rows)
    order = np.argsort(rows.columns, kind="stable")
    column, row, value = rows.columns[order], rows.of_row[order], rows.values[order]
    total = np.zeros(count * count)
    left = np.arange(len(column))
    for gap in range(1, len(column)):
        left = left[left < len(column) - gap]
        left = left[column[left] == column[left + gap]]
        if not len(left):
            break
        cells = row[left] * count + row[left + gap]
        np.add.at(total, cells, value[left] * value[left + gap])
    square = total.reshape(count, count)
    alone: Floats = np.diag(np.add.reduceat(rows.values**2, rows.starts[:-1]))
    return square + square.T + alone
