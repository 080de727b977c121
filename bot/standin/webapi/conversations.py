"""conversations.*: https://docs.slack.dev/reference/methods?family=conversations"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.standin.errors import ApiError
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID, Channel
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args
from bot.standin.webapi.paging import page
from bot.standin.wire import Json, micros
from bot.standin.world import World

_KINDS = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


async def list_(world: World, args: Args) -> Json:
    """conversations.list"""
    types = args.names("types") or ("public_channel",)
    if not set(types) <= set(_KINDS):
        raise ApiError("invalid_types")
    for type_ in types:
        lookups.require(world, f"{_KINDS[type_]}:read")
    every = [
        channel
        for channel in world.workspace.channels.values()
        if _type(channel) in types
        and not (channel.is_archived and args.flag("exclude_archived"))
        and (BOT_USER_ID in channel.members or not channel.is_private)
    ]
    shown, cursor = page(every, args, default=100)
    return {
        "channels": [describe(channel) for channel in shown],
        "response_metadata": {"next_cursor": cursor},
    }


async def info(world: World, args: Args) -> Json:
    """conversations.info"""
    channel = lookups.channel(world, args.needed("channel"))
    lookups.require(world, f"{_KINDS[_type(channel)]}:read")
    described = describe(channel)
    if args.flag("include_num_members"):
        described["num_members"] = len(channel.members)
    return {"channel": described}


async def open_(world: World, args: Args) -> Json:
    """conversations.open, for one person: this workspace has no group conversations."""
    if channel_id := args.text("channel"):
        return {"channel": describe(lookups.channel(world, channel_id))}
    users = args.names("users")
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        raise ApiError("not_enough_users")
    person = lookups.user(world, users[0])
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    known = {channel.id for channel in world.workspace.channels.values() if channel.is_im}
    dm = world.workspace.dm(person.id)
    shown: Json = describe(dm) if args.flag("return_im") else {"id": dm.id}
    again = {"no_op": True, "already_open": True} if dm.id in known else {}
    return {"channel": shown, **again}


async def members(world: World, args: Args) -> Json:
    """conversations.members"""
    channel = lookups.channel(world, args.needed("channel"))
    lookups.require(world, f"{_KINDS[_type(channel)]}:read")
    shown, cursor = page(channel.members, args, default=100)
    return {"members": list(shown), "response_metadata": {"next_cursor": cursor}}


async def join(world: World, args: Args) -> Json:
    """conversations.join"""
    channel = lookups.channel(world, args.needed("channel"))
    if channel.is_private or channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID in channel.members:
        warning = "already_in_channel"
        return {
            "channel": describe(channel),
            "warning": warning,
            "response_metadata": {"warnings": [warning]},
        }
    world.join(channel.id, BOT_USER_ID)
    return {"channel": describe(world.workspace.channels[channel.id])}


async def history(world: World, args: Args) -> Json:
    """conversations.history: newest first, no replies except those sent to the channel too."""
    channel = lookups.channel_to_read(world, args.needed("channel"))
    lookups.require(world, f"{_KINDS[_type(channel)]}:history")
    said = world.workspace.messages(channel.id)
    level = [m for m in reversed(said) if not m.only_for and (not m.thread_ts or m.broadcast)]
    return _messages(world, args, _between(level, args), default=100)


async def replies(world: World, args: Args) -> Json:
    """conversations.replies: the parent, then its replies, oldest first."""
    channel = lookups.channel_to_read(world, args.needed("channel"))
    lookups.require(world, f"{_KINDS[_type(channel)]}:history")
    ts = args.needed("ts")
    parent = world.workspace.message(channel.id, ts)
    if parent is None or parent.only_for:
        raise ApiError("thread_not_found")
    if parent.thread_ts:
        return _messages(world, args, [parent], default=1000)
    answers = [m for m in world.workspace.replies(channel.id, ts) if not m.only_for]
    return _messages(world, args, [parent, *_between(answers, args)], default=1000)


def describe(channel: Channel) -> Json:
    """Slack's channel object."""
    shared: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_org_shared": False,
    }
    if channel.is_im:
        person = next(member for member in channel.members if member != BOT_USER_ID)
        return shared | {"user": person, "is_user_deleted": False}
    return shared | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_member": BOT_USER_ID in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _type(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


def _between(said: Iterable[Message], args: Args) -> list[Message]:
    oldest, latest, inclusive = args.moment("oldest"), args.moment("latest"), args.flag("inclusive")

    def within(message: Message) -> bool:
        at = micros(message.ts)
        if inclusive and at in {oldest, latest}:
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [message for message in said if within(message)]


def _messages(world: World, args: Args, said: Sequence[Message], default: int) -> Json:
    within, cursor = page(said, args, default=default)
    with_metadata = args.flag("include_all_metadata")
    shown = []
    for message in within:
        made = world.workspace.json(message)
        if with_metadata and message.metadata:
            made["metadata"] = message.metadata
        shown.append(made)
    made_page: Json = {"messages": shown, "has_more": bool(cursor)}
    return made_page | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})
