"""Watches beside each other: the share of each in what is said of all of them."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from bot.domain.trends import BY_HOUR, Felt, Span


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A watch among others: its mentions in each span, how they felt, and how many there were
    `before`, in as long a time; None where that was not looked at alike."""

    watch: str
    counts: tuple[int, ...]
    felt: Felt
    before: int | None

    @property
    def total(self) -> int:
        return sum(self.counts)


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Some watches in the same `spans`, in the order in which they were named."""

    length: timedelta
    spans: tuple[Span, ...]
    shares: tuple[Share, ...]

    @property
    def total(self) -> int:
        return sum(share.total for share in self.shares)

    @property
    def is_by_hour(self) -> bool:
        return self.length <= BY_HOUR

    def part(self, share: Share) -> float:
        """Its share (0 to 1) of all that was said; 0 where nothing was."""
        return share.total / self.total if self.total else 0.0

    def part_before(self, share: Share) -> float | None:
        """The same in the time before; None where that is not known of all."""
        before = [one.before for one in self.shares if one.before is not None]
        if len(before) < len(self.shares) or not sum(before) or share.before is None:
            return None
        return share.before / sum(before)

    @property
    def ranked(self) -> tuple[Share, ...]:
        """The greatest first."""
        return tuple(sorted(self.shares, key=lambda one: (-one.total, one.watch)))
