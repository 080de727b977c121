"""The workspace as its page is told about it."""

from __future__ import annotations

from bot.standin.messages import Message
from bot.standin.rain import Social
from bot.standin.residents import BOT_USER_ID, TEAM_ID, TEAM_NAME, Channel, User
from bot.standin.views import View
from bot.standin.wire import Json
from bot.standin.world import World


def state(world: World, user: User, social: Social | None) -> Json:
    """All that the page needs to begin, as this user sees it."""
    visible = [c for c in world.workspace.channels.values() if sees(user, c)]
    return {
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "me": person(user),
        "users": [person(each) for each in world.workspace.users.values()],
        "channels": [channel(world, each) for each in visible if not each.is_im],
        "dms": [channel(world, each) for each in visible if each.is_im],
        "apps": [app(world)],
        "social": dict(social.describe()) if social else None,
        "bot_connected": world.line.connected,
        "now": world.clock.now(),
    }


def sees(user: User, where: Channel) -> bool:
    """Whether this user can look into the channel."""
    return user.id in where.members or not (where.is_im or where.is_private)


def person(user: User) -> Json:
    """A user."""
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "color": user.color,
        "is_bot": user.is_bot,
        "locale": user.locale,
    }


def channel(world: World, each: Channel) -> Json:
    """A channel, with the ts of the latest message at its level."""
    level = [m for m in world.workspace.messages(each.id) if _at_level(m)]
    return {
        "id": each.id,
        "name": each.name,
        "topic": each.topic,
        "is_private": each.is_private,
        "is_im": each.is_im,
        "is_archived": each.is_archived,
        "members": list(each.members),
        "latest": level[-1].ts if level else None,
    }


def app(world: World) -> Json:
    """The installed app."""
    spec = world.spec
    return {
        "id": spec.id,
        "name": spec.name,
        "bot_user_id": BOT_USER_ID,
        "connected": world.line.connected,
        "commands": [
            {
                "command": c.command,
                "description": c.description,
                "usage_hint": c.usage_hint,
                "examples": [{"line": e.line, "note": e.note} for e in c.examples],
            }
            for c in spec.commands
        ],
        "shortcuts": [
            {"name": s.name, "callback_id": s.callback_id, "type": s.type} for s in spec.shortcuts
        ],
        "has_home": spec.has_home,
        "reads_messages": spec.reads_messages,
    }


def message(world: World, each: Message) -> Json:
    """A message with its author; metadata is not shown."""
    author = world.workspace.users[each.user]
    made = world.workspace.json(each) | {
        "channel": each.channel,
        "author": {
            "id": author.id,
            "name": author.real_name,
            "color": author.color,
            "is_bot": author.is_bot,
        },
    }
    return made | ({"is_ephemeral": True} if each.only_for else {})


def level(world: World, user: User, channel_id: str) -> list[Json]:
    """The messages at the channel's level, oldest first."""
    seen = world.workspace.messages(channel_id, user.id)
    return [message(world, m) for m in seen if _at_level(m)]


def _at_level(each: Message) -> bool:
    return not each.thread_ts or each.broadcast


def thread(world: World, user: User, channel_id: str, ts: str) -> list[Json]:
    """A parent and its replies, oldest first; empty where it is gone, or an ephemeral."""
    parent = world.workspace.message(channel_id, ts)
    if parent is None or parent.only_for:
        return []
    return [message(world, m) for m in (parent, *world.workspace.replies(channel_id, ts, user.id))]


def view(world: World, each: View | None) -> Json | None:
    """A view, None where there is none."""
    return each.json(world.spec.id) if each else None
