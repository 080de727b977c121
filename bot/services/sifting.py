"""What was brought to a watch: each post once, copies marked as such; and what is kept of it with
no poll behind it: history, and edits of what is known."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.domain.alerts import negative_reason
from bot.domain.levels import Limits
from bot.domain.mention import Mention
from bot.domain.pairs import Pair
from bot.domain.watch import Watch
from bot.services import alerting, copying, counting, erasing, knowing, levels
from bot.services.base import Services
from bot.services.knowing import Edit
from bot.services.races import won
from bot.services.volumes import NOTHING
from bot.store.base import Write

_AT_ONCE = 200
"""Mentions that are written down in one go, some 3 ms."""


class Sifted(NamedTuple):
    """New mentions, those whose post was edited, and the writes by which both are known again."""

    fresh: list[Mention]
    edits: list[Edit]
    writes: list[Write]


async def sifted(
    services: Services, watch: Watch, found: Sequence[Mention], *, silent: bool
) -> Sifted:
    """What was found, each post once, whatever it is called; `silent` where it is no news."""
    known = await knowing.sorted_out(services, found)
    folded = await copying.folded(services, watch, known.fresh, known.edits, silent=silent)
    return Sifted(folded.fresh, folded.edits, [*known.writes, *folded.writes])


async def kept(services: Services, found: Sifted) -> list[Write]:
    """The writes that keep it."""
    put = services.records.mentions.put
    writes: list[Write] = []
    for number, mention in enumerate(found.fresh):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)  # a flood of them would let nobody else have a turn
        writes.append(put(mention.id, mention, 0))
    writes += (put(edit.after.id, edit.after, edit.version) for edit in found.edits)
    return [*writes, *found.writes]


def turned(edits: Sequence[Edit], limits: Limits, now: datetime) -> list[Mention]:
    """The mentions that an edit made negative."""
    return [edit.after for edit in edits if _has_turned(edit, limits, now)]


async def keep_history(
    services: Services, watch: Watch, source: str, found: Sequence[Mention]
) -> int:
    """Keep what was not polled but brought along, silently; the number of new mentions.

    Each is counted at its own time; no source is held to have been read. Raises Conflict where
    another worker keeps for the same watch again and again.
    """
    pair = Pair(watch=watch.name, source=source)

    async def attempt() -> int:
        known = await sifted(services, watch, found, silent=True)
        days = await counting.volumes(
            services, watch, known.fresh, pair, complete=True, reach=counting.BROUGHT_ALONG
        )
        writes = [*await kept(services, known), *counting.kept_days(services, days)]
        await services.records.commit(writes)
        return len(known.fresh)

    return await won(attempt)


async def keep_edits(services: Services, watch: Watch, found: Sequence[Mention]) -> int:
    """Keep known mentions as their posts are now, show them so, and tell of those that an edit
    turned into complaints; how many were edited. Raises Conflict as `keep_history` does."""
    now = services.now()

    async def attempt() -> int:
        edits = (await knowing.sorted_out(services, found)).edits
        if not edits:
            return 0
        after, limits = [edit.after for edit in edits], await levels.limits(services, watch)
        writes = [
            *await kept(services, Sifted([], edits, [])),
            *await alerting.about(services, watch, [], turned(edits, limits, now), NOTHING, now),
            *await erasing.redraw_all(services, after, now),
        ]
        await services.records.commit(writes)
        services.wake.set()
        return len(edits)

    return await won(attempt)


def _has_turned(edit: Edit, limits: Limits, now: datetime) -> bool:
    before, after = (
        negative_reason(mention, limits.for_mention(mention).score, now)
        for mention in (edit.before, edit.after)
    )
    return before is None and after is not None
