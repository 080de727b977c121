"""A message, and the object that Slack makes of it.

Shape: https://docs.slack.dev/reference/events/message
"""

from __future__ import annotations

import re

import msgspec

from bot.standin.residents import BOT_ID, BOT_USER_ID
from bot.standin.wire import Json

_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def is_emoji(name: str) -> bool:
    """Whether this may be an emoji's short name; which of them exist is not known here."""
    return _EMOJI.fullmatch(name) is not None


class Reaction(msgspec.Struct, frozen=True):
    """An emoji by its short name, and who set it, in that order."""

    name: str
    users: tuple[str, ...]

    def json(self) -> Json:
        """Slack's object."""
        return {"name": self.name, "count": len(self.users), "users": list(self.users)}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `thread_ts` is its parent's ts, "" at channel level (parents included).

    `only_for` names the one person who sees an ephemeral. `broadcast` shows a reply in its
    channel too. `metadata` is kept apart, since Slack shows it only to who asks for it.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    metadata: Json | None = None
    thread_ts: str = ""
    broadcast: bool = False
    edited: str = ""
    reactions: tuple[Reaction, ...] = ()
    only_for: str = ""
    subtype: str = ""
    app_id: str = ""

    @property
    def by_bot(self) -> bool:
        """Whether the app wrote it."""
        return self.user == BOT_USER_ID

    def json(self, replies: tuple[Message, ...] = ()) -> Json:
        """Slack's message object, without metadata; `replies` are those of its thread."""
        made: Json = {"type": "message", "ts": self.ts, "user": self.user, "text": self.text}
        if self.by_bot:
            made |= {"bot_id": BOT_ID, "app_id": self.app_id}
        if self.broadcast:
            made["subtype"] = "thread_broadcast"
        elif self.subtype:
            made["subtype"] = self.subtype
        for name in ("blocks", "attachments", "files"):
            if held := getattr(self, name):
                made[name] = list(held)
        if self.edited:
            made["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            made["reactions"] = [reaction.json() for reaction in self.reactions]
        return made | self._thread(replies)

    def _thread(self, replies: tuple[Message, ...]) -> Json:
        if self.thread_ts:
            return {"thread_ts": self.thread_ts}
        if not replies:
            return {}
        users = list(dict.fromkeys(reply.user for reply in replies))
        return {
            "thread_ts": self.ts,
            "reply_count": len(replies),
            "reply_users": users,
            "reply_users_count": len(users),
            "latest_reply": replies[-1].ts,
        }
