"""`/vigie drill`: a crisis rehearsed in a channel of its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.drills import SPEEDS
from bot.domain.folding import fold
from bot.errors import ConversationError
from bot.i18n import Voice
from bot.pictures.drills import Held, drills_alt, drills_svg, drills_title, held
from bot.services import drills, remaking, scripts
from bot.slack.blocks.drilllist import begun_card, ended_card, list_card, made_card
from bot.slack.blocks.drillscore import results_card
from bot.slack.blocks.parts import Card
from bot.slack.mrkdwn import unescape
from handlers.asked.pictures import Drawing, shown
from handlers.asked.question import Answer, Question

_CHANNEL = re.compile(r"(?:\b(?:in|dans|en)\s+)?(?:<#([A-Z0-9]+)(?:\|[^>]*)?>|#([\w\-]+))", re.I)
_SPEED = re.compile(r"(?<!\S)(?:[x×]\s?(\d{1,3})|(\d{1,3})\s?[x×])(?!\S)", re.I)

SLOWEST = SPEEDS[0]


async def _drill(question: Question) -> Card:
    """What follows says what is done; without a word all that there are."""
    word, rest = question.split()
    deed = _WORDS.get(fold(word))
    if deed is None and word:
        raise ConversationError(
            "`/vigie drill` takes `list`, `start NAME in #practice 5x`, `stop`, `results`, and "
            "`from ID`."
        )
    return await (deed or _list)(replace(question, rest=rest))


async def _list(question: Question) -> Card:
    found = [*scripts.shipped(question.voice.language)]
    own = [kept.script for kept in await scripts.made(question.services)]
    return list_card(found, own, question.voice)


async def _start(question: Question) -> Card:
    services = question.services
    drills.check_may(services, question.by)
    rest, channel = await _channel_in(question)
    written, speed = _speed_in(rest)
    drill = await drills.start(services, question.by, written, channel, speed)
    return begun_card(drill, question.voice)


async def _stop(question: Question) -> Card:
    _, channel = await _channel_in(question)
    return ended_card(await drills.stop(question.services, question.by, channel), question.voice)


async def _results(question: Question) -> Card:
    _, channel = await _channel_in(question)
    voice = question.voice
    found = await drills.results(question.services, channel)
    where = ""
    if len(found) > 1:
        where = await shown(question, await asyncio.to_thread(_drawn, held(found), voice))
    return results_card(found, where, voice)


def _drawn(drills: Sequence[Held], voice: Voice) -> Drawing:
    return Drawing(
        filename="vigie-drills.png",
        svg=drills_svg(drills, voice),
        title=drills_title(drills, voice),
        alt=drills_alt(drills, voice),
    )


async def _from(question: Question) -> Card:
    """A drill of what happened once: `from ID`, and how it is to be called."""
    id, name = question.split()
    kept = await remaking.remake(question.services, question.by, id, unescape(name))
    return made_card(kept.script, question.voice)


async def _channel_in(question: Question) -> tuple[str, str]:
    """The rest without the channel, and the channel that is meant (`#practice`): that in which it
    was typed where none is named."""
    rest = question.rest
    found = _CHANNEL.search(rest)
    if found is None:
        return rest, await question.services.slack.channel_called(question.channel)
    left = f"{rest[: found.start()]} {rest[found.end() :]}".strip()
    if found[1]:
        return left, await question.services.slack.channel_called(found[1])
    return left, f"#{found[2]}"


def _speed_in(rest: str) -> tuple[str, int]:
    """The rest without the speed, and the speed: that of life where none is named."""
    found = _SPEED.search(rest)
    written = unescape(_SPEED.sub(" ", rest)).strip(" “”\"«»'\u00a0")
    return " ".join(written.split()), int(found[1] or found[2]) if found else SLOWEST


_DEEDS: Mapping[Callable[[Question], Awaitable[Card]], tuple[str, ...]] = {
    _start: ("start", "begin", "lancer", "commencer", "démarrer"),
    _stop: ("stop", "end", "arrêter", "fin", "terminer"),
    _list: ("list", "liste"),
    _results: ("results", "result", "résultats", "résultat", "scores"),
    _from: ("from", "depuis", "de"),
}

_WORDS = {fold(word): deed for deed, words in _DEEDS.items() for word in words}

ANSWERS: dict[str, Answer] = {"drill": _drill}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
