"""Negative posts: which get a message, which a line in a thread, which a place in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason, negative_reason
from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.domain.outbox import note_delivery, notice_delivery
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.conversations import title_of
from bot.services.raising import Outcome, raised
from bot.slack.mrkdwn import link, literal, name
from bot.store.base import Put

EXCERPT = 160

AT_ONCE = 40
"""Negative posts of one poll that get a message each; the rest go to the queue with one word."""


async def about(
    services: Services, watch: Watch, mentions: Sequence[Mention], muted: bool, now: datetime
) -> Outcome:
    """A message for each negative post, except in a conversation that has one already."""
    writes: list[Put] = []
    opened: dict[str, Conversation] = {}
    told = held = 0
    for mention in mentions:
        reason = negative_reason(mention, watch.negative_below, now)
        if reason is None or await services.records.alerts.get(mention.id):
            continue
        held += muted
        kept = await services.records.conversations.get(mention.conversation)
        known = opened.get(mention.conversation) or (kept.value if kept else None)
        if known and known.state == "dismissed":
            continue
        if known and known.is_open and (known.alert or known.id in opened):
            writes += _another_post(services, watch, known, mention, now)
            continue
        told += not muted
        quiet = muted or told > AT_ONCE
        opened[mention.conversation] = conversation = _conversation(mention, known, now, quiet)
        version = kept.version if kept else 0
        writes.append(services.records.conversations.put(conversation.id, conversation, version))
        if not quiet:
            writes += raised(services, _alert(watch, mention, reason, now), now)
    if told > AT_ONCE:
        writes += _overflow(services, watch, told - AT_ONCE, now)
    return Outcome(writes, held)


def _conversation(
    mention: Mention, known: Conversation | None, now: datetime, quiet: bool
) -> Conversation:
    """A negative post's conversation; quietly opened, it stands in the queue without a card."""
    alert = "" if quiet else mention.id
    if known and known.is_open:
        return replace(known, alert=alert)
    return Conversation(
        id=mention.conversation,
        watch=mention.watch,
        title=title_of(mention.post),
        alert=alert,
        opened=now,
        changed=now,
    )


def _alert(watch: Watch, mention: Mention, reason: NegativeReason, now: datetime) -> Alert:
    return Alert(
        id=mention.id,
        kind="negative",
        watch=watch.name,
        channel=watch.negative_channel,
        raised=now,
        reason=reason,
        conversation=mention.conversation,
        mention=mention.id,
    )


def _another_post(
    services: Services, watch: Watch, conversation: Conversation, mention: Mention, now: datetime
) -> list[Put]:
    """A word in the thread of a conversation that has a card already."""
    if not conversation.alert:
        return []
    author = name(mention.post.author or "somebody")
    words = literal(shorten(mention.post.text or mention.post.title, EXCERPT))
    text = f"Another negative post in this conversation, by {author}: “{words}” "
    note = note_delivery(
        conversation.alert,
        watch.negative_channel,
        text + link(mention.post.url, "open"),
        services.sequence(),
        now,
    )
    return [services.records.outbox.put(note.id, note, 0)]


def _overflow(services: Services, watch: Watch, more: int, now: datetime) -> list[Put]:
    notice = notice_delivery(
        watch.negative_channel,
        f"…and {more} more negative posts about {name(watch.name)} at the same moment. "
        "They are in the queue: `/vigie queue`.",
        services.sequence(),
        now,
    )
    return [services.records.outbox.put(notice.id, notice, 0)]
