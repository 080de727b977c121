"""`/vigie trend` and `/vigie compare`: pictures of how it goes, and the same in words."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from functools import partial

from bot.domain.shares import Compared
from bot.domain.trends import Trend
from bot.domain.watch import Watch
from bot.errors import ConversationError
from bot.i18n import Voice
from bot.pictures.compare import MOST, compare_alt, compare_svg, compare_title
from bot.pictures.trend import trend_alt, trend_svg, trend_title
from bot.services import replaying, trends
from bot.slack.blocks.parts import Card
from bot.slack.blocks.trend import about_plain, compare_card, trend_card
from handlers.asked.periods import period_in
from handlers.asked.pictures import Drawing, shown
from handlers.asked.question import Answer, Question, answered
from handlers.asked.several import several_in

PATIENCE = 60.0
"""Seconds that may be worked on a trend: less than one is usual."""


async def _trend(question: Question) -> Card:
    services, voice = question.services, question.voice
    watches = services.watches.all
    named, length = period_in(question.words, [watch.name for watch in watches])
    if not named and len(watches) != 1:
        return answered(voice.say("Which watch? `/vigie trend WATCH 30d`."))
    watch = services.watches.named(named) if named else watches[0]
    place = trends.Place(
        voice.zone, services.config.alerts.all_clear_after, services.config.timezone.key
    )
    found = await trends.trend(
        services.records,
        watch,
        _checked(length or trends.LENGTH),
        services.now(),
        place,
        go_on=partial(replaying.in_time, time.monotonic() + PATIENCE),
        reckon=services.reckon,
    )
    if found is None:
        return answered(voice.say("⏱ That took too long. Ask again for fewer days."))
    picture = await asyncio.to_thread(_trend_drawn, found, voice)
    return trend_card(found, await shown(question, picture), voice)


async def _compare(question: Question) -> Card:
    services, voice = question.services, question.voice
    known = services.watches.all
    named, length = several_in(question.words, [watch.name for watch in known])
    watches = [services.watches.named(name) for name in named] or list(known)
    found = await trends.compared(
        services.records,
        _few(watches),
        _checked(length or trends.LENGTH),
        services.now(),
        voice.zone,
    )
    if not found.total:
        return answered(voice.say("Nothing was said in this time."))
    picture = await asyncio.to_thread(_compare_drawn, found, services.now(), voice)
    return compare_card(found, await shown(question, picture), voice)


def _few(watches: list[Watch]) -> list[Watch]:
    if not 2 <= len(watches) <= MOST:
        raise ConversationError(
            "Name two to {most} watches to compare: `/vigie compare A B 30d`.", most=MOST
        )
    return watches


def _checked(length: timedelta) -> timedelta:
    if not timedelta(hours=12) <= length <= trends.LONGEST:
        raise ConversationError(
            "A trend is of 12 hours at least, and of {most} days at most.",
            most=trends.LONGEST.days,
        )
    return length


def _trend_drawn(found: Trend, voice: Voice) -> Drawing:
    naming = partial(about_plain, voice=voice)
    return Drawing(
        filename=_file(found.until, voice),
        svg=trend_svg(found, naming, voice),
        title=trend_title(found, voice),
        alt=trend_alt(found, naming, voice),
    )


def _compare_drawn(found: Compared, now: datetime, voice: Voice) -> Drawing:
    return Drawing(
        filename=_file(now, voice),
        svg=compare_svg(found, voice),
        title=compare_title(found, voice),
        alt=compare_alt(found, voice),
    )


def _file(now: datetime, voice: Voice) -> str:
    return f"vigie-{now.astimezone(voice.zone).date().isoformat()}.png"


ANSWERS: dict[str, Answer] = {"trend": _trend, "compare": _compare}
"""By their English words; `bot.slack.blocks.help` knows the French ones."""
