"""What authors took back, removed: from the store, from what is waiting to be said, and from the
messages that were said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from msgspec.structs import replace

from bot.domain.conversation import Taken
from bot.domain.exchange import without
from bot.domain.mention import Mention, Post
from bot.domain.outbox import Delivery, amend_delivery
from bot.domain.vanishing import leads_to, shown_by, taken_back, without_post, without_words
from bot.services import practice, unvoicing, voices
from bot.services.base import Services
from bot.services.finding import title_of
from bot.services.knowing import known_by
from bot.services.numbering import number_at
from bot.services.races import won
from bot.services.raising import redrawn
from bot.slack.blocks.quoting import gone
from bot.slack.striking import Mark, Words, mark_of, mark_of_line, struck, tells_of
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

_IN_SLACK = ("sent", "trying")
"""The states of what stands in Slack, or may."""

_GOING_ON = ("waiting", "trying", "waiting", "sent", "dropped")
"""How a delivery goes on; one that failed waits again."""

AT_ONCE = 100
"""Posts that are erased in one commit."""


async def erase(
    services: Services, watch: str, source: str, ids: Iterable[str], how: Taken = "deleted"
) -> int:
    """Forget what was said in the posts of a source with these ids, as far as a watch has mentions
    of them, and show `how` they went; how many it had. Asked again, it does nothing."""
    erased = 0
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), AT_ONCE):
        await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        erased += await _erase(services, watch, source, wanted[start : start + AT_ONCE], how)
    if erased:
        log.info("posts were taken back", watch=watch, source=source, posts=erased)
        services.wake.set()
    return erased


async def unsay(services: Services, marks: Sequence[Mark], since: datetime) -> None:
    """Strike what `marks` find of a forgotten author in all that was said, or waits to be said,
    from a time on."""

    async def attempt() -> None:
        writes = await _messages(services, marks, since, services.now(), "forgotten")
        if writes:
            await services.records.commit(writes)

    await won(attempt)


async def redraw_all(
    services: Services, mentions: Sequence[Mention], now: datetime, posts: Sequence[Post] = ()
) -> list[Write]:
    """The writes by which every card that may show one of these mentions of a watch is drawn
    again; without the words of those that are deleted, whose `posts` these were."""
    if not mentions:
        return []
    ids = {mention.id for mention in mentions}
    deleted = {mention.id for mention in mentions if mention.deleted}
    addresses = {post.url for post in posts} - {""}
    alerts = services.records.alerts
    found = await alerts.find(
        {"watch": mentions[0].watch}, "raised", since=min(mention.seen for mention in mentions)
    )
    writes: list[Write] = []
    for kept in found:
        if ids.isdisjoint(shown_by(kept.value)) and not leads_to(kept.value, addresses):
            continue
        after = without_post(without_words(kept.value, deleted), posts)
        if after != kept.value:
            writes.append(alerts.put(after.id, after, kept.version))
        writes.append(await redrawn(services, after, now))
    return writes


async def _erase(
    services: Services, watch: str, source: str, ids: Sequence[str], how: Taken
) -> int:
    """One commit; where somebody else writes at the same moment, it is looked at anew."""

    async def attempt() -> int:
        found = [kept for id in ids if (kept := await known_by(services, watch, source, id))]
        there = [kept for kept in found if not kept.value.deleted]
        if there:
            await services.records.commit(await _writes(services, there, how))
        return len(there)

    return await won(attempt)


async def _writes(services: Services, there: Sequence[Kept[Mention]], how: Taken) -> list[Write]:
    now, records = services.now(), services.records
    posts = {kept.value.id: kept.value.post for kept in there}
    after = [taken_back(kept.value, now, how) for kept in there]
    writes: list[Write] = [
        records.mentions.put(mention.id, mention, kept.version)
        for mention, kept in zip(after, there, strict=True)
    ]
    for mention in after:
        writes += [records.judgements.remove(mention.id), records.questions.remove(mention.id)]
    for conversation in dict.fromkeys(mention.conversation for mention in after):
        writes += await _worked(services, conversation, list(posts.values()), how)
    writes += await redraw_all(services, after, now, list(posts.values()))
    ids = [mention.id for mention in after]
    titles = await unvoicing.titles_of(services, ids)
    writes += await unvoicing.of_mentions(services, ids, now)
    writes += await practice.taken_back(services, ids, now)
    since = min(mention.seen for mention in after)
    marks = [*map(mark_of, posts.values()), *map(mark_of_line, titles)]
    writes += await _messages(services, marks, since, now, how)
    return writes


async def _worked(services: Services, id: str, posts: Sequence[Post], how: Taken) -> list[Write]:
    """A conversation that is called by what one of the posts said, and the posts in its thread."""
    records, writes = services.records, list[Write]()
    conversation = await records.conversations.get(id)
    if conversation and conversation.value.title in map(title_of, posts):
        untitled = replace(conversation.value, title="", what=how, url="")
        writes.append(records.conversations.put(id, untitled, conversation.version))
    exchange = await records.exchanges.get(id)
    if exchange:
        changed = without(exchange.value, posts)
        if changed != exchange.value:
            writes.append(records.exchanges.put(id, changed, exchange.version))
    return writes


async def _messages(
    services: Services, marks: Sequence[Mark], since: datetime, now: datetime, how: Taken
) -> list[Write]:
    """What was said, waits to be said or was given up, in which a post is quoted."""
    outbox = services.records.outbox
    writes: list[Write] = []
    for kept in await _said(services, since):
        await asyncio.sleep(0)  # to look through a month of messages takes a while
        delivery = kept.value
        if after := await _without(services, delivery, marks, how):
            writes.append(outbox.put(after.id, after, kept.version))
            if delivery.state in _IN_SLACK:
                order = services.sequence()
                amend = amend_delivery(delivery, after.text, after.blocks, order, now)
                writes.append(outbox.put(amend.id, amend, 0))
    return writes


async def _said(services: Services, since: datetime) -> list[Kept[Delivery]]:
    """Every delivery from a time on, as it was last seen. They are looked for in the order in which
    they go on, so that none is missed that goes on meanwhile."""
    seen: dict[str, Kept[Delivery]] = {}
    for state in _GOING_ON:
        found = await services.records.outbox.find(
            {"state": state}, "order", since=number_at(since)
        )
        seen |= {kept.value.id: kept for kept in found}
    return list(seen.values())


async def _without(
    services: Services, said: Delivery, marks: Sequence[Mark], how: Taken
) -> Delivery | None:
    """A delivery without what it quotes; None where it quotes nothing."""
    if not (said.text or said.blocks) or not tells_of(said.text, said.blocks, marks):
        return None
    is_direct = said.kind == "direct"
    voice = (
        await voices.to(services, said.channel)
        if is_direct
        else voices.in_channel(services, said.channel)
    )
    words = Words(gone(how, voice), voice.say("somebody"))
    text, blocks = struck(said.text, said.blocks, marks, words)
    return replace(said, text=text, blocks=blocks)
