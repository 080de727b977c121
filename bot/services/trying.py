"""Trying a watch out on the posts that are kept, before it is one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta

from bot.config import check_watch
from bot.config.file import WatchConfig
from bot.config_reader import Faults
from bot.domain.mention import Mention
from bot.domain.query import parse
from bot.domain.trials import Tally, Trial
from bot.domain.watch import Watch
from bot.services.base import Services

PERIOD = timedelta(days=14)

PATIENCE = 1.8
"""Seconds that may be looked for: Slack waits three for an answer."""

PAGE = 800
"""Mentions that are read and looked at in one go, in some milliseconds of a thread."""

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


async def try_out(
    services: Services,
    written: WatchConfig,
    *,
    patience: float = PATIENCE,
    monotonic: Callable[[], float] = time.monotonic,
) -> Trial:
    """What a watch would have matched of the posts of the last `PERIOD` that any watch did, the
    newest first, as far back as `patience` (seconds) reaches.

    Raises QueryError where its query cannot be read.
    """
    tally = Tally(_watch(services, written), services.config.accounts)
    until = monotonic() + patience
    now = services.now()
    reached, oldest = now + _SECOND, now - PERIOD
    while reached > oldest:
        since = max(reached - _DAY, oldest)
        async for mentions in _kept_between(services, since, reached):
            await asyncio.to_thread(tally.look, mentions)
            if monotonic() > until:
                return tally.result(reached, whole=False)
        reached = since
    return tally.result(reached, whole=True)


async def _kept_between(
    services: Services, since: datetime, before: datetime
) -> AsyncIterator[Sequence[Mention]]:
    """The mentions of all watches in a time, in pages."""
    names = {watch.name for watch in (*services.config.watches, *services.watches.all)}
    for name in sorted(names):
        await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        async for mentions in _of_watch(services, name, since, before):
            yield mentions


async def _of_watch(
    services: Services, name: str, since: datetime, before: datetime
) -> AsyncIterator[Sequence[Mention]]:
    """Those of one watch; a time that holds more than a page is halved."""
    repository, equal = services.records.mentions, {"watch": name}
    times = [(since, before)]
    while times:
        since, before = times.pop()
        count = await repository.count(equal, "at", since=since, before=before)
        if count > PAGE and before - since > _SECOND:
            middle = since + max(_SECOND, (before - since) // 2 // _SECOND * _SECOND)
            times += [(since, middle), (middle, before)]
        elif count:
            found = await repository.find(equal, "at", since=since, before=before)
            yield [kept.value for kept in found]


def _watch(services: Services, written: WatchConfig) -> Watch:
    """The watch, whatever else may be wrong with it."""
    parse(written.query)
    config = services.config
    watch = check_watch(
        written, config.known_sources, Faults(), off=config.off_sources, noise=config.noise
    )
    if watch is None:
        raise AssertionError("a query that can be read makes a watch")
    return watch
