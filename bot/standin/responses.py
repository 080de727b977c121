"""What an app says to a response_url, or while it acknowledges.

Rules: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
(five uses within thirty minutes)
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from bot.standin.blocks import check_content
from bot.standin.clock import Clock
from bot.standin.errors import ApiError
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID
from bot.standin.wire import Json

if TYPE_CHECKING:
    from bot.standin.world import World

USES = 5
LIFE = 1800.0
"""Seconds."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered: whose deed, where, and at which message ("" for a command)."""

    user: str
    channel: str
    ts: str = ""


class Responses:
    """The response_urls given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[Origin, float]] = {}
        self._uses: dict[str, int] = {}

    def issue(self, origin: Origin) -> str:
        """The path of a new response_url."""
        key = secrets.token_urlsafe(16)
        self._issued[key] = (origin, self._clock.now())
        return f"/response/{key}"

    def use(self, key: str) -> Origin:
        """Count one use. Raises ApiError expired_url or used_url where there is none left."""
        if key not in self._issued:
            raise ApiError("invalid_url")
        origin, at = self._issued[key]
        if self._clock.now() - at > LIFE:
            raise ApiError("expired_url")
        if self._uses.get(key, 0) >= USES:
            raise ApiError("used_url")
        self._uses[key] = self._uses.get(key, 0) + 1
        return origin


def respond(world: World, origin: Origin, said: Json) -> Message | None:
    """Carry out what the app said: a new message, or a change of the one answered.

    Raises ApiError with Slack's code where the content is refused.
    """
    workspace = world.workspace
    original = workspace.message(origin.channel, origin.ts) if origin.ts else None
    if said.get("delete_original"):
        if original is not None:
            world.delete(original)
        return None
    text, blocks, attachments = check_content(said)
    if said.get("replace_original") and original is not None:
        changed = msgspec.structs.replace(
            original,
            text=text,
            blocks=blocks,
            attachments=attachments,
            edited="" if original.only_for else workspace.next_ts(),
        )
        return world.change(changed)
    return world.post(
        Message(
            channel=origin.channel,
            ts="",
            user=BOT_USER_ID,
            text=text,
            blocks=blocks,
            attachments=attachments,
            thread_ts=str(said.get("thread_ts") or ""),
            only_for="" if said.get("response_type") == "in_channel" else origin.user,
        )
    )
