"""What Slack asks: parse, acknowledge, call one service, render."""

from __future__ import annotations

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncRespond
from slack_bolt.response import BoltResponse

from bot.services import voices
from bot.services.base import Services
from handlers import (
    actions,
    bulk,
    campaigns,
    commands,
    digests,
    drafts,
    forgetting,
    home,
    insights,
    judging,
    learning,
    load,
    mutes,
    playbooks,
    recaps,
    shortcuts,
    stories,
    subscriptions,
    tours,
    views,
    watchforms,
)
from handlers.acknowledging import lasting
from handlers.middleware import as_text, bind, let_in

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Teach a Bolt app everything that Vigie answers to."""
    app.use(lasting)
    app.use(as_text)
    app.use(bind(services))
    app.use(let_in)
    for part in (
        commands,  # first: what is asked most, and Bolt tries one listener after the other
        digests,
        subscriptions,
        campaigns,
        insights,
        learning,
        forgetting,
        judging,
        load,
        shortcuts,
        recaps,
        drafts,
        mutes,
        playbooks,
        stories,
        watchforms,
        bulk,
        tours,
        home,
        actions,
        views,
    ):
        part.register(app)
    app.error(on_error)


async def on_error(
    error: Exception,
    body: dict[str, object],
    respond: AsyncRespond,
    context: AsyncBoltContext,
    response: BoltResponse | None,
) -> BoltResponse | None:
    """A listener fell over: what it was about, without a word of what anybody wrote.

    Whoever asked is told. The envelope is acknowledged, as the same again would fall over again;
    a modal is not, since that would close it. One that was acknowledged before has no `response`
    any more, and Bolt takes none.
    """
    kind = body.get("type") or "slash_command"
    log.error("a listener failed", kind=kind, exc_info=error)
    if respond.response_url:
        try:
            voice = await voices.to(context["services"], context.user_id or "")
            await respond(
                text=voice.say("⚠️ Something went wrong in Vigie. It was noted in its log."),
                response_type="ephemeral",
                replace_original=False,
            )
        except Exception:
            # What fell over may be the very way back; the acknowledgement must still go out.
            log.exception("nobody could be told that a listener failed", kind=kind)
    if response is None or kind == "view_submission":
        return None
    return BoltResponse(status=200)
