"""Giving many conversations at once: the button that follows what was shown."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.errors import NotOurs, VigieError
from bot.services import bulk
from bot.slack import ids
from bot.slack.blocks.bulk import asked_of, cancelled_card, done_card
from handlers.clicks import Click, on_click
from handlers.replies import in_words


def register(app: AsyncApp) -> None:
    app.action(ids.BULK_GIVE)(on_click(on_give, keeps=True))
    app.action(ids.BULK_CANCEL)(on_click(on_cancel))


async def on_give(clicked: Click) -> None:
    """Do what was shown, for who asked for it."""
    try:
        by, to, had, named = asked_of(clicked.value)
    except ValueError:
        raise NotOurs from None
    if clicked.by != by:
        words = clicked.voice.say("Only <@{who}>, who asked for it, can confirm it.", who=by)
        await clicked.tell(words)
        return
    try:
        outcome = await bulk.give(clicked.services, named, by, to, had)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    now_theirs = len(outcome.given) + outcome.had
    card = done_card(now_theirs, outcome.left_alone, to, clicked.voice)
    await clicked.taken()
    await clicked.respond(text=card.text, blocks=list(card.blocks), replace_original=True)


async def on_cancel(clicked: Click) -> None:
    """Do nothing."""
    if clicked.by == clicked.value:
        card = cancelled_card(clicked.voice)
        await clicked.respond(text=card.text, blocks=list(card.blocks), replace_original=True)
