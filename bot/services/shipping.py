"""What people asked for is there: whoever worked on their posts is asked to tell them.

Each gets a message with the posts of the conversations that they worked on; what nobody worked on
goes to who heard the insight. A post that was answered is shown so in every one of these messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.conversation import VIGIE, AuditEvent
from bot.domain.insights import Insight, Voiced, is_replied
from bot.domain.outbox import amend_delivery, direct_delivery
from bot.services import insightcards, voices
from bot.services.base import Services
from bot.services.turns import in_turns
from bot.slack.blocks.parts import Card
from bot.slack.blocks.shipped import LISTED, Asker, shipped_card
from bot.store.base import Write
from bot.store.repositories import Kept

_TAKES = frozenset({"claim", "reply", "resolve"})
_GIVES = frozenset({"assign", "hand_over"})


async def to_tell(
    services: Services, insight: Insight, more: Sequence[Voiced] = ()
) -> dict[str, list[Voiced]]:
    """Whom to ask, and the posts that each of them worked on, the oldest first, those last that
    voice it only now (`more`)."""
    lists: dict[str, list[Voiced]] = {}
    known: dict[str, set[str]] = {}
    for voice in (*await _there(services, insight.id), *more):
        if voice.conversation not in known:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
            known[voice.conversation] = await _worked(services, voice.conversation)
        for user in known[voice.conversation] or {insight.by} - {"", VIGIE}:
            lists.setdefault(user, []).append(voice)
    return lists


async def asked(
    services: Services, insight: Insight, now: datetime, more: Sequence[Voiced] = ()
) -> list[Write]:
    """The writes by which they are asked; of what voices it only since it shipped (`more`), in the
    message that they have, where they have one."""
    new = {voice.id for voice in more}
    writes: list[Write] = []
    for user, heard in (await to_tell(services, insight, more)).items():
        if not new or not new.isdisjoint(voice.id for voice in heard):
            writes.append(await _told(services, insight, user, heard, now))
    return writes


def counted_on(insight: Insight, more: Sequence[Voiced]) -> Insight:
    """The insight with what voices it only since it shipped among what is to be answered."""
    if insight.shipped is None:
        return insight
    done = sum(is_replied(voice, insight) for voice in more)
    return replace(insight, asked=insight.asked + len(more), replied=insight.replied + done)


async def count(services: Services, insight: Insight) -> int:
    """How many posts are there to be answered."""
    return len(await _there(services, insight.id))


async def ticked(
    services: Services, insight: Insight, heard: Sequence[Kept[Voiced]], by: str, now: datetime
) -> tuple[Insight, list[Write]]:
    """The insight with these posts answered by somebody, and the writes that keep the posts and
    show it in every message that lists them; none where all of them were."""
    fresh = [kept for kept in heard if not is_replied(kept.value, insight)]
    done = {kept.value.id: replace(kept.value, replied=now, replied_by=by) for kept in fresh}
    writes: list[Write] = [
        services.records.voiced.put(id, done[id], kept.version)
        for id, kept in zip(done, fresh, strict=True)
    ]
    after = replace(insight, replied=insight.replied + len(done))
    return after, [*writes, *await amended(services, after, done, now)] if done else []


async def amended(
    services: Services, insight: Insight, done: dict[str, Voiced], now: datetime
) -> list[Write]:
    """The writes by which the messages that were sent show the posts `done`, and the insight, as
    they are now."""
    outbox, writes = services.records.outbox, list[Write]()
    for user, heard in (await to_tell(services, insight)).items():
        if await outbox.get(_message(insight, user)):
            now_heard = [done.get(voice.id, voice) for voice in heard]
            writes.append(await _told(services, insight, user, now_heard, now))
    return writes


async def _told(
    services: Services, insight: Insight, user: str, heard: Sequence[Voiced], now: datetime
) -> Write:
    """The write by which somebody's message is sent, or shows what it shows now."""
    outbox, order = services.records.outbox, services.sequence()
    card = await _card(services, insight, user, heard)
    if said := await outbox.get(_message(insight, user)):
        amend = amend_delivery(said.value, card.text, card.blocks, order, now)
        return outbox.put(amend.id, amend, 0)
    about = _about(insight)
    word = direct_delivery(user, card.text, order, now, about=about, blocks=card.blocks)
    return outbox.put(word.id, word, 0)


async def _there(services: Services, insight: str) -> list[Voiced]:
    return await insightcards.voiced(services, insight)


async def _worked(services: Services, conversation: str) -> set[str]:
    """Who claimed, was given, answered or closed a conversation; the same whenever it is asked
    until somebody else does."""
    if not conversation:
        return set()
    events = await services.records.audit.find({"conversation": conversation}, "order")
    people = (_who(kept.value) for kept in events)
    return {who for who in people if who not in ("", VIGIE)}


def _who(event: AuditEvent) -> str:
    if event.deed in _TAKES:
        return event.by
    return event.to if event.deed in _GIVES else ""


async def _card(services: Services, insight: Insight, user: str, heard: Sequence[Voiced]) -> Card:
    ranked = sorted(heard, key=lambda voice: is_replied(voice, insight))
    askers = []
    async for place, voice in in_turns(enumerate(ranked)):
        is_shown = voice.mention and place < LISTED
        mention = await services.records.mentions.get(voice.mention) if is_shown else None
        asker = Asker(
            voice=voice,
            mention=mention.value if mention else None,
            replied=is_replied(voice, insight),
        )
        askers.append(asker)
    spoken = await voices.to(services, user)
    return await asyncio.to_thread(shipped_card, insight, askers, spoken)  # of thousands of posts


def _message(insight: Insight, user: str) -> str:
    return f"direct.{user}.{_about(insight)}"


def _about(insight: Insight) -> str:
    """What a message is about: this shipping of it, not one before."""
    shipped = int(insight.shipped.timestamp()) if insight.shipped else 0
    return f"insight.{insight.id}.{shipped}"
