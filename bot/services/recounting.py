"""The past of a watch counted again after its query was narrowed: what it does not match any more
was none of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from bot.domain.folding import Wording
from bot.domain.mention import Mention
from bot.domain.volume import DayVolume, slot_of, uncounted
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.races import won

A_DAY = timedelta(days=1)


async def recount(services: Services, watch: Watch) -> None:
    """Take what the query does not match off the days that were counted by a wider one.

    A day at a time, each in one commit that says by which query it is counted: whoever comes
    second finds nothing to do. Raises Conflict where a day is being changed all the time.
    """
    for kept in await services.records.volumes.find({"watch": watch.name}, "day"):
        await won(partial(_recount, services, watch, kept.value.day))


async def _recount(services: Services, watch: Watch, day: str) -> None:
    volumes, id = services.records.volumes, f"{watch.name}\n{day}"
    kept = await volumes.get(id)
    if kept is None or kept.value.query == str(watch.query):
        return
    since = datetime.combine(date.fromisoformat(day), time(), UTC)
    found = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=since, before=since + A_DAY
    )
    held = [one.value for one in found]
    after = await asyncio.to_thread(_narrowed, watch, kept.value, held)
    await services.records.commit([volumes.put(id, after, kept.version)])


def _narrowed(watch: Watch, day: DayVolume, mentions: Sequence[Mention]) -> DayVolume:
    known = [mention for mention in mentions if not mention.deleted]
    gone = [m for m in known if not watch.query.matches(Wording.of(m.post))]
    slots = Counter(slot_of(mention.at)[1] for mention in gone)
    sources = Counter(mention.post.source for mention in gone)
    return uncounted(day, slots, sources, str(watch.query))
