"""Why a conversation was told as it was, from the menu behind its buttons."""

from __future__ import annotations

from bot.services import why
from bot.slack.blocks.why import why_view
from handlers.clicks import Click


async def why_of(asked: Click, id: str) -> None:
    """Open a window that tells it."""
    await asked.open(why_view(await why.why(asked.services, id), asked.voice))
