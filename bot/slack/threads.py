"""Threads in Slack, read for who asks what they come to; nothing of them is kept.

https://docs.slack.dev/reference/methods/conversations.replies
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import call
from bot.slack.gateway import METADATA
from bot.slack.mrkdwn import unescape

PAGE = 200
MOST_PAGES = 3
"""Pages of one thread that are read: its first 600 messages."""

_ENTITY = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MEMBER = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CODE = re.compile(r"```.*?```", re.DOTALL)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a thread: `text` is mrkdwn as Slack has it. `user` is who wrote it, `""` where
    an app did, whose name `app` then is; `delivery` is the id of what Vigie delivered by it."""

    ts: str
    text: str
    user: str = ""
    app: str = ""
    delivery: str = ""

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(int(self.ts.partition(".")[0]), UTC)

    @property
    def first_named(self) -> str:
        """The id of the member to whom it speaks first of all, `""` where to nobody."""
        found = _MEMBER.match(self.text.lstrip())
        return found[1] if found else ""

    @property
    def to(self) -> tuple[str, ...]:
        """The ids of the members whom it names."""
        return tuple(_MEMBER.findall(self.text))


class Thread(msgspec.Struct, frozen=True):
    """The messages of a thread, oldest first; `is_cut` where there are more."""

    said: tuple[Said, ...]
    is_cut: bool = False


async def read_thread(client: AsyncWebClient, channel: str, ts: str) -> Thread:
    """The thread that begins with the message `ts`. Raises a SlackError: ChannelClosed where Vigie
    is not in the channel, MessageGone where there is no such message."""
    found: list[Said] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        answer = await call(
            client.conversations_replies,
            channel=channel,
            ts=ts,
            limit=PAGE,
            cursor=cursor,
            include_all_metadata=True,
        )
        found += [_said(message) for message in answer.get("messages") or []]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            break
    return Thread(tuple(found), cursor is not None)


def words_of(text: str, names: Mapping[str, str]) -> str:
    """Mrkdwn as words: members by their `names`, links by their labels, no code."""

    def shown(entity: re.Match[str]) -> str:
        target, label = unescape(entity[1]), unescape(entity[2] or "")
        if target.startswith("@"):
            return f"@{names.get(target[1:], label or target[1:])}"
        if target.startswith("#"):
            return f"#{label or target[1:]}"
        if target.startswith("!"):
            return label or f"@{target[1:].partition('^')[0]}"
        return label or target

    return unescape(_ENTITY.sub(shown, _CODE.sub(" ", text)))


def address_in(permalink: str, root: str, ts: str) -> str:
    """The address of a message of a thread, from that of the thread's first message, `""` where
    that is not known (https://docs.slack.dev/reference/methods/chat.getPermalink)."""
    if ts == root or not permalink:
        return permalink
    room, mark, _ = permalink.rpartition("/p")
    channel = room.rpartition("/")[2]
    if not mark:
        return ""
    return f"{room}/p{ts.replace('.', '')}?thread_ts={root}&cid={channel}"


def _said(message: Mapping[str, Any]) -> Said:
    by_app = bool(message.get("bot_id") or message.get("subtype") == "bot_message")
    profile = message.get("bot_profile") or {}
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == METADATA
    return Said(
        ts=str(message.get("ts") or "0"),
        text=str(message.get("text") or ""),
        user="" if by_app else str(message.get("user") or ""),
        app=str(message.get("username") or profile.get("name") or "") if by_app else "",
        delivery=str((metadata.get("event_payload") or {}).get("id") or "") if is_ours else "",
    )
