"""How Vigie itself is, as values to be shown."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.domain.alerts import Mute
from bot.domain.pairs import Pair
from bot.domain.watch import Watch


class WatchState(msgspec.Struct, frozen=True, kw_only=True):
    """A watch with its sources' state and its figures of the last day."""

    watch: Watch
    pairs: tuple[Pair, ...]
    mentions_a_day: int
    mute: Mute | None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. `waiting` deliveries are not said yet; `oldest_wait` is since when."""

    now: datetime
    watches: tuple[WatchState, ...]
    waiting: int
    oldest_wait: datetime | None
    last_error: str
    open_conversations: int
    languages: tuple[str, ...]
