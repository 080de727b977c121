"""The workspace's channels: what Slack tells of them, and why one cannot be written in."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ChannelClosed, SlackError
from bot.i18n import Voice, phrase
from bot.slack.calls import call
from bot.slack.mrkdwn import name

REMEMBERED = 600.0
"""Seconds for which a channel keeps its name, as far as we are concerned: listing all of them is
slow, and Slack lets it happen 20 times a minute."""

WHY = {
    "channel_not_found": phrase("it does not exist, or Vigie was not invited"),
    "not_in_channel": phrase("Vigie is not in it: type `/invite @Vigie` there"),
    "is_archived": phrase("it is archived"),
    "is_inactive": phrase("it is archived"),
    "restricted_action": phrase("an administrator of the workspace forbids it"),
    # of a person
    "deleted": phrase("they have left the workspace"),
    "user_not_found": phrase("nobody in the workspace has this id"),
    "is_bot": phrase("that is a bot"),
}


def why_closed(code: str, voice: Voice) -> str:
    """Why a channel cannot be written in, or a person not be reached, in words, from Slack's code
    for it."""
    if code in WHY:
        return voice.say(WHY[code])
    return voice.say("Slack answers “{code}”", code=name(code))


class Rooms:
    """Channels, which are written `#name` or as their id. `client` is asked for when it is used;
    `monotonic` tells seconds that only grow."""

    def __init__(
        self, client: Callable[[], AsyncWebClient], monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        self._monotonic = monotonic
        self._ids: dict[str, tuple[float, str]] = {}

    async def id_of(self, channel: str) -> str:
        """A channel's id; of a member (`U…`), that of the conversation with them.

        Raises a SlackError, ChannelClosed where there is no such channel.
        """
        if channel.startswith(("U", "W")):
            opened = await call(self._client().conversations_open, users=channel)
            return str((opened.get("channel") or {}).get("id") or channel)
        if not channel.startswith("#"):
            return channel
        read, known = self._ids.get(channel, (0.0, ""))
        if known and self._monotonic() - read < REMEMBERED:
            return known
        return await self._looked_up(channel)

    async def _looked_up(self, channel: str) -> str:
        cursor: str | None = None
        while True:
            answer = await call(
                self._client().conversations_list,
                types="public_channel,private_channel",
                exclude_archived=False,
                limit=500,
                cursor=cursor,
            )
            now = self._monotonic()
            for found in answer.get("channels") or []:
                self._ids[f"#{found.get('name')}"] = now, str(found["id"])
            read, known = self._ids.get(channel, (0.0, ""))
            if known and read == now:
                return known
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                self._ids.pop(channel, None)
                raise ChannelClosed(f"there is no channel {channel}", "channel_not_found")

    async def fault(self, channel: str) -> str | None:
        """Why Vigie could not write in a channel now, as a code of Slack's, or None where it can.
        Raises a SlackError where Slack cannot be asked."""
        try:
            channel_id = await self.id_of(channel)
            answer = await call(self._client().conversations_info, channel=channel_id)
        except ChannelClosed as error:
            return error.code
        found = answer.get("channel") or {}
        if found.get("is_archived"):
            return "is_archived"
        return None if found.get("is_member") else "not_in_channel"

    async def called(self, channel: str) -> str:
        """How a channel is called (`#care`) that is known by its id; the id where Slack does not
        tell."""
        try:
            answer = await call(self._client().conversations_info, channel=channel)
        except SlackError:
            return channel
        called = (answer.get("channel") or {}).get("name")
        return f"#{called}" if called else channel
