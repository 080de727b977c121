"""The manager's questions."""

from __future__ import annotations

from datetime import timedelta

from bot.services import reports
from bot.slack.blocks.parts import Card
from bot.slack.blocks.summary import summary_card
from handlers.asked.periods import period_in
from handlers.asked.question import Answer, Question

DAY = timedelta(days=1)


async def _summary(question: Question) -> Card:
    watches = [watch.name for watch in question.services.watches.all]
    watch, length = period_in(question.words, watches)
    report = await reports.summary(question.services, watch, length or DAY)
    return summary_card(report, question.voice)


ANSWERS: dict[str, Answer] = {"summary": _summary}
