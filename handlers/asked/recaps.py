"""`/vigie summarise ID`: one conversation; in a thread, what that comes to."""

from __future__ import annotations

import re

from bot.errors import SlackError
from bot.services import recaps, wording
from bot.slack.blocks.parts import Card
from bot.slack.blocks.worded import with_words
from bot.slack.material import of_recap, of_talk
from bot.slack.recaps import recap_card, talk_card
from handlers.asked.conversations import PATIENCE
from handlers.asked.naming import ids_in
from handlers.asked.question import Answer, Question, answered
from handlers.recaps import unread_words

_UP = re.compile(r"^up\b\s*", re.IGNORECASE)
_THIS = frozenset({"this", "thread", "ce", "fil", "ceci", "ça"})
"""Of such words alone what is meant is where they are written."""


async def _summarise(question: Question) -> Card:
    services, voice = question.services, question.voice
    rest = _UP.sub("", question.rest)
    named = "" if _THIS.issuperset(rest.casefold().split()) else rest
    [id, *_] = ids_in(named) or [""]
    if id:
        recap = await recaps.of_conversation(services, id, PATIENCE, voice.zone)
        now = services.now()
        found = await wording.worded(services, of_recap(recap, voice, now))
        return with_words(recap_card(recap, voice, now), found, voice)
    if not question.thread:
        return answered(
            voice.say(
                "Which one? `/vigie summarise ID`; the ids are on the alerts and in `/vigie "
                "queue`. Of a thread: “Summarise” in the menu of any message, or mention @Vigie "
                "in it."
            )
        )
    return await _thread(question)


async def _thread(question: Question) -> Card:
    services, voice = question.services, question.voice
    try:
        talk = await recaps.of_thread(
            services, question.channel, question.thread, PATIENCE, voice.zone
        )
    except SlackError as error:
        return answered(unread_words(error, voice))
    now = services.now()
    found = await wording.worded(services, of_talk(talk, voice, now))
    return with_words(talk_card(talk, voice, now), found, voice)


ANSWERS: dict[str, Answer] = {"summarise": _summarise}
"""By its English word; `bot.slack.blocks.help` knows the others."""
