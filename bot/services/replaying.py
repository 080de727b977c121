"""Looking again at what was counted of a watch: when it would have rung."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from msgspec.structs import replace

from bot.domain.about import About, about
from bot.domain.histories import as_they_stood
from bot.domain.mention import Mention
from bot.domain.replay import Replay, Ring, replay, to_the_end
from bot.domain.rings import HOUR
from bot.domain.volume import slot_start
from bot.domain.watch import Watch
from bot.errors import WatchError
from bot.phrases import phrase
from bot.services import volumes
from bot.services.base import Services
from bot.services.reckoning import Reckon
from bot.services.volumes import MEMORY, days_of, pairs_of
from bot.store.repositories import Repository

LENGTH = timedelta(days=28)
"""What is looked back on where nobody says how long."""

LONGEST = timedelta(days=31)
"""What is looked back on in Slack at most; some seconds of a thread."""

PATIENCE = 60.0
"""Seconds that may be looked back for: some are usual."""

SENSITIVITIES = (7.0, 30.0, 90.0)
"""Days; those that are held against each other where nobody names any."""

USUAL = timedelta(hours=48)
"""How far before an hour its themes are held against what is usual."""

POSTS = 2_000
"""Mentions of an hour and the days before it among which its themes are looked for."""

_DAY = timedelta(days=1)


class Shelves(volumes.Shelves, Protocol):
    """Where it is looked up: `bot.store.repositories.Records` is such."""

    @property
    def mentions(self) -> Repository[Mention]: ...


async def replayed(
    records: Shelves,
    watch: Watch,
    since: datetime,
    until: datetime,
    sensitivities: Sequence[float],
    all_clear_after: timedelta,
    *,
    zone: str,
    cool_down: timedelta = timedelta(),
    go_on: Callable[[float], bool] = to_the_end,
    reckon: Reckon = asyncio.to_thread,
) -> Replay | None:
    """What would have rung for a watch from `since` to `until`, which is not to come; the hours
    of the day are those of `zone`, and the rest is as `bot.domain.replay.replay` has it. Worked out
    by `reckon`, where `go_on` is called. None where that said no. Raises WatchError where
    nothing was counted in that time."""
    known_from = since - MEMORY
    days = await days_of(records, watch.name, known_from, until)
    pairs = await pairs_of(records, watch)
    stages = as_they_stood(days, pairs, watch.sources, known_from, (since, until))
    if not stages:
        raise WatchError(phrase("Nothing was counted of that watch in that time."))
    *earlier, history = (replace(known, zone=zone) for known in stages)
    return await reckon(
        replay,
        history,
        since,
        until,
        sensitivities,
        all_clear_after,
        cool_down=cool_down,
        earlier=earlier,
        go_on=go_on,
    )


async def looked_back(
    services: Services,
    watch: Watch,
    sensitivities: Sequence[float],
    length: timedelta = LENGTH,
    *,
    patience: float,
) -> Replay | None:
    """The same up to now, of a Vigie at work; None where it takes longer than `patience`
    (seconds). What was asked in the same quarter of an hour is not looked at again."""
    asked = (watch.name, tuple(sorted(set(sensitivities))), length, slot_start(services.now()))
    known = services.replays.get(asked)
    if known is not None:
        return known
    now = services.now()
    found = await replayed(
        services.records,
        watch,
        now - length,
        now,
        sensitivities,
        services.config.alerts.all_clear_after,
        zone=services.config.timezone.key,
        cool_down=services.config.alerts.cool_down,
        go_on=partial(in_time, time.monotonic() + patience),
        reckon=services.reckon,
    )
    if found is not None:
        services.replays.keep(asked, found)
    return found


def in_time(until: float, _: float) -> bool:
    """Whether a replay goes on that has until a time (of `time.monotonic`, which all processes of
    a machine share)."""
    return time.monotonic() < until


def own_sensitivity(watch: Watch) -> float:
    """How rare (in days) the watch has it that a spike must be."""
    return watch.spike_once_in / _DAY


async def abouts(records: Shelves, watch: Watch, rings: Sequence[Ring]) -> Mapping[datetime, About]:
    """What the hours of some rings were about, by their beginning; those of which no mention is
    kept are left out."""
    found: dict[datetime, About] = {}
    for began in sorted({ring.began for ring in rings}):
        kept = await records.mentions.find(
            {"watch": watch.name},
            "at",
            since=began - USUAL,
            before=began + HOUR,
            newest_first=True,
            limit=POSTS,
        )
        mentions = [one.value for one in reversed(kept)]
        hour = [mention for mention in mentions if mention.at >= began]
        if hour:
            before = [mention for mention in mentions if mention.at < began]
            words = watch.query.words()
            found[began] = await asyncio.to_thread(about, hour, before, brand_words=words)
    return found
