"""`/vigie playbook`: what there is for whom, and one of them whole."""

from __future__ import annotations

from bot.domain.playbooks import phrases_of
from bot.services import playbooks
from bot.slack.blocks.parts import Card
from bot.slack.blocks.playbook import playbook_card, playbooks_card
from handlers.asked.question import Answer, Question


async def _playbook(question: Question) -> Card:
    services, voice = question.services, question.voice
    if not question.named:
        return playbooks_card(playbooks.listed(services, voice.language), voice)
    found = playbooks.named(services, question.named, voice.language)
    phrases = phrases_of(services.config.playbooks, found.name)
    me = await services.slack.name_of(question.by)
    return playbook_card(found, phrases, (voice.language,), me, voice)


ANSWERS: dict[str, Answer] = {"playbook": _playbook}
"""By its English word; `bot.slack.blocks.help` knows the French ones."""
