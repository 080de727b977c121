"""What a person points at: a message or a view as it is now, and an element in it."""

from __future__ import annotations

from bot.standin import inputs, payloads
from bot.standin.errors import Refusal
from bot.standin.messages import Message
from bot.standin.responses import Origin
from bot.standin.views import View
from bot.standin.wire import Json
from bot.standin.world import World

Target = Message | View

_STATELESS = {"button", "overflow"}
_STAMPS = {"block_id", "action_id", "action_ts"}
_OF_A_BUTTON = ("type", "text", "value", "style", "url")


def shown(world: World, user: str, target: Target) -> Target:
    """`target` as this person sees it now. Raises Refusal where they do not any more."""
    if isinstance(target, View):
        view = world.views.find(target.id)
        if view is None or view.user != user:
            raise Refusal("this window is closed")
        return view
    message = world.workspace.message(target.channel, target.ts)
    if message is None or message.only_for not in {"", user}:
        raise Refusal("this message is gone")
    return message


def blocks_of(target: Target) -> list[Json]:
    """Its blocks, those of a message's attachments included."""
    attached = () if isinstance(target, View) else target.attachments
    inside = [block for attachment in attached for block in attachment.get("blocks", ())]
    return [*target.blocks, *inside]


def element_of(target: Target, block_id: str, action_id: str) -> tuple[Json, Json]:
    """The block and the element; any block where block_id is "". Raises Refusal if none."""
    for block, element in inputs.elements(blocks_of(target)):
        if element["action_id"] == action_id and block_id in {"", block["block_id"]}:
            return block, element
    raise Refusal(f"there is no {action_id} here any more")


def action(block: Json, element: Json, choice: object, action_ts: str) -> Json:
    """The action of a payload: the element, used so. Raises Refusal for no such option."""
    stamps = {
        "block_id": block["block_id"],
        "action_id": element["action_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "button":
        return {name: element[name] for name in _OF_A_BUTTON if name in element} | stamps
    return state(element, choice) | stamps


def state(element: Json, choice: object) -> Json:
    """`inputs.filled`, refused in words."""
    try:
        return inputs.filled(element, choice)
    except ValueError as error:
        raise Refusal(str(error)) from None


def state_after(done: Json) -> Json:
    """What the action leaves in the state of its place: {block_id: {action_id: state}}."""
    if done["type"] in _STATELESS:
        return {}
    held = {name: value for name, value in done.items() if name not in _STAMPS}
    return {done["block_id"]: {done["action_id"]: held}}


def place(world: World, user: str, target: Target, values: Json) -> Json:
    """Where the element stands, as payloads tell it; `values` is what stands in inputs there."""
    if isinstance(target, View):
        return payloads.in_view(target.json(world.spec.id))
    origin = Origin(user=user, channel=target.channel, ts=target.ts)
    return payloads.in_message(
        world.workspace.channels[target.channel],
        world.workspace.json(target),
        bool(target.only_for),
        inputs.merged(inputs.initial_state(blocks_of(target)), values),
        world.response_url(origin),
    )
