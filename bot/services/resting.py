"""What a source asked for is kept over a restart by all who poll it.

Who is to leave which host alone is in memory; of the pairs, only the one that was told keeps it.
Its account is that of all the watches of its source: after a restart none of them asks too soon.
"""

from __future__ import annotations

from contextlib import suppress

import structlog

from bot.domain.pairs import asked_to_rest, rested
from bot.errors import StoreError
from bot.services.base import Services
from bot.services.turns import in_turns

log = structlog.get_logger(__name__)


async def keep_to_rests(services: Services) -> int:
    """Let each watch keep to the rests that its sources asked others for; how many do that did not.
    To be called at the start."""
    pairs = [
        kept
        async for watch in in_turns(services.watches.polled)
        for kept in await services.records.pairs.find({"watch": watch.name}, "source")
    ]
    until = asked_to_rest((kept.value for kept in pairs), services.now())
    told = 0
    for kept in pairs:
        wanted = until.get(kept.value.source)
        if wanted and (kept.value.rest_until is None or kept.value.rest_until < wanted):
            after = rested(kept.value, wanted)
            with suppress(StoreError):  # another worker does the same, or the disk is full
                await services.records.commit(
                    [services.records.pairs.put(after.id, after, kept.version)]
                )
            told += 1
    if told:
        log.info("rests are kept to", pairs=told, sources=len(until))
    return told
