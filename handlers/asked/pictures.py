"""A picture that belongs to an answer: where it goes, and what is said where it cannot."""

from __future__ import annotations

from typing import NamedTuple

import structlog

from bot.errors import SlackError, TokenRefused
from bot.pictures.png import png
from bot.slack.pictures import Picture
from handlers.asked.question import Question

log = structlog.get_logger(__name__)


class Drawing(NamedTuple):
    """A picture as it is drawn: its `svg`, what it is called, and what it shows in words."""

    filename: str
    svg: str
    title: str
    alt: str


async def shown(question: Question, drawing: Drawing) -> str:
    """Upload it to where the answer is seen: into the thread, or to who asks alone; where it is,
    or why it is not, in words."""
    services, voice = question.services, question.voice
    content = await services.reckon(png, drawing.svg)
    picture = Picture(
        filename=drawing.filename, content=content, title=drawing.title, alt=drawing.alt
    )
    place = question.channel if question.thread else question.by
    try:
        await services.slack.upload(place, picture, question.thread or None)
    except TokenRefused as error:
        log.warning("a picture was not uploaded", reason=error.code)
        return voice.say(
            "There is no picture: Vigie’s app lacks a right. Whoever runs it pastes the manifest "
            "again and reinstalls the app."
        )
    except SlackError as error:
        log.warning("a picture was not uploaded", reason=error.code or str(error))
        return voice.say("There is no picture: Slack did not take it. Ask again for another try.")
    if question.thread:
        return voice.say("📈 The picture is in this thread.")
    return voice.say("📈 The picture is in your messages with Vigie.")
