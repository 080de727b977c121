"""`/vigie insights`: what people ask for, ranked, with the picture of its way, and as a file."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.domain.folding import fold
from bot.domain.ranking import Ranking
from bot.domain.teams import named
from bot.errors import ConversationError, SlackError, TokenRefused
from bot.i18n import Voice
from bot.pictures.circuit import circuit_alt, circuit_svg
from bot.services import exporting, ranking
from bot.slack.blocks.insightlist import ranking_card, ranking_title
from bot.slack.blocks.parts import Card
from handlers.asked.periods import period_in
from handlers.asked.pictures import Drawing, shown
from handlers.asked.question import Answer, Question, answered

log = structlog.get_logger(__name__)

_AS_A_FILE = frozenset({"csv", "export", "exporter", "file", "fichier"})


async def _insights(question: Question) -> Card:
    services, voice = question.services, question.voice
    words = question.words.split()
    as_file = any(fold(word) in _AS_A_FILE for word in words)
    if as_file:
        exporting.check_may(services, question.by)
    line = " ".join(word for word in words if fold(word) not in _AS_A_FILE)
    teams = services.config.teams
    written, length = period_in(line, [team.name for team in teams])
    team = named(written, teams) if written else None
    if written and team is None:
        raise ConversationError(
            "There is no team “{name}”. There are: {teams}.",
            name="".join(letter for letter in written if letter.isalnum() or letter == " ")[:40],
            teams=voice.listed(one.name for one in teams) if teams else voice.say("none"),
        )
    found = await ranking.ranked(
        services.records,
        team.name if team else "",
        _checked(length or ranking.LENGTH),
        services.now(),
    )
    if as_file:
        return await _sent(question, found)
    if not found.rows:
        return ranking_card(found, "", voice)
    picture = await asyncio.to_thread(_drawn, found, voice)
    return ranking_card(found, await shown(question, picture), voice)


async def _sent(question: Question, found: Ranking) -> Card:
    voice = question.voice
    try:
        rows = await ranking.send_file(question.services, question.by, found, voice)
    except TokenRefused as error:
        log.warning("insights were not uploaded", reason=error.code)
        return answered(
            voice.say(
                "There is no file: Vigie’s app lacks a right. Whoever runs it pastes the manifest "
                "again and reinstalls the app."
            )
        )
    except SlackError as error:
        log.warning("insights were not uploaded", reason=error.code or str(error))
        return answered(
            voice.say("There is no file: Slack did not take it. Ask again for another try.")
        )
    if not rows:
        return answered(voice.say("Nothing is kept of that time: there is no file."))
    return answered(
        voice.plural(
            "📄 {n} insight, in a file in your messages with Vigie.",
            "📄 {n} insights, in a file in your messages with Vigie.",
            rows,
        )
    )


def _checked(length: timedelta) -> timedelta:
    if not timedelta(days=1) <= length <= ranking.LONGEST:
        raise ConversationError(
            "Insights are ranked over one day at least, and {most} days at most.",
            most=ranking.LONGEST.days,
        )
    return length


def _drawn(found: Ranking, voice: Voice) -> Drawing:
    title = ranking_title(found, voice)
    day = found.until.astimezone(voice.zone).date().isoformat()
    return Drawing(
        filename=f"vigie-insights-{day}.png",
        svg=circuit_svg(found, title, voice),
        title=title,
        alt=circuit_alt(found, title, voice),
    )


ANSWERS: dict[str, Answer] = {"insights": _insights}
"""By its English word; `bot.slack.blocks.help` knows the French ones."""
