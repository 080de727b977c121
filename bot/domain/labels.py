"""What the team said of posts, as the learner reads it."""

from __future__ import annotations

import msgspec


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the team's own stream, and whether it is negative.

    `mention` is its id, `text` what was read of it, `language` its ISO 639-1 code. `weight`
    (above 0) is the inverse of how likely such a post was to be asked about: flagged posts are
    asked about far more often than others, and would count for too much.
    """

    mention: str
    text: str
    language: str
    negative: bool
    weight: float = 1.0
