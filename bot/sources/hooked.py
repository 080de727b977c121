"""A source that is not asked: what it has, a tool sends to Vigie's webhook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.received import bookmark, received_at
from bot.errors import SourceUnavailable
from bot.sources.base import Page


class WebhookSource:
    """A poll of it brings nothing: it tells that Vigie listens, and when it last heard something.

    So what watches look at is whole for as long as it is listened, however little is sent; and
    incomplete while it is not.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_deaf = False
        """Whether nothing sent can arrive, though it should."""
        self._received: datetime | None = None

    def hears(self, at: datetime) -> None:
        """Something was received, and is kept."""
        self._received = at

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """See `bot.sources.base.Source`."""
        if self.is_deaf:
            raise SourceUnavailable("Vigie does not listen for what is sent to it.")
        known = [at for at in (received_at(cursor), self._received) if at]
        return Page(posts=(), cursor=bookmark(max(known, default=None)))
