"""Asking the team about a few posts a day that were not flagged."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.domain.questions import OPEN_FOR, PERIOD, Asked, Question, drawn
from bot.domain.watch import Watch
from bot.errors import Conflict
from bot.services import judgements, levels
from bot.services.base import Services
from bot.services.turns import in_turns
from bot.store.base import Write

KEPT = timedelta(days=35)
"""How long a question is kept: an answer of its last day counts for four weeks more."""

LOOKED_AT = 60
"""Questions, the newest first, among which the unanswered ones are looked for."""


class Drawn(NamedTuple):
    """The questions of a watch's day, and the writes that keep them where they are new."""

    questions: Sequence[Question]
    writes: Sequence[Write]


async def ask(services: Services) -> None:
    """Draw the questions of the day where they are not drawn yet; to be run every hour or so."""
    async for watch in in_turns(services.watches.polled):
        _, writes = await of_today(services, watch)
        try:
            if writes:
                await services.records.commit(writes)
        except Conflict:
            continue  # another worker drew the same


async def forget(services: Services) -> int:
    """Drop the questions that are shown no more, once their answers count no more; how many."""
    questions = services.records.questions
    found = await questions.find({}, "at", before=services.now() - KEPT)
    if found:
        await services.records.commit([questions.remove(kept.value.mention) for kept in found])
    return len(found)


async def of_today(services: Services, watch: Watch) -> Drawn:
    """The questions of the day; none may be written where they are kept already, or where there
    is nothing to ask about: of a watch that is only counted nothing can be missed."""
    now, most = services.now(), services.config.learning.ask
    if not most or not watch.tells_negative:
        return Drawn((), ())
    day = _day(services, now)
    asked = await _asked_lately(services, watch, now)
    if today := [one for one in asked if one.day == day.isoformat()]:
        return Drawn(today, ())
    found = await services.records.mentions.find({"watch": watch.name}, "at", since=now - PERIOD)
    is_own = services.config.is_own
    mentions = (kept.value for kept in found if not is_own(kept.value.post))
    known = await _known(services, watch, asked)
    limits = await levels.limits(services, watch)
    made = await asyncio.to_thread(drawn, mentions, limits, known, most, day, now)
    put = services.records.questions.put
    return Drawn(made, [put(one.mention, one, 0) for one in made])


async def unanswered(services: Services) -> list[Asked]:
    """The newest questions that nobody has answered yet, those of all watches in turn."""
    found = await services.records.questions.find(
        {}, "at", since=services.now() - OPEN_FOR, newest_first=True, limit=LOOKED_AT
    )
    asked = await with_posts(
        services, (one.value for one in found if _is_asked_about(services, one.value.watch))
    )
    turns: Counter[str] = Counter()
    ordered: list[tuple[int, Asked]] = []
    for one in asked:
        if one.judgement is None:
            turns[one.question.watch] += 1
            ordered.append((turns[one.question.watch], one))
    return [one for _, one in sorted(ordered, key=lambda turn: turn[0])]


def _is_asked_about(services: Services, name: str) -> bool:
    """Whether there is a watch of this name now of which anything can be missed."""
    watch = services.watches.find(name)
    return watch is not None and watch.name == name and not watch.paused and watch.tells_negative


async def with_posts(services: Services, questions: Iterable[Question]) -> list[Asked]:
    """The questions with what they are about; those whose post is kept no more are left out."""
    records = services.records
    found: list[Asked] = []
    for question in questions:
        mention = await records.mentions.get(question.mention)
        word = await records.judgements.get(question.mention)
        if mention:
            found.append(
                Asked(
                    question=question,
                    mention=mention.value,
                    judgement=word.value if word else None,
                )
            )
    return found


async def _asked_lately(services: Services, watch: Watch, now: datetime) -> list[Question]:
    found = await services.records.questions.find(
        {"watch": watch.name}, "at", since=now - OPEN_FOR, newest_first=True
    )
    return [kept.value for kept in found]


async def _known(services: Services, watch: Watch, asked: Iterable[Question]) -> set[str]:
    """The ids of what was told of, judged, or asked about before."""
    told = await judgements.told_of(services, watch.name)
    judged = await judgements.of_watch(services, watch.name)
    return {*told, *judged, *(one.mention for one in asked)}


def _day(services: Services, now: datetime) -> date:
    return now.astimezone(services.config.timezone).date()
