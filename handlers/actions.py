"""Clicks on a conversation's buttons: one deed, acknowledged once it is kept; a word only where it
went wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.conversation import Conversation
from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import conversations
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.views import assign_view, resolve_view, snooze_view
from handlers.clicks import Click, on_click
from handlers.drafts import draft
from handlers.exchanges import exchange
from handlers.mutes import mute
from handlers.replies import Body, in_words
from handlers.why import why_of

log = structlog.get_logger(__name__)

Deed = Callable[[Services, str, str], Awaitable[Conversation]]

DEEDS: dict[str, Deed] = {
    ids.CLAIM: conversations.claim,
    ids.RELEASE: conversations.release,
    ids.CONFIRM: conversations.confirm,
    ids.DISMISS: conversations.dismiss,
    ids.NOT_NEGATIVE: conversations.not_negative,
    ids.REOPEN: conversations.reopen,
}


FORMS: dict[str, Callable[[Conversation, Voice, datetime], Body]] = {
    ids.ASSIGN: assign_view,
    ids.RESOLVE: resolve_view,
}


async def _replied(asked: Click, id: str) -> None:
    await conversations.replied(asked.services, id, asked.by)


async def _wake(asked: Click, id: str) -> None:
    await conversations.wake(asked.services, id, asked.by)


async def _snooze(asked: Click, id: str) -> None:
    found = await conversations.shown(asked.services, id)
    await asked.open(snooze_view(found, asked.voice, asked.services.now()))


MORE: dict[str, Callable[[Click, str], Awaitable[None]]] = {
    ids.VERB_REPLIED: _replied,
    ids.VERB_SNOOZE: _snooze,
    ids.VERB_WAKE: _wake,
    ids.VERB_EXCHANGE: exchange,
    ids.VERB_DRAFT: draft,
    ids.VERB_MUTE: mute,
    ids.VERB_WHY: why_of,
}
"""What an entry of a conversation's menu does, by its verb; a VigieError that is raised is said to
who clicked."""

_KEEP = frozenset({ids.VERB_REPLIED, ids.VERB_WAKE})
"""Those that change the conversation; the others open a window, which cannot wait."""


def register(app: AsyncApp) -> None:
    for action in DEEDS:
        app.action(action)(on_click(on_deed, keeps=True))
    for action in FORMS:
        app.action(action)(on_click(on_form))
    app.action(ids.MORE)(on_click(on_more, keeps=True))
    app.action(ids.OPEN_LINK)(on_link)
    app.action(re.compile(".*"))(on_unknown)


async def on_deed(clicked: Click) -> None:
    """Claim, release, dismiss or reopen."""
    try:
        await DEEDS[clicked.action["action_id"]](clicked.services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
    await clicked.redraw()


async def on_form(clicked: Click) -> None:
    """Ask to whom, or how it ended."""
    try:
        found = await conversations.shown(clicked.services, clicked.value)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    view = FORMS[clicked.action["action_id"]](found, clicked.voice, clicked.services.now())
    await clicked.open(view)


async def on_more(clicked: Click) -> None:
    """An entry of the menu behind a conversation's buttons."""
    verb, _, id = clicked.value.partition(" ")
    if verb not in _KEEP:
        await clicked.taken()
    chosen = MORE.get(verb)
    if chosen is None:
        log.warning("an entry of a menu that is not known", verb=verb)
        return
    try:
        await chosen(clicked, id)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
    await clicked.redraw()


async def on_link(ack: AsyncAck) -> None:
    """A link button opens by itself; Slack still wants its acknowledgement."""
    await ack()


async def on_unknown(ack: AsyncAck, action: dict[str, str]) -> None:
    """A button of an older Vigie: acknowledged, so that nobody waits, and noted."""
    await ack()
    log.warning("a click on a button that is not known", action=action.get("action_id"))
