"""What is told, and what is held back."""

from __future__ import annotations

from datetime import timedelta

from bot.services import mutes
from bot.slack.blocks.parts import Card, local_time
from bot.slack.mrkdwn import escape, name
from handlers.asked.question import Answer, Question, answered

MUTED = timedelta(hours=4)


async def _mute(question: Question) -> Card:
    watch, length = question.period(MUTED)
    set_ = await mutes.mute(question.services, watch, question.by, length)
    return answered(
        question.voice.say(
            "🔕 {watch} is muted until {time}. Mentions are still kept; "
            "`/vigie unmute {written}` lets alerts through again.",
            watch=name(set_.watch),
            time=local_time(set_.until),
            written=escape(set_.watch),
        )
    )


async def _unmute(question: Question) -> Card:
    voice = question.voice
    lifted = await mutes.unmute(question.services, question.words, question.by)
    if lifted is None:
        return answered(voice.say("{watch} was not muted.", watch=name(question.words)))
    return answered(
        voice.plural(
            "🔔 {watch} speaks again; {n} alert was held back.",
            "🔔 {watch} speaks again; {n} alerts were held back.",
            lifted.held,
            watch=name(lifted.watch),
        )
    )


ANSWERS: dict[str, Answer] = {"mute": _mute, "unmute": _unmute}
