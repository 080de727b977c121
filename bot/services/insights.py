"""Insights: begun, voiced by more, decided on; each change in one commit with what shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from msgspec.structs import replace

from bot.domain.conversation import VIGIE
from bot.domain.identity import as_typed
from bot.domain.insightlife import carried_out
from bot.domain.insights import (
    LONGEST_TITLE,
    Change,
    Deed,
    Insight,
    InsightError,
    Voiced,
    voiced_by,
    with_voices,
)
from bot.domain.mention import Mention
from bot.domain.outbox import alert_delivery, direct_delivery, insight_card, note_delivery
from bot.services import insightcards, insightteams, shipping, trackers, voices
from bot.services.base import Services
from bot.services.races import won
from bot.slack.blocks.insightparts import shown, told
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

_DECISIONS: frozenset[Deed] = frozenset({"accept", "decline", "plan", "ship"})
"""What whoever heard it is told of."""


async def find(services: Services, written: str) -> Kept[Insight]:
    """The insight that a person means. Raises InsightError."""
    kept = await services.records.insights.get(as_typed(written))
    if kept is None:
        known = "".join(letter for letter in written.strip() if letter.isalnum())[:20]
        raise InsightError("There is no insight “{id}”.", id=known)
    return kept


def begin_writes(
    services: Services, insight: Insight, heard: Sequence[Voiced], now: datetime
) -> list[Write]:
    """The writes by which a new insight is kept with its first voices, and its card is posted: for
    a commit, which Conflict ends where there is one of its id."""
    records = services.records
    counted, new = with_voices(insight, (), heard)
    card = alert_delivery(insight_card(counted.id), counted.channel, services.sequence(), now)
    return [
        records.insights.put(counted.id, counted, 0),
        *(records.voiced.put(voice.id, voice, 0) for voice in new),
        records.outbox.put(card.id, card, 0),
        *trackers.last_change(services, counted),
    ]


async def added_writes(
    services: Services,
    kept: Kept[Insight],
    mentions: Sequence[Mention],
    now: datetime,
    *,
    ring: str = "",
) -> list[Write]:
    """The writes by which more mentions voice an insight: counted, and its card drawn again; none
    where all of them did already. With `ring` these words are said in its card's thread, where the
    channel sees them."""
    more = [voiced_by(kept.value.id, mention) for mention in mentions]
    return await voiced_writes(services, kept, more, now, ring=ring)


async def voiced_writes(
    services: Services,
    kept: Kept[Insight],
    more: Sequence[Voiced],
    now: datetime,
    *,
    ring: str = "",
) -> list[Write]:
    """The same, of what voices it."""
    records = services.records
    before = await insightcards.voiced(services, kept.value.id)
    after, new = with_voices(kept.value, before, more)
    if not new:
        return []
    after = shipping.counted_on(after, new)
    writes: list[Write] = [
        records.insights.put(after.id, after, kept.version),
        *(records.voiced.put(voice.id, voice, 0) for voice in new),
        insightcards.redrawn(services, after, now),
        *(await shipping.asked(services, after, now, new) if after.shipped else ()),
    ]
    if ring:
        writes.append(_noted(services, after, ring, now, broadcast=True))
    return writes


async def hear(services: Services, insight: Insight, heard: Sequence[Voiced], by: str) -> Insight:
    """`by` says that there is such an insight, and what voices it: begun, or, where it is there
    already, heard and voiced by more. Raises InsightError."""
    title = " ".join(insight.title.split())[:LONGEST_TITLE]
    if not title:
        raise InsightError("An insight needs a title: what is asked for, in a line.")

    async def begun() -> Insight:
        now, kept = services.now(), await services.records.insights.get(insight.id)
        if kept is not None:
            return await _heard_again(services, kept.value, heard, by)
        first = replace(insight, title=title, heard=now)
        new = carried_out(first, "hear", by, now, services.sequence())
        await services.records.commit(begin_writes(services, new, heard, now))
        log.info("an insight was heard", insight=new.id, by=by, posts=len(heard))
        services.wake.set()
        return new

    return await won(begun)


async def _heard_again(
    services: Services, insight: Insight, heard: Sequence[Voiced], by: str
) -> Insight:
    if insight.state == "proposed":
        await carry_out(services, insight.id, "hear", by)
    elif insight.state == "dismissed":
        await carry_out(services, insight.id, "reopen", by)
    return await add(services, insight.id, heard)


async def add(services: Services, id: str, heard: Sequence[Voiced]) -> Insight:
    """More voices for an insight, and it as it is then. Raises InsightError."""

    async def added() -> None:
        kept = await find(services, id)
        more = [replace(one, id=_of(kept.value.id, one), insight=kept.value.id) for one in heard]
        if writes := await voiced_writes(services, kept, more, services.now()):
            await services.records.commit(writes)
            services.wake.set()

    await won(added)
    return (await find(services, id)).value


async def carry_out(services: Services, id: str, deed: Deed, by: str, reason: str = "") -> Insight:
    """Do it, and the insight as it is then: kept with its card drawn again, a line in its thread,
    and a word to whom it concerns. Where somebody else was quicker, it is decided anew.

    Raises InsightError, whose words are for who asked.
    """

    async def done() -> Insight:
        kept = await find(services, id)
        insightteams.check_may_do(services, deed, by, kept.value)
        now = services.now()
        after = carried_out(kept.value, deed, by, now, services.sequence(), reason)
        await services.records.commit(await _writes(services, kept, after, now))
        return after

    after = await won(done)
    log.info("an insight changed", insight=after.id, deed=deed, by=by, state=after.state)
    services.wake.set()
    return after


async def _writes(
    services: Services, kept: Kept[Insight], after: Insight, now: datetime
) -> list[Write]:
    change = after.changes[-1]
    if change.deed == "ship":
        after = replace(after, replied=0, asked=await shipping.count(services, after))
    return [
        services.records.insights.put(after.id, after, kept.version),
        insightcards.redrawn(services, after, now),
        noted_change(services, after, now),
        *trackers.last_change(services, after),
        *await _told_who_heard(services, after, change, now),
        *await _asked(services, after, change, now),
    ]


async def _asked(
    services: Services, insight: Insight, change: Change, now: datetime
) -> list[Write]:
    """What those are told who are to answer back: that it shipped, or that they need not any
    more."""
    if change.deed == "ship":
        return await shipping.asked(services, insight, now)
    return await shipping.amended(services, insight, {}, now) if change.deed == "answer" else []


async def _told_who_heard(
    services: Services, insight: Insight, change: Change, now: datetime
) -> list[Write]:
    """A word to who heard it, once somebody else has decided."""
    whom = insight.by
    if change.deed not in _DECISIONS or whom in ("", VIGIE, change.by):
        return []
    if change.deed == "ship" and whom in await shipping.to_tell(services, insight):
        return []  # they are asked to tell others
    voice = await voices.to(services, whom)
    words = f"{told(change, voice)}\n{shown(insight, voice)} (`{insight.id}`)"
    word = direct_delivery(whom, words, services.sequence(), now)
    return [services.records.outbox.put(word.id, word, 0)]


def noted_change(services: Services, insight: Insight, now: datetime) -> Write:
    """The write by which its last change is told in its card's thread."""
    line = told(insight.changes[-1], voices.in_channel(services, insight.channel))
    return _noted(services, insight, line, now)


def _noted(
    services: Services, insight: Insight, text: str, now: datetime, *, broadcast: bool = False
) -> Write:
    order, card = services.sequence(), insight_card(insight.id)
    note = note_delivery(card, insight.channel, text, order, now, broadcast=broadcast)
    return services.records.outbox.put(note.id, note, 0)


def _of(insight: str, voice: Voiced) -> str:
    """The id that a voice has where it voices this insight."""
    return f"{insight}.{voice.id.partition('.')[2]}"
