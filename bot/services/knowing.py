"""Which of the mentions that were found are new, and which are known, under whatever name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.identity import (
    conversation_id,
    id_of_mention,
    is_another,
    mention_id,
    page_key,
    thread_key,
    told_apart,
)
from bot.domain.known import Alias
from bot.domain.mention import Mention
from bot.services.base import Services
from bot.store.base import Write
from bot.store.repositories import Kept

AT_ONCE = 100
"""Mentions that are asked for in one go, below 1 ms."""

_IDS_OF_PUBLISHERS = frozenset({"feed", "gdelt", "webhook", ""})
"""Kinds whose ids are what a publisher makes of them: they change, and come again. Elsewhere a
server gives a post its id once and for all. What is no source (a file) is one of these."""


class Edit(NamedTuple):
    """A known mention whose post was edited; `version` is that of what is kept."""

    before: Mention
    after: Mention
    version: int


class Sorted(NamedTuple):
    """The mentions never seen before, those whose post was edited since, and the writes by which
    all are known again by their pages."""

    fresh: list[Mention]
    edits: list[Edit]
    writes: list[Write]


async def sorted_out(services: Services, found: Sequence[Mention]) -> Sorted:
    """What was found, held against what is known: one or two reads a mention."""
    kinds = {source.name: source.kind for source in services.config.sources}
    desk = _Desk(services)
    for number, mention in enumerate(found):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        if kinds.get(mention.post.source, "") in _IDS_OF_PUBLISHERS:
            await desk.take_by_page(mention)
        else:
            await desk.take(mention)
    return Sorted(desk.fresh, desk.edits, desk.writes)


async def known_by(services: Services, watch: str, source: str, post: str) -> Kept[Mention] | None:
    """The mention that a watch has of a post, by any id that its source gave it."""
    records, id = services.records, id_of_mention(watch, source, post)
    if kept := await records.mentions.get(id):
        return kept
    alias = await records.aliases.get(id)
    return await records.mentions.get(alias.value.mention) if alias else None


class _Desk:
    """Where the mentions of one poll are held against what is known, one after the other."""

    def __init__(self, services: Services) -> None:
        self.fresh: list[Mention] = []
        self.edits: list[Edit] = []
        self.writes: list[Write] = []
        self._records = services.records
        self._met: dict[str, str] = {}
        """The mentions of this poll by the key of their page."""

    async def take(self, mention: Mention) -> None:
        """A mention of a post whose id is its own for ever."""
        if kept := await self._records.mentions.get(mention.id):
            self._note(kept, mention)
        else:
            self.fresh.append(mention)

    async def take_by_page(self, mention: Mention) -> None:
        """A mention of a post that may be known by its page, or by another id."""
        kept = await self._records.mentions.get(mention.id)
        if kept and not kept.value.deleted and is_another(kept.value.post, mention.post):
            mention = _apart(mention)
            kept = await self._records.mentions.get(mention.id)
        key = page_key(mention.watch, mention.post)
        if key in self._met:
            self._alias(mention.id, self._met[key], mention)
            return
        kept = kept or await self._by_alias(mention, key)
        if kept is None:
            self.fresh.append(mention)
            self._meet(key, mention.id, mention)
            return
        self._note(kept, mention)
        if kept.value.id != mention.id or _is_renamed(kept.value, mention):
            self._meet(key, kept.value.id, mention)

    async def _by_alias(self, mention: Mention, key: str) -> Kept[Mention] | None:
        """What is known by the id that this post has now, or by its page."""
        for name in filter(None, (mention.id, key)):
            alias = await self._records.aliases.get(name)
            kept = await self._records.mentions.get(alias.value.mention) if alias else None
            if kept is None:
                continue
            if name == key:
                self._alias(mention.id, kept.value.id, mention)
            return kept
        return None

    def _note(self, kept: Kept[Mention], mention: Mention) -> None:
        """Keep what was edited; what its author took back stays so, whoever still shows it."""
        known, post = kept.value, mention.post
        if known.deleted or (known.post.text, known.post.title) == (post.text, post.title):
            return
        self.edits.append(Edit(known, edited(known, mention), kept.version))

    def _meet(self, key: str, id: str, mention: Mention) -> None:
        if key:
            self._met[key] = id
            self._alias(key, id, mention)

    def _alias(self, name: str, id: str, mention: Mention) -> None:
        if name != id:
            alias = Alias(mention=id, at=mention.at)
            self.writes.append(self._records.aliases.put(name, alias))


def edited(known: Mention, mention: Mention) -> Mention:
    """A known mention with the post as it is now, and what is read in it."""
    return replace(known, post=mention.post, analysis=mention.analysis)


def _is_renamed(known: Mention, mention: Mention) -> bool:
    return (known.post.title, known.post.url) != (mention.post.title, mention.post.url)


def _apart(mention: Mention) -> Mention:
    """The mention of a post that took over another's id."""
    post = told_apart(mention.post)
    return replace(
        mention,
        id=mention_id(mention.watch, post),
        conversation=conversation_id(mention.watch, post.source, thread_key(post)),
        post=post,
    )
