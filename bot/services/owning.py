"""Putting an insight right: what it is called, whose it is, or that another asks for the same."""

from __future__ import annotations

from datetime import datetime

import structlog
from msgspec.structs import replace

from bot.domain.insightlife import carried_out
from bot.domain.insights import (
    LONGEST_TITLE,
    Insight,
    InsightError,
    Kind,
    voiced_id,
    with_voices,
)
from bot.domain.outbox import (
    alert_delivery,
    alert_delivery_id,
    amend_delivery,
    insight_card,
)
from bot.services import insightcards, insights, insightteams, shipping, trackers, voices
from bot.services.base import Services
from bot.services.races import won
from bot.slack.blocks.insightparts import shown
from bot.slack.blocks.parts import section
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)


async def change(
    services: Services, id: str, by: str, title: str, kind: Kind, theme: str, team: str
) -> Insight:
    """`by` says what it is called, of what kind it is, about what and whose (`""`: by its theme).
    Where it is another team's then, its card moves there. Raises InsightError."""
    called = " ".join(title.split())[:LONGEST_TITLE]
    if not called:
        raise InsightError("An insight needs a title: what is asked for, in a line.")

    async def put_right() -> Insight:
        kept = await insights.find(services, id)
        insightteams.check_may_do(services, "change", by, kept.value)
        now, before = services.now(), kept.value
        wanted = replace(
            before,
            title=called,
            titled=before.titled if called == before.title else "",
            kind=kind,
            theme=theme,
            team=team,
        )
        wanted = insightteams.routed(services, wanted, ())
        if wanted == before:
            return before
        after = carried_out(wanted, "change", by, now, services.sequence())
        await services.records.commit(await _changed(services, kept, after, now))
        log.info("an insight was put right", insight=id, by=by, team=after.team)
        services.wake.set()
        return after

    return await won(put_right)


async def merge(services: Services, id: str, into: str, by: str) -> Insight:
    """`by` says that `into` asks for the same: it takes over whoever voices the other, and is as
    it is then. Raises InsightError."""

    async def merged() -> str:
        kept, other = await insights.find(services, id), await insights.find(services, into)
        insightteams.check_may_do(services, "merge", by, kept.value)
        if kept.value.id == other.value.id or not other.value.is_open:
            raise InsightError("Choose another insight, which is still open.")
        if other.value.state == "proposed":  # who says so says that it is one
            await insights.carry_out(services, other.value.id, "hear", by)
            other = await insights.find(services, into)
        now = services.now()
        after = carried_out(
            kept.value, "merge", by, now, services.sequence(), reason=other.value.id
        )
        await services.records.commit(await _merged(services, kept, after, other, now))
        return other.value.id

    heir = await won(merged)
    log.info("an insight was merged", insight=id, into=heir, by=by)
    services.wake.set()
    return (await insights.find(services, heir)).value


async def _changed(
    services: Services, kept: Kept[Insight], after: Insight, now: datetime
) -> list[Write]:
    moves = after.channel != kept.value.channel
    if moves:
        after = replace(after, posted_to="", ts="")
    return [
        services.records.insights.put(after.id, after, kept.version),
        *(await _moved(services, kept.value, after, now) if moves else ()),
        *(() if moves else (insightcards.redrawn(services, after, now),)),
        insights.noted_change(services, after, now),
        *trackers.last_change(services, after),
    ]


async def _moved(services: Services, before: Insight, after: Insight, now: datetime) -> list[Write]:
    """Its card in its new channel, and where it stood, where to."""
    outbox, subject = services.records.outbox, insight_card(after.id)
    order = services.sequence()
    card = alert_delivery(subject, after.channel, order, now)
    card = replace(card, id=f"{card.id}.{order}")
    writes: list[Write] = [outbox.put(card.id, card, 0)]
    said = await outbox.get(alert_delivery_id(subject))
    if said is None or not before.ts:
        return writes
    voice = voices.in_channel(services, before.channel)
    words = voice.say(
        "↪️ {title} (`{id}`) is shown in {channel} now.",
        title=shown(after, voice),
        id=after.id,
        channel=after.channel,
    )
    stood = replace(said.value, posted_to=before.posted_to, ts=before.ts, channel=before.channel)
    amend = amend_delivery(stood, words, (section(words),), services.sequence(), now)
    return [
        *writes,
        outbox.put(stood.id, stood, said.version),
        outbox.put(amend.id, amend, 0),
    ]


async def _merged(
    services: Services,
    kept: Kept[Insight],
    after: Insight,
    other: Kept[Insight],
    now: datetime,
) -> list[Write]:
    records, into = services.records, other.value
    there = await insightcards.voiced(services, into.id)
    taken = await insightcards.voiced(services, kept.value.id)
    moved = [
        replace(one, id=voiced_id(into.id, one.id.partition(".")[2]), insight=into.id)
        for one in taken
    ]
    grown, new = with_voices(into, there, moved)
    grown = shipping.counted_on(grown, new)
    return [
        records.insights.put(after.id, after, kept.version),
        records.insights.put(grown.id, grown, other.version),
        *(records.voiced.remove(one.id) for one in taken),
        *(records.voiced.put(one.id, one, 0) for one in new),
        insightcards.redrawn(services, after, now),
        insightcards.redrawn(services, grown, now),
        *(await shipping.asked(services, grown, now, new) if grown.shipped else ()),
        insights.noted_change(services, after, now),
        *trackers.last_change(services, after),
    ]
