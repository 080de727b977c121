"""What is kept of drills, and for how long."""

from __future__ import annotations

from bot.config.keeping import kept_since
from bot.domain.drills import only_scored
from bot.services.base import Services
from bot.services.practice import SHOWN_FOR
from bot.store.base import Write

AT_ONCE = 500


async def forget(services: Services) -> int:
    """Leave nothing of old drills but their scores, nothing of the oldest, and no drill that was
    made of what is forgotten; how many documents that were."""
    writes = [*await _aged(services), *await _empty(services)]
    for start in range(0, len(writes), AT_ONCE):
        await services.records.commit(writes[start : start + AT_ONCE])
    return len(writes)


async def _aged(services: Services) -> list[Write]:
    """One that did not end, as Vigie was not there, is scored first, by its timer."""
    now, drills = services.now(), services.records.drills
    oldest = kept_since(services.config.keep.drills, now)
    writes: list[Write] = []
    for kept in await drills.find({}, "began", before=now - SHOWN_FOR):
        drill = kept.value
        if oldest and drill.began < oldest:
            writes.append(drills.remove(drill.id, kept.version))
        elif drill.over and only_scored(drill) != drill:
            writes.append(drills.put(drill.id, only_scored(drill), kept.version))
            writes.append(services.records.checklists.remove(drill.id))
    return writes


async def _empty(services: Services) -> list[Write]:
    """Those of whose posts none is kept any more."""
    records = services.records
    writes: list[Write] = []
    for kept in await records.scripts.find({}, "made"):
        mentions = [await records.mentions.get(post.mention) for post in kept.value.script.posts]
        if not any(one and not one.value.deleted for one in mentions):
            writes.append(records.scripts.remove(kept.value.script.name, kept.version))
    return writes
