"""Passing one's work on."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.errors import VigieError
from bot.services import conversations, load
from bot.slack import ids
from bot.slack.blocks.load import pass_on_view
from handlers.clicks import Click, on_click
from handlers.submissions import CLOSED, Outcome, Refused, Submission, on_submission, plainly
from handlers.submitted import person, several, text


def register(app: AsyncApp) -> None:
    app.action(ids.PASS_ON)(on_click(on_pass_on))
    app.view(ids.PASS_ON_VIEW)(on_submission(on_chosen, under=ids.CONVERSATIONS))


async def on_pass_on(clicked: Click) -> None:
    """Ask which of their conversations go to whom."""
    mine = await load.open_of(clicked.services, clicked.by)
    if not mine:
        await clicked.tell(clicked.voice.say("You have no open conversation to pass on."))
        return
    await clicked.open(pass_on_view(mine, clicked.voice))


async def on_chosen(submitted: Submission) -> Outcome:
    """Hand them over, one after the other; what could not be is said under the choice."""
    view, voice = submitted.view, submitted.voice
    to, note = person(view, ids.ASSIGNEE), text(view, ids.NOTE).strip()
    if not to or to == submitted.by:
        raise Refused({ids.ASSIGNEE: voice.say("Choose somebody else.")})
    refused: list[str] = []
    for id in several(view, ids.CONVERSATIONS):
        try:
            await _hand_over(submitted, id, to, note)
        except VigieError as error:
            refused.append(f"{id}: {await plainly(submitted.services, error, voice)}")
    if refused:
        raise Refused({ids.CONVERSATIONS: " ".join(refused)})
    return CLOSED


async def _hand_over(submitted: Submission, id: str, to: str, note: str) -> None:
    """One that this person had given to `to` before (the form was sent again) is done already."""
    services = submitted.services
    if (await conversations.find(services, id)).value.assignee != to:
        await conversations.hand_over(services, id, submitted.by, to, note)
