"""A playbook on an alert: begun, ticked step by step, and what it has to say."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.errors import VigieError
from bot.services import checklists, playbooks
from bot.slack import ids
from bot.slack.blocks.playbook import phrases_view
from handlers.clicks import Click, on_click
from handlers.replies import in_words


def register(app: AsyncApp) -> None:
    app.action(ids.PLAYBOOK_BEGIN)(on_click(on_begin, keeps=True))
    app.action(ids.STEP_TICK)(on_click(on_step, keeps=True))
    app.action(ids.STEP_UNTICK)(on_click(on_step, keeps=True))
    app.action(ids.PLAYBOOK_PHRASES)(on_click(on_phrases))


async def on_begin(clicked: Click) -> None:
    """Put its steps into the alert's thread."""
    alert, _, name = clicked.value.rpartition(" ")
    try:
        await checklists.begin(clicked.services, alert, name, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))


async def on_step(clicked: Click) -> None:
    """A step was done, or is to be done after all."""
    id, _, number = clicked.value.rpartition(" ")
    if not number.isdecimal():
        return
    does_tick = clicked.action["action_id"] == ids.STEP_TICK
    deed = checklists.tick if does_tick else checklists.untick
    try:
        await deed(clicked.services, id, int(number), clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))


async def on_phrases(clicked: Click) -> None:
    """What to say, in a window: first in the languages of the alert's posts."""
    services = clicked.services
    try:
        told = await playbooks.to_say(services, clicked.value, clicked.voice.language)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    me = await services.slack.name_of(clicked.by)
    await clicked.open(phrases_view(told, me, clicked.voice))
