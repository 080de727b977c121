"""The manager's questions."""

from __future__ import annotations

from datetime import timedelta

from bot.services import reports, wording
from bot.slack.blocks.parts import Card
from bot.slack.blocks.summary import summary_card
from bot.slack.blocks.worded import with_words
from bot.slack.material import of_reports
from handlers.asked.periods import period_in
from handlers.asked.question import Answer, Question

DAY = timedelta(days=1)


async def _summary(question: Question) -> Card:
    watches = [watch.name for watch in question.services.watches.all]
    watch, length = period_in(question.words, watches)
    told = await reports.overview(question.services, watch, length or DAY)
    found = await wording.worded(question.services, of_reports(told.reports, question.voice))
    return with_words(summary_card(told, question.voice), found, question.voice)


ANSWERS: dict[str, Answer] = {"summary": _summary}
