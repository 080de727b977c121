"""That Slack took nothing for a while, and takes messages again: told to the admins once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.outbox import Delivery, notice_delivery
from bot.errors import SlackError, TokenRefused
from bot.services import voices
from bot.services.base import Services
from bot.slack.notes import slack_is_back
from bot.store.base import Put

WORTH_TELLING = timedelta(minutes=1)
"""Shorter ones are told to nobody: each message says by its time that it came late."""

LANE = "slack is back"
"""The notice's own: it comes at once, and not after what waited for the same channel."""


def is_out(error: SlackError) -> bool:
    """Whether Slack took nothing for a reason that holds for every message and passes: it could not
    be reached, asked to slow down, or refused the token."""
    return error.retry or isinstance(error, TokenRefused)


class Outage:
    """What one process knows of it: since when nothing was taken, None while messages are."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._since: datetime | None = None
        self._taken = datetime.min.replace(tzinfo=services.clock().tzinfo)

    def goes_on(self, untaken: datetime | None) -> datetime:
        """Since when nothing is taken, now that a message was not. That one is `untaken` since
        then, as was kept, over restarts too; but before another was taken no outage began."""
        if self._since is None:
            self._since = max(untaken or self._services.now(), self._taken)
        return self._since

    async def told(self) -> Sequence[Put]:
        """A notice to the admins, to be kept with the message that was taken now: where none was
        for a minute or more, and no other worker told of it."""
        now = self._services.now()
        since = self._since
        if since is None or now - since < WORTH_TELLING or await self._is_told(since):
            return ()
        admin = self._services.config.slack.admin_channel
        voice = voices.in_channel(self._services, admin)
        words = slack_is_back(since, now, await self._waiting(now), voice)
        about = f"{LANE} {since.isoformat()}"
        notice = notice_delivery(admin, words, self._services.sequence(), now, about, lane=LANE)
        return [self._services.records.outbox.put(notice.id, notice, 0)]

    def is_over(self) -> None:
        """A message was taken, and that is kept."""
        self._since, self._taken = None, self._services.now()

    async def _is_told(self, since: datetime) -> bool:
        outbox = self._services.records.outbox
        for state in ("waiting", "trying", "sent"):
            last = {"lane": LANE, "state": state}
            found = await outbox.find(last, "order", newest_first=True, limit=1)
            if found and found[0].value.created > since:
                return True
        return False

    async def _waiting(self, now: datetime) -> int:
        """How many messages wait for Slack; that of this moment, not yet kept as sent, is one."""
        waiting: list[Delivery] = []
        for state in ("trying", "waiting"):
            found = await self._services.records.outbox.find({"state": state}, "order")
            waiting += (kept.value for kept in found)
        return sum(not delivery.is_held(now) for delivery in waiting)
