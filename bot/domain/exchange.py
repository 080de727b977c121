"""What a conversation looks like at its source: every post of its thread that is known."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.mention import Post


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """The posts of a conversation's thread, oldest first, as they were at `read`; `error` says in
    words why they could not be read since."""

    conversation: str
    posts: tuple[Post, ...]
    read: datetime
    error: str = ""
