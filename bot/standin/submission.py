"""What becomes of a modal that was submitted.

Rules: https://docs.slack.dev/surfaces/modals#handling_submissions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from bot.standin import inputs, targets
from bot.standin.blocks import check_view
from bot.standin.errors import ApiError, Refusal
from bot.standin.views import View
from bot.standin.wire import Json
from bot.standin.world import World


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a modal; `errors` are words by block_id."""

    result: Literal["closed", "updated", "pushed", "errors"]
    errors: Mapping[str, str] = {}


def states(view: View, values: Json) -> Json:
    """The values, each as its input's state. Raises Refusal for an input that is not there."""
    known = {(b["block_id"], e["action_id"]): e for b, e in inputs.elements(view.blocks)}
    made: Json = {}
    for block_id, actions in values.items():
        for action_id, choice in actions.items():
            if (element := known.get((block_id, action_id))) is None:
                raise Refusal(f"there is no input {block_id}/{action_id} in this window")
            made.setdefault(block_id, {})[action_id] = targets.state(element, choice)
    return made


def carry_out(world: World, view: View, said: Json) -> Submitted:
    """Do what the acknowledgement asks. Raises ApiError where Slack would not take it."""
    match said.get("response_action"):
        case "errors":
            return Submitted(result="errors", errors=_own_errors(view, said.get("errors")))
        case "update":
            world.views.update(view, check_view(said.get("view")))
            return Submitted(result="updated")
        case "push":
            world.views.push(view.user, check_view(said.get("view")))
            return Submitted(result="pushed")
        case "clear":
            world.views.clear(view.user)
        case _:
            world.views.close(view.user)
    return Submitted(result="closed")


def _own_errors(view: View, errors: object) -> dict[str, str]:
    """The errors, where each belongs to an input block of the view, as Slack insists."""
    blocks = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= blocks:
        raise ApiError("invalid_arguments")
    return {str(block_id): str(words) for block_id, words in errors.items()}
