"""A person's own digest, set in a form."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.domain.subscriptions import Subscription
from bot.services import subscriptions
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.subscriptions import subscription_view
from handlers.clicks import Click, on_click
from handlers.replies import Body
from handlers.submissions import CLOSED, Outcome, Submission, on_submission
from handlers.submitted import clock, several, severity


def register(app: AsyncApp) -> None:
    app.action(ids.SUBSCRIPTION)(on_click(on_change))
    app.view(ids.SUBSCRIPTION_VIEW)(on_submission(on_saved, under=ids.DAYS))


async def on_change(clicked: Click) -> None:
    """The form, as it was last left."""
    wanted = await subscriptions.of(clicked.services, clicked.by)
    watches = [watch.name for watch in clicked.services.watches.all]
    await clicked.open(
        subscription_view(wanted, watches, clicked.services.config.languages, clicked.voice)
    )


async def on_saved(submitted: Submission) -> Outcome:
    """Keep what was chosen."""
    services = submitted.services
    wanted = _wanted(submitted.view, submitted.by, services)
    await subscriptions.save(services, wanted, submitted.voice.zone)
    return CLOSED


def _wanted(view: Body, user: str, services: Services) -> Subscription:
    """What was chosen, of what there is to be chosen."""
    times = {clock(view, ids.AT), clock(view, ids.AT_AGAIN)} - {None}
    days = tuple(day for day in range(7) if str(day) in several(view, ids.DAYS))
    watches, languages = several(view, ids.WATCHES), several(view, ids.LANGUAGES)
    return Subscription(
        user=user,
        watches=tuple(one.name for one in services.watches.all if one.name in watches),
        languages=tuple(one for one in services.config.languages if one in languages),
        severity=severity(view, ids.SEVERITY, "low"),
        at=tuple(sorted(at for at in times if at)) if days else (),
        days=days or Subscription(user=user).days,
        when_empty="yes" in several(view, ids.WHEN_EMPTY),
    )
