"""The methods about the app itself: who it is, how it connects, how it was installed."""

from __future__ import annotations

from bot.standin.blocks import check_blocks, check_view
from bot.standin.errors import ApiError
from bot.standin.residents import BOT_ID, BOT_USER_ID, PEOPLE, TEAM_ID, TEAM_NAME
from bot.standin.webapi.args import Args
from bot.standin.wire import Json
from bot.standin.world import World


async def auth_test(world: World, args: Args) -> Json:
    """auth.test: https://docs.slack.dev/reference/methods/auth.test"""
    return {
        "url": f"{world.url}/",
        "team": TEAM_NAME,
        "user": world.workspace.users[BOT_USER_ID].name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": world.spec.id,
        "is_enterprise_install": False,
    }


async def api_test(world: World, args: Args) -> Json:
    """api.test: https://docs.slack.dev/reference/methods/api.test"""
    if error := args.text("error"):
        raise ApiError(error, args=args.given)
    return {"args": args.given}


async def connections_open(world: World, args: Args) -> Json:
    """apps.connections.open: https://docs.slack.dev/reference/methods/apps.connections.open"""
    address = world.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={world.sockets.ticket()}&app_id={world.spec.id}"}


async def oauth_access(world: World, args: Args) -> Json:
    """oauth.v2.access: a code of this workspace, exchanged once for the bot's token."""
    code = args.needed("code")
    if code not in world.install_codes:
        raise ApiError("invalid_code")
    world.install_codes.discard(code)
    return {
        "access_token": world.spec.bot_token,
        "token_type": "bot",
        "scope": ",".join(world.spec.scopes),
        "bot_user_id": BOT_USER_ID,
        "app_id": world.spec.id,
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "enterprise": None,
        "authed_user": {"id": PEOPLE[-1].id},
        "is_enterprise_install": False,
    }


async def validate_blocks(world: World, args: Args) -> Json:
    """blocks.validate: says what would be refused, and posts nothing."""
    if "view" in args.given:
        check_view(args.given["view"])
    else:
        check_blocks(args.given.get("blocks"))
    return {}
