"""A person's own digest, set in a form."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.domain.subscriptions import Subscription
from bot.services import subscriptions
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
    wanted = _wanted(submitted.view, submitted.by)
    await subscriptions.save(submitted.services, wanted, submitted.voice.zone)
    return CLOSED


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
