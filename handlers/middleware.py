"""What every listener is given, and who is let in to any of them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.services import voices
from bot.services.base import Services
from handlers.desk import Desk

log = structlog.get_logger(__name__)

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")

Next = Callable[[], Awaitable[None]]


def bind(services: Services) -> Callable[[AsyncBoltContext, Next], Awaitable[None]]:
    """A listener that declares `services` gets them, or the `desk`: there are no globals."""
    desk = Desk()

    async def bind_services(context: AsyncBoltContext, next: Next) -> None:
        context["services"] = services
        context["desk"] = desk
        await next()

    return bind_services


async def as_text(body: dict[str, Any], next: Next) -> None:
    """What came is text wherever it stands: halves of letters (lone surrogates, which JSON lets
    through) and NUL, that no store takes, give way to the sign for what cannot be read."""
    _made_text(body)
    await next()


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
    """The workspace, and the organisation, where whoever acts is at home, as far as Slack says; of
    what does not say it of the person, those that it comes from."""
    user, event = _part(body, "user"), _part(body, "event")
    around = (body.get("team_id"), body.get("enterprise_id"))
    if user:
        team, organisation = _part(body, "team").get("id"), _part(body, "enterprise").get("id")
        said = (user.get("team_id") or team, organisation)
    elif event:
        of_person = event.get("user_team") or event.get("team")
        said = (of_person, None) if of_person else around
    else:
        said = around
    return {str(id) for id in said if id}


def _made_text(value: Any) -> None:
    places: Iterable[tuple[Any, Any]] = (
        list(value.items()) if isinstance(value, dict) else enumerate(value)
    )
    for place, part in places:
        if isinstance(part, dict | list):
            _made_text(part)
        elif isinstance(part, str) and _NO_TEXT.search(part):
            value[place] = _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", part)


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
