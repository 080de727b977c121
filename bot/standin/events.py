"""The Events API: what the app subscribed to, sent again until it is acknowledged.

Rules: https://docs.slack.dev/apis/events-api (retries: at once, after a minute, after five)
"""

from __future__ import annotations

import secrets

from bot.standin.clock import Clock
from bot.standin.crew import Crew
from bot.standin.delivery import Line, Parcel
from bot.standin.errors import Unanswered
from bot.standin.faults import Faults
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID, TEAM_ID, Channel
from bot.standin.spec import AppSpec
from bot.standin.wire import Json

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds of the clock between a failure and the next attempt."""


class Events:
    """Tells the app what happened, as far as it asked to be told."""

    def __init__(self, spec: AppSpec, clock: Clock, crew: Crew, line: Line, faults: Faults) -> None:
        self._spec = spec
        self._clock = clock
        self._crew = crew
        self._faults = faults
        self.line = line

    def emit(self, subscription: str, event: Json) -> None:
        """Send `event` where the app has this subscription; returns at once."""
        if subscription not in self._spec.events:
            return
        payload = self._wrapped(event)
        for _ in range(1 + self._faults.take_duplicate()):
            self._crew.start(self._deliver(payload))

    def message(self, channel: Channel, message: Message, said: Json) -> None:
        """A message was posted: a message event, and an app_mention where it names the bot."""
        if message.only_for or BOT_USER_ID not in channel.members:
            return
        event = said | {"channel": channel.id, "event_ts": message.ts}
        self.emit(_subscription(channel), event | {"channel_type": _channel_type(channel)})
        new = said.get("subtype") not in {"message_changed", "message_deleted"}
        if new and f"<@{BOT_USER_ID}>" in message.text and not message.by_bot:
            self.emit("app_mention", event | {"type": "app_mention"})

    def _wrapped(self, event: Json) -> Json:
        return {
            "token": self._spec.verification_token,
            "team_id": TEAM_ID,
            "context_team_id": TEAM_ID,
            "api_app_id": self._spec.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev0{secrets.token_hex(5).upper()}",
            "event_time": int(self._clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": secrets.token_hex(8),
        }

    async def _deliver(self, payload: Json) -> None:
        reason = ""
        for attempt, pause in enumerate((None, *RETRY_AFTER)):
            if pause is not None:
                await self._clock.sleep(pause)
            parcel = Parcel(kind="events_api", payload=payload, attempt=attempt, reason=reason)
            try:
                await self.line.ask(parcel)
            except Unanswered as failure:
                reason = failure.reason
            else:
                return


def _channel_type(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "group" if channel.is_private else "channel"


def _subscription(channel: Channel) -> str:
    kinds = {"im": "message.im", "group": "message.groups", "channel": "message.channels"}
    return kinds[_channel_type(channel)]
