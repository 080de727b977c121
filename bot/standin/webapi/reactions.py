"""reactions.*: https://docs.slack.dev/reference/methods?family=reactions"""

from __future__ import annotations

from bot.standin.errors import ApiError
from bot.standin.messages import Message, is_emoji
from bot.standin.residents import BOT_USER_ID
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args
from bot.standin.wire import Json
from bot.standin.world import World


async def add(world: World, args: Args) -> Json:
    """reactions.add"""
    message, name = _asked(world, args)
    if _set(message, name):
        raise ApiError("already_reacted")
    world.react(message, name, BOT_USER_ID, on=True)
    return {}


async def remove(world: World, args: Args) -> Json:
    """reactions.remove"""
    message, name = _asked(world, args)
    if not _set(message, name):
        raise ApiError("no_reaction")
    world.react(message, name, BOT_USER_ID, on=False)
    return {}


def _asked(world: World, args: Args) -> tuple[Message, str]:
    name = args.needed("name").strip(":")
    if not is_emoji(name):
        raise ApiError("invalid_name")
    channel = lookups.channel_to_read(world, args.needed("channel"))
    if channel.is_archived:
        raise ApiError("is_archived")
    message = world.workspace.message(channel.id, args.needed("timestamp"))
    if message is None or message.only_for:
        raise ApiError("message_not_found")
    return message, name


def _set(message: Message, name: str) -> bool:
    return any(r.name == name and BOT_USER_ID in r.users for r in message.reactions)
