"""What people asked for is there: whoever worked on their posts is asked to tell them.

Each gets a message with the posts of the conversations that they worked on; what nobody worked on
goes to who heard the insight. A post that was answered is shown so in every one of these messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.conversation import VIGIE, AuditEvent
from bot.domain.insights import Insight, Voiced, is_replied
from bot.domain.outbox import amend_delivery, direct_delivery
from bot.services import insightcards, voices
from bot.services.base import Services
from bot.slack.blocks.parts import Card
from bot.slack.blocks.shipped import Asker, shipped_card
from bot.store.base import Write
from bot.store.repositories import Kept

_TAKES = frozenset({"claim", "reply", "resolve"})
_GIVES = frozenset({"assign", "hand_over"})


async def to_tell(services: Services, insight: Insight) -> dict[str, list[Voiced]]:
    """Whom to ask, and the posts that each of them worked on, the oldest first."""
    lists: dict[str, list[Voiced]] = {}
    known: dict[str, set[str]] = {}
    for voice in await _there(services, insight.id):
        if voice.conversation not in known:
            known[voice.conversation] = await _worked(services, voice.conversation)
        for user in known[voice.conversation] or {insight.by} - {"", VIGIE}:
            lists.setdefault(user, []).append(voice)
    return lists


async def asked(services: Services, insight: Insight, now: datetime) -> list[Write]:
    """The writes by which they are asked."""
    writes: list[Write] = []
    for user, heard in (await to_tell(services, insight)).items():
        card = await _card(services, insight, user, heard)
        word = direct_delivery(
            user, card.text, services.sequence(), now, about=_about(insight), blocks=card.blocks
        )
        writes.append(services.records.outbox.put(word.id, word, 0))
    return writes


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
        said = await outbox.get(f"direct.{user}.{_about(insight)}")
        if said is None:
            continue
        now_heard = [done.get(voice.id, voice) for voice in heard]
        card = await _card(services, insight, user, now_heard)
        amend = amend_delivery(said.value, card.text, card.blocks, services.sequence(), now)
        writes.append(outbox.put(amend.id, amend, 0))
    return writes


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
    askers = [
        Asker(
            voice=voice,
            mention=mention.value if mention else None,
            replied=is_replied(voice, insight),
        )
        for voice in heard
        for mention in [
            await services.records.mentions.get(voice.mention) if voice.mention else None
        ]
    ]
    return shipped_card(insight, askers, await voices.to(services, user))


def _about(insight: Insight) -> str:
    """What a message is about: this shipping of it, not one before."""
    shipped = int(insight.shipped.timestamp()) if insight.shipped else 0
    return f"insight.{insight.id}.{shipped}"
