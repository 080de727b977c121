"""Passing one's work on."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import conversations, load, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.load import pass_on_view
from handlers.clicks import Click, on_click
from handlers.replies import Body, home_again
from handlers.submitted import person, plainly, several, text


def register(app: AsyncApp) -> None:
    app.action(ids.PASS_ON)(on_click(on_pass_on))
    app.view(ids.PASS_ON_VIEW)(on_chosen)


async def on_pass_on(clicked: Click) -> None:
    """Ask which of their conversations go to whom."""
    mine = await load.open_of(clicked.services, clicked.by)
    if not mine:
        await clicked.tell(clicked.voice.say("You have no open conversation to pass on."))
        return
    await clicked.open(pass_on_view(mine, clicked.voice))


async def on_chosen(
    ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, services: Services
) -> None:
    """Hand them over, one after the other; what could not be is said under the choice."""
    by = body["user"]["id"]
    voice = await voices.to(services, by)
    to, note = person(view, ids.ASSIGNEE), text(view, ids.NOTE).strip()
    if not to or to == by:
        words = voice.say("Choose somebody else.")
        await ack(response_action="errors", errors={ids.ASSIGNEE: words})
        return
    refused = await _handed_over(services, several(view, ids.CONVERSATIONS), by, to, note, voice)
    if refused:
        await ack(response_action="errors", errors={ids.CONVERSATIONS: refused})
        return
    await ack()
    await home_again(services, voice, client, by)


async def _handed_over(
    services: Services, chosen: tuple[str, ...], by: str, to: str, note: str, voice: Voice
) -> str:
    """What could not be handed over and why, `""` where all was. One that this person had given to
    `to` before (the form was sent again) is done already."""
    refused: list[str] = []
    for id in chosen:
        try:
            kept = await conversations.find(services, id)
            if kept.value.assignee != to:
                await conversations.hand_over(services, id, by, to, note)
        except VigieError as error:
            refused.append(f"{id}: {plainly(error, voice)}")
    return " ".join(refused)
