"""The workspace's state: users, channels, and the messages in them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.standin.changes import Change, Changes, Kind
from bot.standin.clock import Clock
from bot.standin.messages import Message, Reaction
from bot.standin.naming import named
from bot.standin.residents import BOT_USER_ID, CHANNELS, PEOPLE, Channel, User, bot_user, channel
from bot.standin.wire import Json, ts_of

KEPT_MESSAGES = 5000
"""Messages that a channel holds, replies included; the oldest are forgotten."""


class Workspace:
    """Everything that is said, and where. Every change rings `changes`."""

    def __init__(
        self,
        clock: Clock,
        changes: Changes,
        *,
        app_name: str,
        app_id: str,
        channels: Iterable[str] = CHANNELS,
    ) -> None:
        self.changes = changes
        self.users: dict[str, User] = {user.id: user for user in (*PEOPLE, bot_user(app_name))}
        made = [channel(number, name) for number, name in enumerate(channels, 1)]
        self.channels: dict[str, Channel] = {each.id: each for each in made}
        self._messages: dict[str, dict[str, Message]] = {each.id: {} for each in made}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._clock = clock
        self._app_id = app_id
        self._last = 0

    # who and where

    def user(self, name: str) -> User | None:
        """The user with this id, user name, first name or full name."""
        if name in self.users:
            return self.users[name]
        wanted = name.removeprefix("@").casefold()
        for user in self.users.values():
            first = user.real_name.split()[0]
            if wanted in {user.name.casefold(), user.real_name.casefold(), first.casefold()}:
                return user
        return None

    def channel(self, name: str) -> Channel | None:
        """The channel with this id, "#name" or name."""
        if name in self.channels:
            return self.channels[name]
        wanted = name.removeprefix("#")
        named = (c for c in self.channels.values() if not c.is_im and c.name == wanted)
        return next(named, None)

    def dm(self, user_id: str) -> Channel:
        """The direct conversation between this user and the app, opened where there is none."""
        for each in self.channels.values():
            if each.is_im and user_id in each.members:
                return each
        opened = Channel(
            id=f"D0{user_id.removeprefix('U0')}",
            name=user_id,
            members=(user_id, BOT_USER_ID),
            is_im=True,
            created=int(self._clock.now()),
        )
        self._messages[opened.id] = {}
        self._keep_channel(opened)
        return opened

    def add_channel(self, name: str, *, private: bool = False, bot: bool = True) -> Channel:
        """A new channel with every person in it, and the bot unless told otherwise."""
        made = channel(len(self.channels) + 1, name)
        members = made.members if bot else tuple(m for m in made.members if m != BOT_USER_ID)
        made = msgspec.structs.replace(made, is_private=private, members=members)
        self._messages[made.id] = {}
        return self._keep_channel(made)

    def archive(self, name: str, archived: bool = True) -> Channel:
        """Archive the channel, or bring it back. KeyError where there is none."""
        return self._keep_channel(msgspec.structs.replace(self._known(name), is_archived=archived))

    def join(self, name: str, user_id: str) -> Channel:
        """Make the user a member. KeyError where there is no such channel."""
        found = self._known(name)
        members = (*found.members, user_id) if user_id not in found.members else found.members
        return self._keep_channel(msgspec.structs.replace(found, members=members))

    def leave(self, name: str, user_id: str) -> Channel:
        """Take the user out of the channel. KeyError where there is no such channel."""
        found = self._known(name)
        members = tuple(member for member in found.members if member != user_id)
        return self._keep_channel(msgspec.structs.replace(found, members=members))

    def _known(self, name: str) -> Channel:
        if (found := self.channel(name)) is None:
            raise KeyError(f"no channel {name!r}")
        return found

    def _keep_channel(self, changed: Channel) -> Channel:
        self.channels[changed.id] = changed
        self.changes.ring(Change(kind="channel", channel=changed.id))
        return changed

    # what is said

    def next_ts(self) -> str:
        """A timestamp that no message has: now, or just after the last one."""
        self._last = max(int(self._clock.now() * 1_000_000), self._last + 1)
        return ts_of(self._last)

    def post(self, draft: Message) -> Message:
        """Keep `draft` under a new ts, its blocks named, and tell everybody."""
        posted = msgspec.structs.replace(
            draft,
            ts=self.next_ts(),
            app_id=self._app_id,
            blocks=named(draft.blocks),
        )
        self._messages[posted.channel][posted.ts] = posted
        if posted.thread_ts:
            self._replies.setdefault((posted.channel, posted.thread_ts), []).append(posted.ts)
        if len(self._messages[posted.channel]) > KEPT_MESSAGES:
            self._forget_oldest(posted.channel)
        self._ring("message", posted)
        self._ring_thread(posted)
        return posted

    def _forget_oldest(self, channel_id: str) -> None:
        held = self._messages[channel_id]
        gone = held.pop(next(iter(held)))
        self._replies.pop((channel_id, gone.ts), None)
        if thread := self._replies.get((channel_id, gone.thread_ts)):
            thread.remove(gone.ts)

    def change(self, changed: Message, kind: Kind = "message_changed") -> Message:
        """Put `changed` in the place of the message with its ts."""
        changed = msgspec.structs.replace(changed, blocks=named(changed.blocks))
        self._messages[changed.channel][changed.ts] = changed
        self._ring(kind, changed)
        return changed

    def delete(self, gone: Message) -> None:
        """Take the message away; its replies stay, as Slack leaves them."""
        del self._messages[gone.channel][gone.ts]
        if gone.ts in (thread := self._replies.get((gone.channel, gone.thread_ts), [])):
            thread.remove(gone.ts)
        self._ring("message_deleted", gone)
        self._ring_thread(gone)

    def react(self, message: Message, name: str, user_id: str, *, on: bool) -> Message:
        """Set or take back the user's reaction; nothing changes where it already is so."""
        held = {reaction.name: reaction.users for reaction in message.reactions}
        others = tuple(user for user in held.get(name, ()) if user != user_id)
        held[name] = (*others, user_id) if on else others
        reactions = tuple(Reaction(each, users) for each, users in held.items() if users)
        changed = msgspec.structs.replace(message, reactions=reactions)
        return self.change(changed, "reaction")

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message with this ts, ephemerals included."""
        return self._messages.get(channel_id, {}).get(ts)

    def messages(self, channel_id: str, viewer: str = "") -> tuple[Message, ...]:
        """All that `viewer` may see in the channel, threads included, oldest first."""
        held = self._messages.get(channel_id, {}).values()
        return tuple(message for message in held if message.only_for in {"", viewer})

    def replies(self, channel_id: str, ts: str, viewer: str = "") -> tuple[Message, ...]:
        """The replies to a parent that `viewer` may see, oldest first."""
        held = self._messages.get(channel_id, {})
        found = (held[each] for each in self._replies.get((channel_id, ts), ()) if each in held)
        return tuple(message for message in found if message.only_for in {"", viewer})

    def json(self, message: Message) -> Json:
        """Slack's object for the message, with its thread's figures; a reply that was sent to the
        channel too holds its parent
        (https://docs.slack.dev/reference/events/message/thread_broadcast)."""
        made = message.json(self.replies(message.channel, message.ts))
        if message.broadcast and (root := self.message(message.channel, message.thread_ts)):
            made["root"] = self.json(root)
        return made

    def _ring(self, kind: Kind, message: Message) -> None:
        self.changes.ring(
            Change(kind=kind, channel=message.channel, ts=message.ts, user=message.only_for)
        )

    def _ring_thread(self, message: Message) -> None:
        if message.thread_ts and not message.only_for:
            self.changes.ring(
                Change(kind="thread_changed", channel=message.channel, ts=message.thread_ts)
            )
