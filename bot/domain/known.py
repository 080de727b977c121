"""What is kept to know a post again: the other names of mentions, and sketches of what they say."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """Another name of a mention: that of its page, or an id that its source gave it later. `at` is
    when its post was written; it is kept as long as the mention."""

    mention: str
    at: datetime


class Prints(msgspec.Struct, frozen=True, kw_only=True):
    """The sketches of the mentions that a poll brought to a watch, one after the other (see
    `bot.domain.copies`), made by `scheme`; `at` is the time of the poll."""

    watch: str
    at: datetime
    scheme: str
    mentions: tuple[str, ...]
    sketches: bytes
