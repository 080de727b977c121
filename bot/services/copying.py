"""New mentions that say what another of their watch said, folded into that one with a count."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, negative_reason
from bot.domain.copies import WITHIN, Sketches, Told, is_copy, near, sketches, told
from bot.domain.levels import Limits
from bot.domain.mention import Mention, Post
from bot.domain.watch import Watch
from bot.services import levels
from bot.services.base import Services
from bot.services.knowing import Edit
from bot.services.prints import prints_of
from bot.services.raising import redrawn
from bot.store.base import Write
from bot.store.repositories import Kept

CANDIDATES = 3
"""Of those that may say the same so many are looked at, the likest."""

_FEW = 20
"""Mentions that are looked at without a pause; more are looked at in a thread first."""


class Folded(NamedTuple):
    """New mentions, those that are copies marked as such; the edited ones, as they are with what
    they gained; and the writes that keep what else was gained, and show it."""

    fresh: list[Mention]
    edits: list[Edit]
    writes: list[Write]


async def folded(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    edits: Sequence[Edit],
    *,
    silent: bool = False,
) -> Folded:
    """Each new mention held against what its watch heard in the last two weeks, and against the
    others of its poll.

    A copy is kept and counted as any mention, and is not told of again: what it says was told, or
    at least seen, with the first. Where that was not told of (it came with a history, it was too
    old) and the copy is to be, the copy stands for itself, unless all this is `silent`.
    """
    if not fresh:
        return Folded([], list(edits), [])
    now = services.now()
    heard = await services.prints.of(services.records, watch.name, now)
    # Both as they are now: a poll at another source may add to what was heard, and forget of it.
    ids = [*heard.mentions, *(mention.id for mention in fresh)]
    look = partial(_looked_at, heard.sketches, [mention.post for mention in fresh])
    looks = look() if len(fresh) <= _FEW else await asyncio.to_thread(look)
    desk = _Desk(services, await levels.limits(services, watch), edits, silent=silent)
    leading: list[int] = []
    for number, (mention, says, places) in enumerate(zip(fresh, *looks[:2], strict=True)):
        if number % _FEW == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        if await desk.take(mention, says, [ids[place] for place in places]):
            leading.append(number)
    writes = await desk.writes()
    if leading:
        left = [fresh[number].id for number in leading]
        prints = prints_of(watch.name, now, left, looks.rows[leading])
        writes.append(services.records.prints.put(left[0], prints, 0))
    return Folded(desk.fresh, desk.edits, writes)


class _Looks(NamedTuple):
    """What each new post says, the places of those that may say the same, and their sketches."""

    says: list[Told]
    places: list[list[int]]
    rows: Sketches


def _looked_at(known: Sketches, posts: Sequence[Post]) -> _Looks:
    says = [told(post) for post in posts]
    rows = sketches(says)
    return _Looks(says, near(known, rows, CANDIDATES), rows)


class _Desk:
    """Where the new mentions of a poll are told from copies, one after the other."""

    def __init__(
        self, services: Services, limits: Limits, edits: Sequence[Edit], *, silent: bool
    ) -> None:
        self._services = services
        self._limits = limits
        self._silent = silent
        self._now = services.now()
        self._fresh: dict[str, Mention] = {}
        self._edits = {edit.after.id: edit for edit in edits}
        self._firsts: dict[str, Kept[Mention]] = {}
        self._copied: set[str] = set()
        self._says: dict[str, Told] = {}

    @property
    def fresh(self) -> list[Mention]:
        """The new mentions, as they are after all that were taken."""
        return list(self._fresh.values())

    @property
    def edits(self) -> list[Edit]:
        """The edited ones, likewise."""
        return list(self._edits.values())

    async def take(self, mention: Mention, says: Told, like: Sequence[str]) -> bool:
        """Give a mention its place; whether it is one that others may copy, and not a copy of one
        of those that it may be `like`."""
        self._fresh[mention.id] = mention
        self._says[mention.id] = says
        first = await self._first_of(mention, says, like)
        if first is None:
            return bool(says.words)
        self._fresh[mention.id] = replace(mention, copy_of=first.id)
        self._gain(first, mention)
        return False

    async def writes(self) -> list[Write]:
        """The writes that keep the known ones that were copied, and show them."""
        put = self._services.records.mentions.put
        copied = [self._firsts[id] for id in self._copied if id in self._firsts]
        kept: list[Write] = [put(one.value.id, one.value, one.version) for one in copied]
        return [*kept, *await self._shown()]

    async def _first_of(self, mention: Mention, says: Told, like: Sequence[str]) -> Mention | None:
        """What a mention is a copy of, and need not be told beside."""
        if not like:
            return None
        for first in await self._leading(like):
            if not _may_lead(first, mention) or not self._is_said(says, first):
                continue
            if not self._is_news(mention) or await self._was_told(first):
                return first
        return None

    async def _leading(self, like: Sequence[str]) -> list[Mention]:
        """Some mentions, each once; of a copy, what it is a copy of."""
        found = [await self._known(id) for id in like]
        firsts = [await self._known(one.copy_of) if one and one.copy_of else one for one in found]
        return list({first.id: first for first in firsts if first}.values())

    def _is_said(self, says: Told, first: Mention) -> bool:
        if first.id not in self._says:
            self._says[first.id] = told(first.post)
        return is_copy(says, self._says[first.id])

    async def _known(self, id: str) -> Mention | None:
        """A mention as it is after what was taken so far."""
        if fresh := self._fresh.get(id):
            return fresh
        if edit := self._edits.get(id):
            return edit.after
        if id not in self._firsts:
            kept = await self._services.records.mentions.get(id)
            if kept is None:
                return None
            self._firsts[id] = kept
        return self._firsts[id].value

    def _gain(self, first: Mention, copy: Mention) -> None:
        """Count a copy with the first."""
        id, reach = first.id, first.shared + copy.analysis.reach
        gained = replace(first, copies=first.copies + 1, shared=reach)
        self._copied.add(id)
        if id in self._fresh:
            self._fresh[id] = gained
        elif id in self._edits:
            self._edits[id] = self._edits[id]._replace(after=gained)
        else:
            self._firsts[id] = Kept(gained, self._firsts[id].version)

    def _is_news(self, mention: Mention) -> bool:
        """Whether a mention is to be told of as negative."""
        if self._silent or self._services.config.is_own(mention.post):
            return False
        limit = self._limits.for_mention(mention).score
        return negative_reason(mention, limit, self._now) is not None

    async def _was_told(self, first: Mention) -> bool:
        """Whether a mention was told of, or is with this poll; or was held back with a reason."""
        if first.id in self._fresh:
            return self._is_news(first)
        conversations = self._services.records.conversations
        return await conversations.get(first.conversation) is not None

    async def _shown(self) -> list[Write]:
        """The cards drawn again on which what was copied stands."""
        records = self._services.records
        alerts: dict[str, Alert] = {}
        for id in self._copied - self._fresh.keys():
            first = await self._known(id)
            kept = await records.conversations.get(first.conversation) if first else None
            alert = await records.alerts.get(kept.value.alert) if kept else None
            if alert:
                alerts[alert.value.id] = alert.value
        return [await redrawn(self._services, alert, self._now) for alert in alerts.values()]


def _may_lead(first: Mention, mention: Mention) -> bool:
    gone = first.deleted or first.copy_of
    return not gone and abs(mention.at - first.at) <= WITHIN
