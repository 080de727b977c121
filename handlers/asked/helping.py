"""`/vigie` and `/vigie help`."""

from __future__ import annotations

from bot.services import conversations
from bot.slack.blocks.help import help_card
from bot.slack.blocks.parts import Card
from handlers.asked.question import Answer, Question


async def _help(question: Question) -> Card:
    services = question.services
    return help_card(
        mine=await conversations.how_many(services, assignee=question.by),
        waiting=await conversations.how_many(services, ("new",)),
        admin=question.by in services.config.slack.admins,
        example=services.watches.all[0].name if services.watches.all else "",
        voice=question.voice,
    )


ANSWERS: dict[str, Answer] = {"help": _help}
