"""What every listener is given, and who is let in to any of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.services import voices
from bot.services.base import Services

log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[None]]


def bind(services: Services) -> Callable[[AsyncBoltContext, Next], Awaitable[None]]:
    """A listener that declares `services` gets them: there are no globals."""

    async def bind_services(context: AsyncBoltContext, next: Next) -> None:
        context["services"] = services
        await next()

    return bind_services


async def let_in(
    body: dict[str, Any], context: AsyncBoltContext, respond: AsyncRespond, next: Next
) -> BoltResponse | None:
    """Nobody acts who is at home in another company's workspace: in a channel that is shared with
    one, they see the same buttons (https://docs.slack.dev/apis/slack-connect).

    Whoever comes from another workspace of one's own Enterprise organisation is let in. Where
    Slack does not say where somebody is at home, they are in a channel of ours alone.
    """
    ours = context.authorize_result
    known = {ours.team_id, ours.enterprise_id} - {None, ""} if ours else set()
    homes = homes_of(body)
    if not known or not homes or homes & known:
        await next()
        return None
    log.warning("somebody of another workspace was kept out", user=context.user_id)
    if respond.response_url:
        voice = await voices.to(context["services"], context.user_id or "")
        words = voice.say("Only members of the workspace that Vigie belongs to may do that.")
        await respond(text=words, replace_original=False, response_type="ephemeral")
    return BoltResponse(status=200)


def homes_of(body: Mapping[str, Any]) -> set[str]:
    """The workspace, and the organisation, where whoever acts is at home, as far as Slack says."""
    user, event = _part(body, "user"), _part(body, "event")
    said = (
        (user.get("team_id"), _part(body, "enterprise").get("id"))
        if user
        else (event.get("user_team") or event.get("team"),)
        if event
        else (body.get("team_id"), body.get("enterprise_id"))
    )
    return {str(id) for id in said if id}


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
