"""How negative the posts of a watch usually are: reckoned once a day, and asked for its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.analysis.feelings import felt_all
from bot.domain.analysis.reading import Reading
from bot.domain.folding import Wording, full_text
from bot.domain.levels import MEMORY, Levels, Limits, levels_of
from bot.domain.matching import Matcher
from bot.domain.mention import Mention, Sentiment
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.turns import in_turns
from bot.store.repositories import Repository

MOST = 5_000
"""Posts of a watch that its levels are made of, the newest."""

SLICE = 200
"""Posts that are read anew without a pause, in some 20 ms of a thread."""

_DAY = timedelta(days=1)


async def limits(services: Services, watch: Watch) -> Limits:
    """What a watch flags at this moment."""
    return await limits_by(services.records.levels, watch)


async def limits_by(levels: Repository[Levels], watch: Watch) -> Limits:
    """The same, by the levels that are kept here."""
    kept = await levels.get(watch.name)
    return Limits(watch, kept.value if kept else None)


async def refresh(services: Services) -> None:
    """Make the levels anew that are a day old, that another model read, or that are of another
    query; to be run often, and when there is another model."""
    reading, now = services.reading, services.now()
    async for watch in in_turns(services.watches.all):
        kept = await services.records.levels.get(watch.name)
        if kept is None or _is_stale(kept.value, watch, reading, now):
            await measure(services, watch)


async def measure(services: Services, watch: Watch) -> None:
    """Make the levels of a watch from what is kept now."""
    made = await _made(services, watch, services.reading, services.now())
    if made.posts:
        await services.records.commit([services.records.levels.put(watch.name, made)])


def _is_stale(levels: Levels, watch: Watch, reading: Reading, now: datetime) -> bool:
    """Whether they are of another day, whichever way the clock went, or of what is no more."""
    made_so = (levels.query, levels.models) == (str(watch.query), _versions(reading))
    return abs(now - levels.at) >= _DAY or not made_so


def _versions(reading: Reading) -> dict[str, int]:
    return {language: model.version for language, model in reading.learnt.items()}


async def _made(services: Services, watch: Watch, reading: Reading, now: datetime) -> Levels:
    found = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=now - MEMORY, newest_first=True, limit=MOST
    )
    others = [kept.value for kept in found if not services.config.is_own(kept.value.post)]
    matcher = Matcher((watch,))
    mentions: list[Mention] = []
    felt: list[tuple[str, Sentiment]] = []
    for start in range(0, len(others), SLICE):
        part = await asyncio.to_thread(_matching, matcher, others[start : start + SLICE])
        mentions += part
        felt += await asyncio.to_thread(_felt, part, reading)
    made = await asyncio.to_thread(levels_of, watch.name, felt, _days(mentions, now), now)
    return replace(made, query=str(watch.query), models=_versions(reading))


def _matching(matcher: Matcher, mentions: Sequence[Mention]) -> list[Mention]:
    """Those that the watch would find today: its query may have been another."""
    return [one for one in mentions if matcher.matching(Wording.of(one.post))]


def _days(mentions: Sequence[Mention], now: datetime) -> float:
    oldest = min((mention.at for mention in mentions), default=now)
    return max(now - oldest, _DAY) / _DAY


def _felt(mentions: Sequence[Mention], reading: Reading) -> list[tuple[str, Sentiment]]:
    """How posts feel to those who read today: most were read so when they came."""
    now = [one.analysis.sentiment if _is_read_so(one, reading) else None for one in mentions]
    past = [place for place, sentiment in enumerate(now) if sentiment is None]
    texts = [full_text(mentions[place].post) for place in past]
    anew = felt_all(texts, [mentions[place].analysis.language for place in past], reading)
    for place, sentiment in zip(past, anew, strict=True):
        now[place] = sentiment
    return [
        (mention.analysis.language, sentiment)
        for mention, sentiment in zip(mentions, now, strict=True)
        if sentiment
    ]


def _is_read_so(mention: Mention, reading: Reading) -> bool:
    """Whether a post would be read today as it was. What a model learnt may be an earlier one's;
    an engine of somebody else's stands by what it said."""
    sentiment = mention.analysis.sentiment
    match sentiment.engine if sentiment else "":
        case "" | "vader" | "learnt":
            return False
        case "rules":
            return mention.analysis.language not in reading.learnt
        case _:
            return True
