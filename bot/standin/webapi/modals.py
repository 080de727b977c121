"""views.*: https://docs.slack.dev/reference/methods?family=views"""

from __future__ import annotations

from bot.standin.blocks import check_view
from bot.standin.errors import ApiError, bad_arguments
from bot.standin.views import View
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args
from bot.standin.wire import Json
from bot.standin.world import World


async def open_(world: World, args: Args) -> Json:
    """views.open"""
    trigger_id = _trigger_id(args)
    trigger = world.triggers.check(trigger_id)
    view = _checked(args, "modal")
    world.triggers.spend(trigger_id)
    return _said(world, world.views.open(trigger.user, view))


async def push(world: World, args: Args) -> Json:
    """views.push; its trigger must come from a modal that is still open."""
    trigger_id = _trigger_id(args)
    trigger = world.triggers.check(trigger_id)
    stack = world.views.stack(trigger.user)
    if not stack or stack[0].id != trigger.root:
        raise ApiError("invalid_trigger_id")
    view = _checked(args, "modal")
    pushed = world.views.push(trigger.user, view)
    world.triggers.spend(trigger_id)
    return _said(world, pushed)


async def update(world: World, args: Args) -> Json:
    """views.update"""
    found = world.views.find(args.text("view_id"), args.text("external_id"))
    if found is None:
        raise ApiError("not_found")
    view = _checked(args, found.type)
    return _said(world, world.views.update(found, view, args.text("hash")))


async def publish(world: World, args: Args) -> Json:
    """views.publish"""
    if not world.spec.has_home:
        raise ApiError("not_enabled")
    person = lookups.user(world, args.needed("user_id"))
    view = _checked(args, "home")
    return _said(world, world.views.publish(person.id, view, args.text("hash")))


def _trigger_id(args: Args) -> str:
    return args.text("trigger_id") or args.needed("interactivity_pointer")


def _checked(args: Args, kind: str) -> Json:
    view = check_view(args.given.get("view"))
    if view["type"] != kind:
        raise bad_arguments(f"must be one of: {kind} [json-pointer:/view/type]")
    return view


def _said(world: World, view: View) -> Json:
    return {"view": view.json(world.spec.id)}
