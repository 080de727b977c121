"""What every listener is given, and what none should see twice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.services.base import Services

Next = Callable[[], Awaitable[None]]
Middleware = Callable[[AsyncBoltContext, dict[str, object], Next], Awaitable[BoltResponse | None]]

REMEMBERED = 2000


def bind(services: Services) -> Callable[[AsyncBoltContext, Next], Awaitable[None]]:
    """A listener that declares `services` gets them: there are no globals."""

    async def bind_services(context: AsyncBoltContext, next: Next) -> None:
        context["services"] = services
        await next()

    return bind_services


def once() -> Middleware:
    """An event that Slack sends again (it does, after a lost acknowledgement) is acknowledged
    again, but not handled again."""
    seen: OrderedDict[str, None] = OrderedDict()

    async def drop_repeated_events(
        context: AsyncBoltContext, body: dict[str, object], next: Next
    ) -> BoltResponse | None:
        event = body.get("event_id")
        if isinstance(event, str):
            if event in seen:
                return BoltResponse(status=200)
            seen[event] = None
            if len(seen) > REMEMBERED:
                seen.popitem(last=False)
        await next()
        return None

    return drop_repeated_events
