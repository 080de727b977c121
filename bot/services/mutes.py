"""Holding alerts back for a while, and telling what was held."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from msgspec.structs import replace

from bot.domain import mutes as domain
from bot.domain.alerts import Alert, Kind, Mute
from bot.domain.mention import Mention
from bot.domain.mutes import Scope, is_same, scope_of
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.domain.watch import Watch
from bot.errors import ConversationError
from bot.services import voices
from bot.services.base import Services
from bot.services.races import won
from bot.slack.blocks.mutes import lifted_note, set_note
from bot.store.base import Write
from bot.store.repositories import Kept

LISTED = timedelta(days=1)
"""For how long a mute that ended is still listed, with what it held."""

KEPT = timedelta(days=7)
"""For how long it is kept, for the digests."""


async def hold_back(
    services: Services, scope: Scope, by: str, length: timedelta, alert: str = ""
) -> Mute:
    """Hold back what is in `scope` for `length`; one that runs already ends then.

    The card of `alert` (where it was asked for) is drawn again, and its thread told. Raises
    UnknownWatch.
    """
    scope = await _as_known(services, scope)

    async def held() -> Mute:  # again where it held something meanwhile, and counted that
        set_, writes = await _set(services, scope, by, length)
        await services.records.commit([*writes, *await _shown(services, alert, set_)])
        return set_

    set_ = await won(held)
    services.wake.set()
    return set_


async def lift_scope(services: Services, scope: Scope, by: str, alert: str = "") -> Mute | None:
    """Let what is in `scope` through again; the mute that was lifted, or None where there was none.

    What is held by a wider or a narrower mute stays held. Raises UnknownWatch.
    """
    scope = await _as_known(services, scope)
    return await lift(services, _mute_of(scope, services.now(), by).id, by, alert)


async def lift_number(services: Services, number: int, by: str) -> Mute | None:
    """Lift the mute that is listed under a number. Raises ConversationError where two are."""
    found = [kept.value for kept in await _running(services) if kept.value.number == number]
    if len(found) > 1:
        raise ConversationError("Two mutes have this number; lift it by its words.")
    return await lift(services, found[0].id, by) if found else None


async def lift_from(services: Services, alert: str, by: str) -> Mute | None:
    """Let alerts like this one through again, and show so on its card: every mute is lifted that
    holds back its watch or its kind; the one that would have lasted longest, or None."""
    kept = await services.records.alerts.get(alert)
    if kept is None:
        return None
    watch, kind = kept.value.watch, kept.value.kind
    found = [
        mute.value
        for mute in await _running(services)
        if domain.fits(scope_of(mute.value), watch, kind, None)
    ]
    lifted = [await lift(services, mute.id, by, alert) for mute in found]
    return next((mute for mute in reversed(lifted) if mute), None)


async def lift(services: Services, id: str, by: str, alert: str = "") -> Mute | None:
    """End the mute with this id now; as it was until then, or None where it does not hold."""

    async def lifted() -> Mute | None:
        kept, now = await services.records.mutes.get(id), services.now()
        if kept is None or not kept.value.holds(now):
            return None
        ended = replace(kept.value, until=now, lifted=by)
        put = services.records.mutes.put(id, ended, kept.version)
        await services.records.commit([put, *await _shown(services, alert, ended)])
        services.wake.set()
        return kept.value

    return await won(lifted)


async def holding(
    services: Services, watch: Watch, kind: Kind, mention: Mention | None, now: datetime
) -> Kept[Mute] | None:
    """The mute that holds an alert of a watch back, if one does; a spike has no `mention`."""
    running = {kept.value.id: kept for kept in await _running(services, now)}
    mutes = [kept.value for kept in running.values()]
    found = domain.holding(mutes, watch.name, kind, mention, now)
    return running[found.id] if found else None


async def muted_until(services: Services, alert: Alert, now: datetime) -> datetime | None:
    """Until when nobody wants to hear of alerts like this one, if they are muted; that may be
    lifted earlier."""
    watch = services.watches.find(alert.watch)
    kept = await holding(services, watch, alert.kind, None, now) if watch else None
    return kept.value.until if kept else None


def held(services: Services, kept: Kept[Mute], n: int) -> Write:
    """The write by which a mute has held `n` more; for the commit that holds them, once a mute."""
    mute = replace(kept.value, held=kept.value.held + n)
    return services.records.mutes.put(mute.id, mute, kept.version)


async def running(services: Services) -> dict[str, Mute]:
    """The mutes of whole watches that hold now, by watch."""
    found = [kept.value for kept in await _running(services)]
    return {mute.watch: mute for mute in found if mute.id == mute.watch}


async def listed(services: Services) -> list[Mute]:
    """The mutes that hold now, by number; after them those that ended within a day, the last
    first."""
    now = services.now()
    found = await services.records.mutes.find({}, "until", since=now - LISTED)
    mutes = [kept.value for kept in found]
    hold = sorted((mute for mute in mutes if mute.holds(now)), key=lambda mute: mute.number)
    return [*hold, *reversed([mute for mute in mutes if not mute.holds(now)])]


async def forget(services: Services) -> int:
    """Drop the mutes that ended long ago; how many those were."""
    mutes = services.records.mutes
    found = await mutes.find({}, "until", before=services.now() - KEPT)
    if found:
        await services.records.commit([mutes.remove(kept.value.id, kept.version) for kept in found])
    return len(found)


async def _set(
    services: Services, scope: Scope, by: str, length: timedelta
) -> tuple[Mute, list[Write]]:
    """A mute in the place of the one of its scope. One that still holds goes on counting; one that
    ended is kept aside."""
    mutes, now = services.records.mutes, services.now()
    set_ = _mute_of(scope, now + length, by)
    before = await mutes.get(set_.id)
    if before and before.value.holds(now):
        went_on = replace(
            set_, held=before.value.held, number=before.value.number, since=before.value.since
        )
        return went_on, [mutes.put(set_.id, went_on, before.version)]
    taken = {kept.value.number for kept in await _running(services)}
    number = next(n for n in count(1) if n not in taken)
    set_ = replace(set_, number=number, since=now)
    writes: list[Write] = [mutes.put(set_.id, set_, before.version if before else 0)]
    if before:
        earlier = replace(before.value, earlier=True)
        writes.append(mutes.put(earlier.id, earlier))
    return set_, writes


async def _running(services: Services, now: datetime | None = None) -> list[Kept[Mute]]:
    """The mutes that hold, the one that ends first at the front."""
    at = now or services.now()
    found = await services.records.mutes.find({}, "until", since=at)
    return [kept for kept in found if kept.value.holds(at)]


async def _shown(services: Services, alert: str, mute: Mute) -> list[Write]:
    """The card on which it was asked for drawn again, and a line in its thread."""
    kept = await services.records.alerts.get(alert) if alert else None
    if kept is None:
        return []
    records, now, channel = services.records, services.now(), kept.value.channel
    words = (lifted_note if mute.lifted else set_note)(mute, voices.in_channel(services, channel))
    refresh = refresh_delivery(alert, channel, services.sequence(), now)
    note = note_delivery(alert, channel, words, services.sequence(), now)
    return [records.outbox.put(delivery.id, delivery, 0) for delivery in (refresh, note)]


async def _as_known(services: Services, scope: Scope) -> Scope:
    """The scope as the watch, and a mute that means the same, are written. Raises UnknownWatch."""
    if scope.watch:
        scope = replace(scope, watch=services.watches.named(scope.watch).name)
    running = [scope_of(kept.value) for kept in await _running(services)]
    return next((known for known in running if is_same(known, scope)), scope)


def _mute_of(scope: Scope, until: datetime, by: str) -> Mute:
    return Mute(
        watch=scope.watch,
        kind=scope.kind,
        author=scope.author,
        word=scope.word,
        until=until,
        by=by,
    )
