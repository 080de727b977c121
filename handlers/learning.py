"""Beginning a language anew, by the button behind `/vigie learning`."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.errors import VigieError
from bot.services import learning
from bot.slack import ids
from bot.slack.blocks.learning import learning_card
from handlers.clicks import Click, on_click
from handlers.replies import in_words


def register(app: AsyncApp) -> None:
    app.action(ids.LEARNING_RESET)(on_click(on_reset, keeps=True))


async def on_reset(clicked: Click) -> None:
    """An admin has it begun anew, and sees how it stands; anybody else is told who may."""
    services = clicked.services
    try:
        await learning.reset(services, clicked.by, clicked.value)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.taken()
    progress = await learning.progress(services.records, services.config.languages)
    card = learning_card(progress, True, clicked.voice)
    await clicked.respond(text=card.text, blocks=list(card.blocks), replace_original=True)
