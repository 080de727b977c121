"""How bad something is, in four steps that are compared."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Severity = Literal["low", "medium", "high", "critical"]

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the mildest to the worst."""

GroundKind = Literal[
    "sentiment",
    "reach",
    "speed",
    "alarm",
    "volume",
    "growth",
    "negative_share",
    "several",
    "flood",
    "quiet",
]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for a severity: what was measured, and the step that it alone asks for.

    `of` is what `value` is held against: of several posts their authors, of negative ones all
    whose mood was read, of a volume what was expected, of a flood its authors, of quiet hours the
    mentions that were expected. `words` are those of alarm, or who reaches so many.
    """

    kind: GroundKind
    severity: Severity
    value: float = 0.0
    of: float = 0.0
    words: tuple[str, ...] = ()


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """A severity with its reasons, the weightiest first."""

    severity: Severity
    grounds: tuple[Ground, ...] = ()


def rank(severity: Severity) -> int:
    """0 (low) to 3 (critical)."""
    return SEVERITIES.index(severity)


def at_least(severity: Severity, limit: Severity) -> bool:
    """Whether it is as bad as `limit`, or worse."""
    return rank(severity) >= rank(limit)


def worst(severities: tuple[Severity, ...]) -> Severity:
    """The worst of them; low where there is none."""
    return max(severities, key=rank, default="low")
