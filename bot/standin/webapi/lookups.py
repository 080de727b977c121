"""Finding what a call speaks of, or refusing it with Slack's code."""

from __future__ import annotations

from bot.standin.errors import ApiError
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID, Channel, User
from bot.standin.world import World


def user(world: World, user_id: str) -> User:
    """The user with this id. Raises ApiError user_not_found."""
    if (found := world.workspace.users.get(user_id)) is None:
        raise ApiError("user_not_found")
    return found


def require(world: World, *scopes: str) -> None:
    """Raises ApiError missing_scope where the bot token has none of `scopes`."""
    held = world.spec.scopes
    if scopes and not set(scopes) & set(held):
        raise ApiError("missing_scope", needed=scopes[0], provided=",".join(held))


def channel(world: World, channel_id: str) -> Channel:
    """The channel with this id. Raises ApiError channel_not_found, for hidden ones too."""
    found = world.workspace.channels.get(channel_id)
    if found is None or (found.is_private and BOT_USER_ID not in found.members):
        raise ApiError("channel_not_found")
    return found


def channel_to_post_in(world: World, name: str) -> Channel:
    """The channel with this id, #name, or of this user's DM, where the bot may post.

    Raises ApiError channel_not_found, is_archived, not_in_channel or messages_tab_disabled.
    """
    workspace = world.workspace
    found = workspace.channel(name)
    if found is None and name in workspace.users:
        found = _dm(world, name)
    if found is None:
        raise ApiError("channel_not_found")
    found = channel(world, found.id)
    if found.is_im and not world.spec.has_messages:
        raise ApiError("messages_tab_disabled")
    if found.is_archived:
        raise ApiError("is_archived")
    public = "chat:write.public" in world.spec.scopes and not found.is_private
    if BOT_USER_ID not in found.members and not public:
        raise ApiError("not_in_channel")
    return found


def _dm(world: World, user_id: str) -> Channel | None:
    """The conversation with this person; a bot has none with a bot, nor with who has left."""
    person = user(world, user_id)
    return None if person.is_bot or person.deleted else world.workspace.dm(user_id)


def channel_to_read(world: World, channel_id: str) -> Channel:
    """The channel, where the bot may read it. Raises ApiError channel_not_found, …"""
    found = channel(world, channel_id)
    if BOT_USER_ID not in found.members:
        raise ApiError("not_in_channel")
    return found


def own_message(world: World, channel_id: str, ts: str, refusal: str) -> Message:
    """The bot's message. Raises ApiError message_not_found, or `refusal` where it is another's."""
    found = world.workspace.message(channel(world, channel_id).id, ts)
    if found is None or found.only_for:
        raise ApiError("message_not_found")
    if not found.by_bot:
        raise ApiError(refusal)
    return found


def thread(world: World, channel_id: str, ts: str) -> str:
    """The parent that a reply to `ts` goes under: Slack has no threads within threads.

    "" for no `ts`. Raises ApiError thread_not_found.
    """
    if not ts:
        return ""
    if (found := world.workspace.message(channel_id, ts)) is None or found.only_for:
        raise ApiError("thread_not_found")
    return found.thread_ts or found.ts
