"""What people say of the posts that were flagged: whether Vigie was right."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Verdict = Literal["right", "not_about_us", "not_negative"]
"""Of a post that was not flagged, "right" says that it was missed: it is negative, about us."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """One person's word on a mention; a later word takes the place of it.

    `flagged` is whether Vigie had told of it as negative; if not, it was drawn by chance and shown
    to be judged, so that what is missed is learnt too. `score` is the sentiment (−1 to 1) that it
    had, `threshold` the watch's at that time. `own` is said of this very post, not of the
    conversation that it is in: what is said of that does not take its place.
    """

    mention: str
    watch: str
    verdict: Verdict
    by: str
    at: datetime
    score: float | None = None
    threshold: float | None = None
    flagged: bool = True
    own: bool = False


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A change to a watch that its judgements suggest: words to be excluded from its query, or a
    threshold. `answer` is what an admin made of it.

    It would have spared `spared` of `wrong` alerts that were judged wrong, and `lost` of the
    `right` ones. `query` and `negative_below` are the watch's as it was made for: changed since,
    the watch must be looked at anew.
    """

    id: str
    watch: str
    at: datetime
    exclude: str = ""
    threshold: float | None = None
    spared: int = 0
    wrong: int = 0
    lost: int = 0
    right: int = 0
    query: str = ""
    negative_below: float = -0.5
    answer: Literal["", "applied", "declined"] = ""
    by: str = ""
