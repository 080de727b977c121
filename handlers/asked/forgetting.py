"""`/vigie forget AUTHOR`: what is held of who wrote, and the button that lets it go."""

from __future__ import annotations

from bot.services import forgetting
from bot.slack.blocks.forgetting import held_card
from bot.slack.blocks.parts import Card
from handlers.asked.question import Answer, Question, answered


async def _forget(question: Question) -> Card:
    services, voice = question.services, question.voice
    forgetting.check_may(services, question.by)
    if not question.named:
        usage = f"`/vigie {voice.say('forget @author')}`"
        return answered(voice.say("Write whom, as the source calls them: {usage}", usage=usage))
    held = await forgetting.held(services, question.named)
    return held_card(question.named, held.mentions, held.answers, voice)


ANSWERS: dict[str, Answer] = {"forget": _forget}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
