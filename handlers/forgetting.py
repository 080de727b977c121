"""An author forgotten, by the button behind `/vigie forget`."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.errors import VigieError
from bot.services import forgetting
from bot.slack import ids
from bot.slack.blocks.forgetting import forgotten_words
from handlers.clicks import Click, on_click
from handlers.replies import in_words


def register(app: AsyncApp) -> None:
    app.action(ids.FORGET)(on_click(on_forget, keeps=True))


async def on_forget(clicked: Click) -> None:
    """An admin has an author forgotten, and is told what that was; anybody else is told who may."""
    services, author = clicked.services, clicked.value
    try:
        forgetting.check_may(services, clicked.by)
        gone = await forgetting.forget(services, author)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.taken()
    words = forgotten_words(author, gone.mentions, gone.answers, clicked.voice)
    await clicked.respond(text=words, replace_original=True)
