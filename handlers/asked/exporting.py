"""`/vigie export`: the mentions as a file, for who asked alone."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.errors import ConversationError, SlackError, TokenRefused
from bot.services import exporting
from bot.slack.blocks.export import export_card
from bot.slack.blocks.parts import Card
from handlers.asked.periods import period_in
from handlers.asked.question import Answer, Question, answered

log = structlog.get_logger(__name__)


async def _export(question: Question) -> Card:
    services, voice = question.services, question.voice
    exporting.check_may(services, question.by)
    named, length = period_in(question.words, [watch.name for watch in services.watches.all])
    watches = [services.watches.named(named)] if named else services.watches.all
    length = _checked(length or exporting.LENGTH)
    try:
        written = await exporting.export_to(services, question.by, watches, length, voice)
    except TokenRefused as error:
        log.warning("an export was not uploaded", reason=error.code)
        return answered(
            voice.say(
                "There is no file: Vigie’s app lacks a right. Whoever runs it pastes the manifest "
                "again and reinstalls the app."
            )
        )
    except SlackError as error:
        log.warning("an export was not uploaded", reason=error.code or str(error))
        return answered(
            voice.say("There is no file: Slack did not take it. Ask again for another try.")
        )
    return export_card(written.rows, written.left_out, str(voice.zone), voice)


def _checked(length: timedelta) -> timedelta:
    if not timedelta(hours=1) <= length <= exporting.LONGEST:
        raise ConversationError(
            "An export reaches back one hour at least, and {most} days at most.",
            most=exporting.LONGEST.days,
        )
    return length


ANSWERS: dict[str, Answer] = {"export": _export}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
