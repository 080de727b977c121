"""What is watched, and how Vigie itself is."""

from __future__ import annotations

from bot.services import lookout
from bot.slack.blocks.parts import Card
from bot.slack.blocks.status import status_card, watches_card
from handlers.asked.question import Answer, Question


async def _watches(question: Question) -> Card:
    return watches_card(await lookout.status(question.services), question.voice)


async def _status(question: Question) -> Card:
    return status_card(await lookout.status(question.services), question.voice)


ANSWERS: dict[str, Answer] = {"watches": _watches, "status": _status}
