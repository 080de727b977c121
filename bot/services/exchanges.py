"""The threads of conversations that somebody has, read at their sources: the brand's own answer is
seen there, and what they write back."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from bot.domain.conversation import VIGIE, Conversation
from bot.domain.exchange import FOLLOWED, KEPT, Exchange, Turn, pause, turn
from bot.domain.faults import fault
from bot.domain.identity import mention_id, post_key
from bot.domain.mention import Mention, Post
from bot.errors import Conflict, ConversationError, SourceError
from bot.services import conversations, levels
from bot.services.base import Services
from bot.services.deeds import Act, worked_out
from bot.services.finding import find
from bot.services.timers import Look
from bot.sources.base import Threaded
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=2)
"""What was read within this is shown as it is."""

_FIRST = 20
"""Mentions of a conversation among which the first is looked for that was not taken back."""

AT_ONCE = timedelta(seconds=1)
"""Before the next look where one thing was told and another waits."""


async def look(services: Services, id: str, now: datetime) -> Look:
    """Read the thread of a conversation that somebody has, and say what is new in it.

    What is resolved is read on for two days, and can be shown for a month.
    """
    kept = await services.records.conversations.get(id)
    first = await _first_mention(services, id)
    if kept is None or first is None:
        return Look()
    if (ended := _ended(services, kept.value, now)) is not None:
        return ended
    source = _threaded(services, first.post.source)
    if source is None:
        return Look()
    known = await services.records.exchanges.get(id)
    before = known or Kept(Exchange(conversation=id, posts=(), read=now), 0)
    every = _every(services, first.post.source)
    try:
        shown = await source.exchange(first.post)
    except SourceError as error:
        failed = replace(before.value, error=fault(error))
        keep = services.records.exchanges.put(id, failed, before.version)
        return Look([keep], now + max(every, pause(timedelta(hours=1), every)))
    kept = await services.records.conversations.get(id) or kept
    posts = await _left(services, kept.value, shown, before.value.gone)
    found = turn(posts, before.value.heard, first.post, services.config.is_own)
    after = replace(before.value, posts=posts, read=now, error="", heard=found.heard)
    writes: list[Write] = [services.records.exchanges.put(id, after, before.version)]
    writes += await _told(services, kept, first, found, now)
    if found.answer or found.wrote:
        return Look(writes, now + AT_ONCE)
    newest = max((post.at for post in posts), default=first.at)
    return Look(writes, now + pause(now - max(newest, kept.value.changed), every))


async def show(services: Services, written: str, patience: float) -> tuple[Conversation, Exchange]:
    """A conversation and its exchange: read anew where it was not just now, but for no longer than
    `patience` (seconds); else as it is known. Raises UnknownConversation."""
    conversation = (await find(services, written)).value
    now, id = services.now(), conversation.id
    kept = await services.records.exchanges.get(id)
    if kept and now - kept.value.read < FRESH and not kept.value.error:
        return conversation, kept.value
    first = await _first_mention(services, id)
    known = kept.value if kept else await _as_polled(services, id, now)
    source = _threaded(services, first.post.source) if first else None
    if first is None or source is None:
        return conversation, known
    try:
        async with asyncio.timeout(patience):
            there = await source.exchange(first.post)
    except SourceError as error:
        return conversation, replace(known, error=fault(error))
    except TimeoutError:
        return conversation, known
    posts = await _left(services, conversation, there, known.gone)
    shown = replace(known, posts=posts, read=now, error="")
    await _keep(services, shown, kept.version if kept else 0)
    return conversation, shown


async def _told(
    services: Services, kept: Kept[Conversation], first: Mention, found: Turn, now: datetime
) -> list[Write]:
    """The writes by which what is new is done and told."""
    if found.answer:
        return await _answered(services, kept, first, found.answer, now)
    if found.wrote is None or await _told_by_a_poll(services, kept.value, found.wrote):
        return []
    return (await conversations.wrote_back(services, kept, found.wrote, now)).writes


async def _answered(
    services: Services, kept: Kept[Conversation], first: Mention, answer: Post, now: datetime
) -> list[Write]:
    """The brand's answer, where it is news: a first one, or one to what they wrote since."""
    act = Act(
        by=VIGIE,
        deed="reply",
        note=answer.author,
        waited=max(timedelta(), answer.at - first.at),
        at=answer.at,
    )
    try:
        return (await worked_out(services, kept, act, now)).writes
    except ConversationError as refusal:
        log.debug("an answer at the source changes nothing", reason=str(refusal))
        return []


async def _told_by_a_poll(services: Services, conversation: Conversation, post: Post) -> bool:
    """Whether a poll found this very post, and told it as a negative one."""
    kept = await services.records.mentions.get(mention_id(conversation.watch, post))
    watch = services.watches.find(conversation.watch)
    if kept is None or watch is None:
        return False
    return (await levels.limits(services, watch)).flags(kept.value)


def _ended(services: Services, conversation: Conversation, now: datetime) -> Look | None:
    """What is left to do where the thread is to be read no more; None where it is."""
    since = now - conversation.changed
    match conversation.state:
        case "claimed" | "replied":
            return None
        case "resolved" if since < FOLLOWED:
            return None
        case "resolved" | "dismissed" if since < KEPT:
            return Look(again=conversation.changed + KEPT)
        case "resolved" | "dismissed":
            return Look([services.records.exchanges.remove(conversation.id)])
        case _:
            return Look()


async def _left(
    services: Services, conversation: Conversation, posts: Sequence[Post], gone: Collection[str]
) -> tuple[Post, ...]:
    """The posts of a thread without those that were taken back or forgotten, which a source may
    still show."""
    found = await services.records.mentions.find({"conversation": conversation.id}, "at")
    deleted = {kept.value.id for kept in found if kept.value.deleted}
    return tuple(
        post
        for post in posts
        if post_key(post.source, post.id) not in gone
        and mention_id(conversation.watch, post) not in deleted
    )


async def _first_mention(services: Services, id: str) -> Mention | None:
    """The first one whose post is still there."""
    found = await services.records.mentions.find({"conversation": id}, "at", limit=_FIRST)
    return next((kept.value for kept in found if not kept.value.deleted), None)


async def _as_polled(services: Services, id: str, now: datetime) -> Exchange:
    """The thread as far as the polls met it."""
    found = await services.records.mentions.find({"conversation": id}, "at", limit=200)
    posts = tuple(kept.value.post for kept in found if not kept.value.deleted)
    return Exchange(conversation=id, posts=posts, read=now)


async def _keep(services: Services, exchange: Exchange, version: int) -> None:
    """Kept for the next who asks; whoever was quicker has it as well."""
    exchanges = services.records.exchanges
    try:
        await services.records.commit([exchanges.put(exchange.conversation, exchange, version)])
    except Conflict:
        log.debug("an exchange was read by somebody else meanwhile")


def _threaded(services: Services, name: str) -> Threaded | None:
    """The source, if it can be asked for a thread."""
    source: object = services.sources.get(name)
    return source if isinstance(source, Threaded) else None


def _every(services: Services, name: str) -> timedelta:
    return next(
        (source.every for source in services.config.sources if source.name == name),
        timedelta(minutes=5),
    )
