"""Answers that are drafted, and perhaps approved; a person sends them: Vigie never does."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

DraftState = Literal["drafting", "asked", "approved", "returned"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One person's draft for one conversation.

    *drafting*: being written; *asked*: `approver` was asked to approve it; *approved* and
    *returned* is what they said, with their `note`.
    """

    id: str
    conversation: str
    by: str
    at: datetime
    text: str = ""
    state: DraftState = "drafting"
    approver: str = ""
    decided: datetime | None = None
    note: str = ""
