"""What the team teaches."""

from __future__ import annotations

from bot.services import learning, watching
from bot.slack.blocks.learning import learning_card
from bot.slack.blocks.parts import Card
from handlers.asked.question import Answer, Question


async def _learning(question: Question) -> Card:
    services = question.services
    progress = await learning.progress(services.records, services.config.languages)
    return learning_card(progress, watching.is_admin(services, question.by), question.voice)


ANSWERS: dict[str, Answer] = {"learning": _learning}
"""`/vigie learning`."""
