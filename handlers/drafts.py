"""Drafting an answer, having it approved, and saying that it was sent: forms and buttons.

Nothing listens to what is typed in channels or threads: a draft is what stands in its form.
"""

from __future__ import annotations

from typing import NamedTuple

import structlog
from msgspec.structs import replace
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.drafts import Draft
from bot.domain.phrases import with_phrase
from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import conversations, drafts
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.draftform import draft_view, return_view
from bot.slack.blocks.drafts import decided_card, sent_card
from bot.slack.blocks.parts import Card
from handlers.clicks import Click, on_click
from handlers.replies import Body, in_words
from handlers.submissions import CLOSED, Outcome, Submission, on_submission
from handlers.submitted import person, text

log = structlog.get_logger(__name__)


class Place(NamedTuple):
    """Where a message stands: its channel's id, and its ts."""

    channel: str
    ts: str


def register(app: AsyncApp) -> None:
    app.action(ids.DRAFT)(on_click(on_draft))
    app.action(ids.DRAFT_PHRASE)(on_click(on_phrase))
    app.action(ids.DRAFT_APPROVE)(on_click(on_approve, keeps=True))
    app.action(ids.DRAFT_RETURN)(on_click(on_return))
    app.action(ids.DRAFT_SENT)(on_click(on_sent, keeps=True))
    app.view(ids.DRAFT_VIEW)(on_submission(on_submit, under=_field))
    app.view_closed(ids.DRAFT_VIEW)(on_closed)
    app.view(ids.DRAFT_RETURN_VIEW)(on_submission(on_returned, under=ids.NOTE))


async def draft(asked: Click, id: str) -> None:
    """Open the form for a conversation. Raises a ConversationError."""
    form = await drafts.begin(asked.services, id, asked.by)
    if not await asked.open(draft_view(form, asked.voice)):
        await drafts.give_up(asked.services, form.draft, asked.by)


async def on_draft(clicked: Click) -> None:
    """Begin a draft, or go on with it."""
    try:
        await draft(clicked, clicked.value)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))


async def on_phrase(clicked: Click) -> None:
    """Fill the phrase in that was chosen."""
    view, chosen = clicked.view, clicked.value
    try:
        form = await drafts.again(clicked.services, view["private_metadata"], clicked.by)
    except VigieError as error:
        log.warning("a phrase was chosen for no draft", reason=str(error))
        return
    if not chosen.isdecimal() or int(chosen) >= len(form.texts):
        return
    written = with_phrase(_written(view), form.texts[int(chosen)], form.texts)
    filled = draft_view(replace(form, written=written, chosen=chosen), clicked.voice)
    try:
        await clicked.client.views_update(view_id=view["id"], hash=view["hash"], view=filled)
    except SlackApiError as error:
        log.warning("a phrase was not filled in", reason=error.response.get("error"))


async def on_submit(submitted: Submission) -> Outcome:
    """Keep the draft: whoever wrote it, or is to approve it, gets it in a direct message."""
    view = submitted.view
    approver = person(view, ids.APPROVER)
    await drafts.submit(
        submitted.services, submitted.carried, submitted.by, _written(view), approver
    )
    return CLOSED


async def on_closed(ack: AsyncAck, body: Body, view: Body, services: Services) -> None:
    """Nobody is told any more that this person drafts."""
    await ack()
    await drafts.give_up(services, view["private_metadata"], body["user"]["id"])


async def on_approve(clicked: Click) -> None:
    """Approve a draft; the message that asked for it says so from then on."""
    try:
        approved = await drafts.approve(clicked.services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.taken()
    await _redraw(
        clicked.client,
        _place(clicked.body),
        await _decided(clicked.services, approved, clicked.voice),
    )


async def on_return(clicked: Click) -> None:
    """Ask what should be different; which message asked for it travels along."""
    ts = _place(clicked.body).ts
    await clicked.open(return_view(f"{clicked.value}\n{ts}", clicked.voice))


async def on_returned(submitted: Submission) -> Outcome:
    """Send the draft back with its note; the message that asked for it says so from then on: one
    in the messages of who submits, whatever the form says."""
    services = submitted.services
    id, _, ts = submitted.carried.partition("\n")
    note = text(submitted.view, ids.NOTE)
    returned = await drafts.send_back(services, id, submitted.by, note)

    async def show() -> None:
        channel = await services.slack.channel_id(submitted.by)
        card = await _decided(services, returned, submitted.voice)
        await _redraw(submitted.client, Place(channel, ts), card)

    return Outcome(then=show)


async def on_sent(clicked: Click) -> None:
    """The answer was posted, by hand: the conversation is replied to."""
    try:
        sent = await drafts.sent(clicked.services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.taken()
    await _redraw(clicked.client, _place(clicked.body), sent_card(sent, clicked.voice))


async def _decided(services: Services, decided: Draft, voice: Voice) -> Card:
    conversation = (await conversations.find(services, decided.conversation)).value
    post = await drafts.quoted(services, conversation)
    called = await services.slack.name_of(decided.by)
    return decided_card(decided, called, post, voice)


async def _redraw(client: AsyncWebClient, place: Place, card: Card) -> None:
    """Draw a direct message as it is now; where Slack does not, its buttons refuse in words."""
    try:
        await client.chat_update(
            channel=place.channel, ts=place.ts, text=card.text, blocks=list(card.blocks)
        )
    except SlackApiError as error:
        log.warning("a direct message was not drawn again", reason=error.response.get("error"))


def _place(body: Body) -> Place:
    container = body.get("container") or {}
    return Place(str(container.get("channel_id", "")), str(container.get("message_ts", "")))


def _field(view: Body) -> str:
    """What a refusal is said under: the approver, where one is asked."""
    return ids.APPROVER if person(view, ids.APPROVER) else _text_block(view)


def _text_block(view: Body) -> str:
    """The block of the draft's text, whose id changes with every phrase that is filled in."""
    found = (str(block.get("block_id", "")) for block in view.get("blocks") or ())
    return next((id for id in found if id.startswith(ids.DRAFT_TEXT)), ids.DRAFT_TEXT)


def _written(view: Body) -> str:
    return text(view, _text_block(view))
