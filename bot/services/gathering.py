"""What a digest tells, gathered from what is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Mute
from bot.domain.digests import Digest, Scope
from bot.domain.judgements import Proposal
from bot.domain.questions import Asked
from bot.domain.reports import shares_of
from bot.domain.watch import Watch
from bot.services import answering, asking, judgements, reports
from bot.services.base import Services
from bot.store.base import Write


class Gathered(NamedTuple):
    """A digest, and the writes that keep what it proposes."""

    digest: Digest
    writes: list[Write]


async def gather(services: Services, scope: Scope, since: datetime) -> Gathered:
    """What happened from `since` until now, as far as `scope` asks for it. A person's own leaves
    out what a whole team decides: mutes, precision and proposals."""
    now = services.now()
    watches = [watch for watch in services.watches.all if watch.name in scope.watches]
    flagged = await answering.flagged_since(
        services, since - (now - since), scope.watches, scope.holds
    )
    counts = partial(scope.holds_mention, severe={one.id for one in flagged})
    told = tuple([await reports.report(services, watch, now - since, counts) for watch in watches])
    responses, before = answering.taken(flagged, since, now)
    digest = Digest(
        scope=scope,
        since=since,
        until=now,
        reports=told,
        shares=shares_of(told) if scope.everything else None,
        waiting=await answering.waiting(services, scope.holds),
        responses=responses,
        responses_before=before,
        gained=await reports.gained(services, scope.watches, since),
    )
    if scope.personal:
        return Gathered(digest, [])
    return await _with_the_teams(services, digest, watches)


async def _with_the_teams(services: Services, digest: Digest, watches: Sequence[Watch]) -> Gathered:
    """The digest with what only a whole team is told."""
    proposals: list[Proposal] = []
    writes: list[Write] = []
    for watch in watches:
        proposal, kept = await judgements.proposed(services, watch)
        proposals += [proposal] if proposal else []
        writes += kept
    asked, drawn = await _asked(services, watches)
    told = replace(
        digest,
        held=await _held(services, digest.scope.watches, digest.since),
        precisions=tuple(await judgements.precisions(services, watches)),
        misses=tuple(await judgements.misses(services, watches)),
        asked=tuple(asked),
        proposals=tuple(proposals),
    )
    return Gathered(told, [*writes, *drawn])


async def _asked(
    services: Services, watches: Sequence[Watch]
) -> tuple[list[Asked], Sequence[Write]]:
    """The questions of the day that nobody has answered, with the writes that keep new ones."""
    drawn = [await asking.of_today(services, watch) for watch in watches if not watch.paused]
    asked = [
        one
        for found in drawn
        for one in await asking.with_posts(services, found.questions)
        if one.judgement is None
    ]
    return asked, [write for found in drawn for write in found.writes]


async def _held(services: Services, watches: Collection[str], since: datetime) -> tuple[Mute, ...]:
    """The mutes that held something back, and held at some time since then."""
    found = await services.records.mutes.find({}, "until", since=since)
    mutes = [kept.value for kept in found if kept.value.held]
    return tuple(mute for mute in mutes if not mute.watch or mute.watch in watches)
