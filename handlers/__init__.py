"""What Slack asks: parse, acknowledge, call one service, render."""

from __future__ import annotations

import structlog
from slack_bolt.async_app import AsyncApp

from bot.services.base import Services
from handlers import actions, commands, home, views
from handlers.middleware import bind, once

log = structlog.get_logger(__name__)


def register(app: AsyncApp, services: Services) -> None:
    """Teach a Bolt app everything that Vigie answers to."""
    app.use(once())
    app.use(bind(services))
    for part in (commands, actions, views, home):
        part.register(app)
    app.error(on_error)


async def on_error(error: Exception, body: dict[str, object]) -> None:
    """A listener fell over: what it was about, without a word of what anybody wrote."""
    log.error("a listener failed", kind=body.get("type") or "slash_command", exc_info=error)
