"""Showing a conversation as it stands at its source."""

from __future__ import annotations

from bot.services import exchanges
from bot.slack.blocks.exchange import exchange_view
from handlers.clicks import Click

PATIENCE = 1.5
"""Seconds for the source to answer: a click's trigger lives for three."""


async def exchange(asked: Click, id: str) -> None:
    """Open the exchange of a conversation."""
    services = asked.services
    conversation, found = await exchanges.show(services, id, PATIENCE)
    ours = services.config.is_own
    await asked.open(exchange_view(conversation, found, ours, asked.voice, services.now()))
