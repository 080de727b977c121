"""New mentions that say what another of their watch said, folded into that one with a count."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, negative_reason
from bot.domain.copies import WITHIN, Sketch, Told, is_copy, sketches, told
from bot.domain.levels import Limits
from bot.domain.mention import Mention
from bot.domain.watch import Watch
from bot.services import levels
from bot.services.base import Services
from bot.services.knowing import Edit
from bot.services.prints import Heard, Sheet
from bot.services.raising import redrawn
from bot.store.base import Write
from bot.store.repositories import Kept

_FEW = 20
"""Texts that are sketched on the event loop; more of them go to a thread."""


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
    heard = await services.prints.of(services.records, watch.name, services.now())
    says = [told(mention.post) for mention in fresh]
    drawn = sketches(says) if len(says) <= _FEW else await asyncio.to_thread(sketches, says)
    limits = await levels.limits(services, watch)
    desk = _Desk(services, limits, heard, edits, room=len(fresh), silent=silent)
    for mention, says_it, sketch in zip(fresh, says, drawn, strict=True):
        await desk.take(mention, says_it, sketch)
    return await desk.outcome(watch)


class _Desk:
    """Where the new mentions of a poll are told from copies, one after the other."""

    def __init__(
        self,
        services: Services,
        limits: Limits,
        heard: Heard,
        edits: Sequence[Edit],
        *,
        room: int,
        silent: bool,
    ) -> None:
        self._services = services
        self._limits = limits
        self._heard = heard
        self._silent = silent
        self._now = services.now()
        self._sheet = Sheet(room)
        self._fresh: dict[str, Mention] = {}
        self._edits = {edit.after.id: edit for edit in edits}
        self._firsts: dict[str, Kept[Mention]] = {}
        self._copied: set[str] = set()

    async def take(self, mention: Mention, says: Told, sketch: Sketch | None) -> None:
        """Give a mention its place: a copy of one that is known, or one that others may copy."""
        self._fresh[mention.id] = mention
        if sketch is None:
            return
        if first := await self._first_of(mention, says, sketch):
            self._fresh[mention.id] = replace(mention, copy_of=first.id)
            self._gain(first, mention)
        else:
            self._sheet.add(mention.id, sketch)

    async def outcome(self, watch: Watch) -> Folded:
        records = self._services.records
        writes: list[Write] = [
            records.mentions.put(id, self._firsts[id].value, self._firsts[id].version)
            for id in self._copied & self._firsts.keys()
        ]
        if self._sheet.mentions:
            prints = self._sheet.prints(watch.name, self._now)
            writes.append(records.prints.put(prints.mentions[0], prints, 0))
        writes += await self._shown()
        return Folded(list(self._fresh.values()), list(self._edits.values()), writes)

    async def _first_of(self, mention: Mention, says: Told, sketch: Sketch) -> Mention | None:
        """What a mention is a copy of, and need not be told beside."""
        is_news = self._is_news(mention)
        for id in (*self._sheet.like(sketch), *self._heard.like(sketch)):
            first = await self._known(id)
            if first is None or first.deleted or abs(mention.at - first.at) > WITHIN:
                continue
            if is_copy(says, told(first.post)) and not (
                is_news and not await self._was_told(first)
            ):
                return first
        return None

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
