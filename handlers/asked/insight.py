"""`/vigie insight ID`: one insight as it stands."""

from __future__ import annotations

from bot.services import insightcards, insights
from bot.slack.blocks.parts import Card
from handlers.asked.question import Answer, Question, answered


async def _insight(question: Question) -> Card:
    if not question.rest:
        words = question.voice.say("Which one? `/vigie insight ID`; `/vigie insights` lists them.")
        return answered(words)
    kept = await insights.find(question.services, question.rest)
    return await insightcards.card_for(question.services, kept.value, question.voice)


ANSWERS: dict[str, Answer] = {"insight": _insight}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
