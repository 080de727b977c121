"""What every listener is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.context.async_context import AsyncBoltContext

from bot.services.base import Services

Next = Callable[[], Awaitable[None]]


def bind(services: Services) -> Callable[[AsyncBoltContext, Next], Awaitable[None]]:
    """A listener that declares `services` gets them: there are no globals."""

    async def bind_services(context: AsyncBoltContext, next: Next) -> None:
        context["services"] = services
        await next()

    return bind_services
