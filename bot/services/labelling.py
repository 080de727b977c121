"""Labels: what people said of posts that are still kept, and the stream that these came from."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from bot.domain.folding import fold, full_text
from bot.domain.judgements import Judgement
from bot.domain.labels import Label
from bot.domain.lesson import Lesson, weights
from bot.domain.mention import Mention
from bot.services import levels
from bot.services.base import Services
from bot.store.repositories import Repository

MOST = 2_000
"""Labels of a language, the newest: what a team says in a year, learnt in a minute or so."""

LOOKED_AT = 10_000
"""Judgements among which they are found, the newest."""

STREAM = 5_000
"""Posts of a language that are looked at beside them."""

RECENT = timedelta(days=28)
"""How old these may be."""

_AT_ONCE = 100
"""Mentions that are asked for in one go, below 1 ms."""


class Shelves(Protocol):
    """Where it is looked up: `bot.store.repositories.Records` is such."""

    @property
    def judgements(self) -> Repository[Judgement]: ...
    @property
    def mentions(self) -> Repository[Mention]: ...
    @property
    def lessons(self) -> Repository[Lesson]: ...


class Said(NamedTuple):
    """What somebody said of the mood of a post that is still kept."""

    mention: Mention
    judgement: Judgement

    @property
    def negative(self) -> bool:
        return self.judgement.verdict == "right"


class Material(NamedTuple):
    """What a language is learnt from: labels, and posts that nobody judged."""

    labels: tuple[Label, ...]
    stream: tuple[str, ...]


async def said(shelves: Shelves, lessons: Iterable[Lesson]) -> dict[str, list[Said]]:
    """The judgements that count, by language, newest first.

    "Not about us" says nothing of a mood; a post that is not kept any more, or whose mood nothing
    read, is no label; of posts that say the same the last word counts; and what was said before a
    language was begun anew is past.
    """
    begun = {lesson.language: lesson.since for lesson in lessons}
    found: dict[str, list[Said]] = defaultdict(list)
    known: set[tuple[str, str]] = set()
    judgements = await shelves.judgements.find({}, "at", newest_first=True, limit=LOOKED_AT)
    for number, kept in enumerate(judgements):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        one = await _said(shelves, kept.value)
        if one is None or _is_past(one, begun):
            continue
        language = one.mention.analysis.language
        words = (language, fold(full_text(one.mention.post)))
        if words not in known and len(found[language]) < MOST:
            known.add(words)
            found[language].append(one)
    return dict(found)


async def material(services: Services, language: str, judged: Sequence[Said]) -> Material:
    """What is learnt from: the judged posts, weighed by how likely it was to be asked about them,
    and others of the watches that they belong to."""
    watches = sorted({one.mention.watch for one in judged})
    recent = await _recent(services, language, watches)
    share = sum(flagged for _, flagged in recent) / len(recent) if recent else 0.5
    weighed = weights([one.judgement.flagged for one in judged], share)
    labels = tuple(
        Label(
            mention=one.mention.id,
            text=full_text(one.mention.post),
            language=language,
            negative=one.negative,
            weight=weight,
        )
        for one, weight in zip(judged, weighed, strict=True)
    )
    texts = dict.fromkeys(full_text(mention.post) for mention, _ in recent)
    taught = {label.text for label in labels}
    return Material(labels, tuple(text for text in texts if text not in taught))


async def are_labels(shelves: Shelves, ids: Iterable[str]) -> bool:
    """Whether what was said of all these mentions still tells of a mood, however old it is."""
    for number, id in enumerate(ids):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
        kept = await shelves.judgements.get(id)
        if kept is None or await _said(shelves, kept.value) is None:
            return False
    return True


async def _said(shelves: Shelves, judgement: Judgement) -> Said | None:
    if judgement.verdict == "not_about_us":
        return None
    kept = await shelves.mentions.get(judgement.mention)
    if kept is None or kept.value.deleted or kept.value.analysis.sentiment is None:
        return None
    return Said(kept.value, judgement)


def _is_past(one: Said, begun: Mapping[str, datetime | None]) -> bool:
    since = begun.get(one.mention.analysis.language)
    return since is not None and one.judgement.at <= since


async def _recent(
    services: Services, language: str, watches: Sequence[str]
) -> list[tuple[Mention, bool]]:
    """Recent mentions of these watches in a language, each with whether it would be flagged today;
    the brand's own posts are none."""
    since, each = services.now() - RECENT, -(-STREAM // max(len(watches), 1))
    found: list[tuple[Mention, bool]] = []
    for watch in filter(None, map(services.watches.find, watches)):
        kept = await services.records.mentions.find(
            {"watch": watch.name}, "at", since=since, newest_first=True, limit=each
        )
        limits = await levels.limits(services, watch)
        found += [
            (one.value, limits.flags(one.value))
            for one in kept
            if one.value.analysis.language == language
            and not one.value.deleted
            and not services.config.is_own(one.value.post)
        ]
    return found
