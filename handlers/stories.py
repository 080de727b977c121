"""Clicks on a story as a whole: show all of it, take all of it."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.errors import VigieError
from bot.services import cards
from bot.services.claiming import claim_all
from bot.slack import ids
from handlers.clicks import Click, on_click
from handlers.replies import in_words


def register(app: AsyncApp) -> None:
    app.action(ids.STORY_ALL)(on_click(on_all))
    app.action(ids.STORY_CLAIM)(on_click(on_claim_all, keeps=True))


async def on_all(clicked: Click) -> None:
    """All conversations of a story, each with its next step."""
    try:
        story = await cards.story_modal(clicked.services, clicked.value, clicked.voice)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.open(story)


async def on_claim_all(clicked: Click) -> None:
    """Whatever nobody has is theirs."""
    try:
        await claim_all(clicked.services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
