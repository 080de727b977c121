"""What many ask for, proposed by itself: looked for soon after a post that asks, told once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from bot.domain.alike import Usual
from bot.domain.conversation import VIGIE
from bot.domain.demands import LANGUAGES, asks
from bot.domain.excerpt import shorten
from bot.domain.fields import full_text
from bot.domain.identity import author_key
from bot.domain.insights import LONGEST_TITLE, Insight, Voiced, begun, voiced_by
from bot.domain.mention import Mention
from bot.domain.outcries import (
    LIVE,
    Asking,
    Outcry,
    Rule,
    asked_already,
    askings,
    is_to_be_told,
    is_to_be_told_again,
    outcries,
    usual_of,
)
from bot.domain.timers import timer_id
from bot.domain.watch import Watch
from bot.services import insightcards, insights, insightteams, timers, voices
from bot.services.apart import apart
from bot.services.base import Services
from bot.services.demands import kept_insights, lately
from bot.services.timers import Look
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

SOON = timedelta(minutes=1)
"""After a post that asks for something it is looked who else does, or after …"""

POLLS = 15
"""… so many polls where they are quicker …"""

BUSY = 2_000
"""… or after a minute for every so many mentions a day: a look reads a week of them."""

LATEST = timedelta(minutes=15)

AT_ONCE = 2
"""Cards that one look raises; what is left waits for the next."""

NEXT = timedelta(hours=1)


class _Known(NamedTuple):
    """An insight of a watch, with the mentions that voice it."""

    kept: Kept[Insight]
    voiced: frozenset[str]
    authors: frozenset[str]


class _Found(NamedTuple):
    """What people ask for of late, and what is said of the brand anyway."""

    outcries: list[Outcry]
    usual: Usual


async def heard(
    services: Services, watch: Watch, fresh: Sequence[Mention], now: datetime
) -> list[Write]:
    """The write by which it is looked soon who asks for what new mentions ask for: none where they
    ask for nothing, or a look is due already."""
    if not services.config.insights.people:
        return []
    texts = [full_text(one.post) for one in fresh if _may_count(services, one, now)]
    brand = watch.query.words()
    # In a thread: the first look reads the lists, and a poll may bring thousands.
    if not texts or not await asyncio.to_thread(_some_ask, texts, brand):
        return []
    timer = await services.records.timers.get(timer_id("demand", watch.name))
    if timer and timer.value.due > now:
        return []  # one that is due may be looked at just now, without these: it is set anew
    a_day = await services.records.mentions.count(
        {"watch": watch.name}, "at", since=now - timedelta(days=1)
    )
    fastest = min(source.every for source in services.config.sources)
    pause = min(LATEST, max(min(SOON, POLLS * fastest), SOON * a_day / BUSY))
    return [timers.set_timer(services, "demand", watch.name, now + pause)]


def _some_ask(texts: Sequence[str], brand_words: Sequence[str]) -> bool:
    return any(asks(text, brand_words) for text in texts)


def _may_count(services: Services, mention: Mention, now: datetime) -> bool:
    if mention.copy_of or mention.at < now - LIVE or services.config.is_own(mention.post):
        return False
    return mention.analysis.language in LANGUAGES


async def look(services: Services, subject: str, now: datetime) -> Look:
    """Who asks for the same, in a watch: for what is an insight already they voice it, and what
    enough people ask for is proposed. All of it can be seen in what is kept, so that a look that
    was cut short is made again."""
    watch, settings = services.watches.find(subject), services.config.insights
    if watch is None or not settings.people:
        return Look()
    rule = Rule(people=settings.people, within=settings.days)
    mentions = await lately(services, watch, now - settings.days)
    brand = watch.query.words()
    found = await apart(partial(_found, mentions, brand), "demands")
    every = await kept_insights(services, now)
    known = await _known(services, [one for one in every if one.value.watch == watch.name])
    writes, left = await _settled(services, found, known, now)
    new = [one for one in left if is_to_be_told(one, rule, now)]
    if new:
        others = await _known(services, [one for one in every if one.value.watch != watch.name])
        new = [one for one in new if not _is_told_elsewhere(one, others)]
    raised = [one for outcry in new[:AT_ONCE] if (one := await _raised(services, outcry, now))]
    for insight, voiced in raised:
        writes += insights.begin_writes(services, insight, voiced, now)
    again = now + NEXT if len(new) > AT_ONCE else None
    return Look(writes, again, partial(_logged, [insight for insight, _ in raised]))


def _logged(proposed: Sequence[Insight]) -> None:
    for one in proposed:
        log.info("an insight is proposed", insight=one.id, people=one.told, team=one.team)


def _found(mentions: Sequence[Mention], brand_words: Sequence[str]) -> _Found:
    asking = askings(mentions, brand_words)
    return _Found(outcries(asking), usual_of(mentions, brand_words))


async def _known(services: Services, found: Sequence[Kept[Insight]]) -> list[_Known]:
    """Insights with what voices them."""
    known = []
    for kept in found:
        voiced = await insightcards.voiced(services, kept.value.id)
        authors = frozenset(voice.author for voice in voiced)
        known.append(_Known(kept, frozenset(voice.mention for voice in voiced), authors))
    return known


def _is_told_elsewhere(outcry: Outcry, others: Sequence[_Known]) -> bool:
    """Whether it was told of another watch, which the same posts match: most of these people ask
    for the same there."""
    authors = _authors(outcry.mentions)
    return any(
        2 * len(authors & other.authors) > len(authors)
        and not outcry.terms.keys().isdisjoint(other.kept.value.words)
        for other in others
    )


def _authors(mentions: Sequence[Mention]) -> frozenset[str]:
    return frozenset(author_key(one.post.source, one.post.author) for one in mentions) - {""}


async def _settled(
    services: Services, found: _Found, known: Sequence[_Known], now: datetime
) -> tuple[list[Write], list[Outcry]]:
    """The writes by which what is asked for already is voiced by more, and what nobody knows."""
    by_id = {one.kept.value.id: one for one in known}
    held = [(one.kept.value, one.voiced) for one in known]
    more: dict[str, list[Mention]] = {}
    left = []
    for outcry in found.outcries:
        insight = asked_already(outcry, held, found.usual)
        if insight is None:
            left.append(outcry)
        else:
            heir = _heir(insight, by_id)
            more.setdefault(heir.id, []).extend(outcry.mentions)
    writes: list[Write] = []
    for id, mentions in more.items():
        writes += await _voiced(services, by_id[id], mentions, now)
    return writes, left


def _heir(insight: Insight, by_id: Mapping[str, _Known]) -> Insight:
    """What took an insight over, or it itself; what took each other over in a ring is left."""
    seen = {insight.id}
    while insight.same in by_id and insight.same not in seen:
        insight = by_id[insight.same].kept.value
        seen.add(insight.id)
    return insight


async def _voiced(
    services: Services, known: _Known, mentions: Sequence[Mention], now: datetime
) -> list[Write]:
    """The writes by which more voice an insight; said again where three times as many do. What was
    said to be none stays so, and what has shipped is asked for no more by those who came later."""
    insight = known.kept.value
    new = [one for one in mentions if one.id not in known.voiced and _is_meant(insight, one)]
    if not new:
        return []
    people = insight.people + len(_authors(new) - known.authors)
    if not is_to_be_told_again(insight, people):
        return await insights.added_writes(services, known.kept, new, now)
    voice = voices.in_channel(services, insight.channel)
    ring = voice.say("By now {people} people ask for it.", people=voice.number(people))
    told = Kept(replace(insight, told=people), known.kept.version)
    return await insights.added_writes(services, told, new, now, ring=ring)


def _is_meant(insight: Insight, mention: Mention) -> bool:
    if insight.state == "dismissed":
        return False
    return insight.shipped is None or mention.at < insight.shipped


async def _raised(
    services: Services, outcry: Outcry, now: datetime
) -> tuple[Insight, list[Voiced]] | None:
    """The insight that is proposed to the team that it concerns, and what voices it; None where one
    began with this very post, too long ago to be known."""
    themes = outcry.themes
    place = insightteams.routed(services, _begun(outcry, outcry.best(), now), themes)
    language = voices.in_channel(services, place.channel).language
    insight = _begun(outcry, outcry.best(language), now)
    if await services.records.insights.get(insight.id):
        return None
    routed = insightteams.routed(services, insight, themes)
    return routed, [voiced_by(routed.id, mention) for mention in outcry.mentions]


def _begun(outcry: Outcry, best: Asking, now: datetime) -> Insight:
    title = shorten(best.demand.sentence, LONGEST_TITLE)
    insight = begun(best.mention, title, outcry.kind, now, theme=outcry.theme_of(best))
    return replace(
        insight, by=VIGIE, titled=best.mention.id, words=outcry.words, told=outcry.people
    )
