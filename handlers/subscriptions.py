"""A person's own digest, set in a form."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.severity import SEVERITIES, Severity
from bot.domain.subscriptions import Subscription
from bot.errors import VigieError
from bot.services import subscriptions, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.subscriptions import subscription_view
from handlers.clicks import click
from handlers.replies import Body, publish_home
from handlers.submitted import chosen, clock, plainly, several

log = structlog.get_logger(__name__)


def register(app: AsyncApp) -> None:
    app.action(ids.SUBSCRIPTION)(on_change)
    app.view(ids.SUBSCRIPTION_VIEW)(on_saved)


async def on_change(
    ack: AsyncAck,
    body: Body,
    action: dict[str, Any],
    respond: AsyncRespond,
    client: AsyncWebClient,
    services: Services,
) -> None:
    """The form, as it was last left."""
    await ack()
    clicked = await click(services, body, action, respond, client)
    wanted = await subscriptions.of(services, clicked.by)
    watches = [watch.name for watch in services.watches.all]
    await clicked.open(subscription_view(wanted, watches, services.config.languages, clicked.voice))


async def on_saved(
    ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, services: Services
) -> None:
    """Keep what was chosen, and draw Home again, where it is shown."""
    by = body["user"]["id"]
    voice = await voices.to(services, by)
    try:
        await subscriptions.save(services, _wanted(view, by), voice.zone)
    except VigieError as error:
        await ack(response_action="errors", errors={ids.DAYS: plainly(error, voice)})
        return
    await ack()
    try:
        await publish_home(services, voice, client, by)
    except SlackApiError as error:
        # It is kept; Home shows it when it is next opened.
        log.warning("Home was not drawn again", reason=str(error.response.get("error")))


def _wanted(view: Body, user: str) -> Subscription:
    times = {clock(view, ids.AT), clock(view, ids.AT_AGAIN)} - {None}
    days = tuple(sorted(int(day) for day in several(view, ids.DAYS)))
    return Subscription(
        user=user,
        watches=several(view, ids.WATCHES),
        languages=several(view, ids.LANGUAGES),
        severity=_severity(chosen(view, ids.SEVERITY)),
        at=tuple(sorted(at for at in times if at)) if days else (),
        days=days or Subscription(user=user).days,
        when_empty="yes" in several(view, ids.WHEN_EMPTY),
    )


def _severity(written: str) -> Severity:
    return next((step for step in SEVERITIES if step == written), "low")
