"""`/vigie tour`: the first steps, again."""

from __future__ import annotations

from bot.services import tours
from bot.slack.blocks.parts import Card
from bot.slack.blocks.tour import page_card
from handlers.asked.question import Answer, Question

FIRST = 1


async def _tour(question: Question) -> Card:
    await tours.show(question.services, question.by, FIRST)
    return page_card(FIRST, question.voice)


ANSWERS: dict[str, Answer] = {"tour": _tour}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
