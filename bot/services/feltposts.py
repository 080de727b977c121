"""How mentions felt, and nothing else of them: of many, that is a third of the work."""

from __future__ import annotations

from datetime import datetime

import msgspec


class _Score(msgspec.Struct, frozen=True, gc=False):
    score: float


class _Read(msgspec.Struct, frozen=True, gc=False):
    sentiment: _Score | None = None


class FeltPost(msgspec.Struct, frozen=True, gc=False):
    """A mention, of which only its id, its time and how it felt is read."""

    id: str
    at: datetime
    analysis: _Read

    @property
    def score(self) -> float | None:
        """From -1 to +1, None where its mood is not read."""
        felt = self.analysis.sentiment
        return felt.score if felt else None
