"""How much of what a watch looks at was seen."""

from __future__ import annotations

import msgspec


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """So many of a watch's sources answered when they were last asked, `of` how many; the names of
    those that did not. Where one is missing a volume is incomplete, never quiet; but for those that
    are `left_out` of what is usual as well, as they did not answer for days."""

    answered: int
    of: int
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.answered == self.of
