"""A person's own digest, set in a form."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.subscriptions import Subscription
from bot.errors import VigieError
from bot.services import subscriptions, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.subscriptions import subscription_view
from handlers.clicks import Click, on_click
from handlers.replies import Body, home_again
from handlers.submitted import clock, plainly, several, severity


def register(app: AsyncApp) -> None:
    app.action(ids.SUBSCRIPTION)(on_click(on_change))
    app.view(ids.SUBSCRIPTION_VIEW)(on_saved)


async def on_change(clicked: Click) -> None:
    """The form, as it was last left."""
    wanted = await subscriptions.of(clicked.services, clicked.by)
    watches = [watch.name for watch in clicked.services.watches.all]
    await clicked.open(
        subscription_view(wanted, watches, clicked.services.config.languages, clicked.voice)
    )


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
    await home_again(services, voice, client, by)


def _wanted(view: Body, user: str) -> Subscription:
    times = {clock(view, ids.AT), clock(view, ids.AT_AGAIN)} - {None}
    days = tuple(sorted(int(day) for day in several(view, ids.DAYS)))
    return Subscription(
        user=user,
        watches=several(view, ids.WATCHES),
        languages=several(view, ids.LANGUAGES),
        severity=severity(view, ids.SEVERITY, "low"),
        at=tuple(sorted(at for at in times if at)) if days else (),
        days=days or Subscription(user=user).days,
        when_empty="yes" in several(view, ids.WHEN_EMPTY),
    )
