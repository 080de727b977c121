"""Answering: the form for a draft."""

from __future__ import annotations

import structlog

from bot.services import conversations, drafts
from bot.slack.blocks.draftform import draft_view
from bot.slack.blocks.drafts import opening_card
from bot.slack.blocks.parts import Card
from handlers.asked.question import Answer, Question, answered
from handlers.replies import open_modal

log = structlog.get_logger(__name__)


async def _reply(question: Question) -> Card:
    """The form, where Slack lets it be opened at once, and a button that opens it where not."""
    id, _ = question.split()
    if not id:
        return answered(question.voice.say("Which one? `/vigie reply ID`."))
    conversation = (await conversations.find(question.services, id)).value
    if question.trigger:
        form = await drafts.begin(question.services, id, question.by)
        view = draft_view(form, question.voice)
        client = question.services.slack.client
        if code := await open_modal(client, {"trigger_id": question.trigger}, view):
            log.warning("a modal was not opened", reason=code)
            await drafts.give_up(question.services, form.draft, question.by)
    return opening_card(conversation, question.voice)


ANSWERS: dict[str, Answer] = {"reply": _reply}
"""`/vigie reply ID`."""
