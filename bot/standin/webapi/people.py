"""users.*, team.info, bots.info: https://docs.slack.dev/reference/methods?family=users"""

from __future__ import annotations

from bot.standin.errors import ApiError
from bot.standin.residents import BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, User
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args
from bot.standin.webapi.paging import page
from bot.standin.wire import Json
from bot.standin.world import World


async def info(world: World, args: Args) -> Json:
    """users.info"""
    found = lookups.user(world, args.needed("user"))
    return {"user": _described(world, found, args)}


async def list_(world: World, args: Args) -> Json:
    """users.list"""
    shown, cursor = page(tuple(world.workspace.users.values()), args, default=1000)
    return {
        "members": [_described(world, each, args) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


async def lookup_by_email(world: World, args: Args) -> Json:
    """users.lookupByEmail"""
    wanted = args.needed("email").casefold()
    for each in world.workspace.users.values():
        if each.email and each.email.casefold() == wanted:
            return {"user": _described(world, each, args)}
    raise ApiError("users_not_found")


async def team(world: World, args: Args) -> Json:
    """team.info"""
    if args.text("team", TEAM_ID) != TEAM_ID:
        raise ApiError("team_not_found")
    return {
        "team": {
            "id": TEAM_ID,
            "name": TEAM_NAME,
            "domain": TEAM_DOMAIN,
            "url": f"{world.url}/",
            "email_domain": "example.com",
            "icon": {"image_default": True},
        }
    }


async def bot(world: World, args: Args) -> Json:
    """bots.info"""
    if args.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    return {
        "bot": {
            "id": BOT_ID,
            "deleted": False,
            "name": world.spec.name,
            "app_id": world.spec.id,
            "user_id": BOT_USER_ID,
            "icons": {},
        }
    }


def _described(world: World, person: User, args: Args) -> Json:
    profile: Json = {
        "real_name": person.real_name,
        "display_name": person.name,
        "title": person.title,
        "team": TEAM_ID,
    }
    if person.email and "users:read.email" in world.spec.scopes:
        profile["email"] = person.email
    described: Json = {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "color": person.color.removeprefix("#"),
        "tz": person.tz,
        "tz_offset": person.tz_offset,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "is_admin": False,
        "is_owner": False,
        "profile": profile,
    }
    return described | ({"locale": person.locale} if args.flag("include_locale") else {})
