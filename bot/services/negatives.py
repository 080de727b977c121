"""Negative posts: which get a message, which a line in a thread, which a place in the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason, negative_reason
from bot.domain.conversation import Conversation
from bot.domain.mention import Mention
from bot.domain.outbox import note_delivery, notice_delivery
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.conversations import title_of
from bot.services.raising import Outcome, raised
from bot.slack.mrkdwn import link, name
from bot.store.base import Put
from bot.store.repositories import Kept

AT_ONCE = 40
"""Negative posts of one poll that get a message each; the rest go to the queue with one word."""


async def about(
    services: Services, watch: Watch, fresh: Sequence[Mention], muted: bool, now: datetime
) -> Outcome:
    """A message for each negative post, except in a conversation that has one already."""
    writes: list[Put] = []
    opened: set[str] = set()
    more = held = 0
    for mention in fresh:
        reason = negative_reason(mention, watch.negative_below, now)
        if reason is None:
            continue
        if muted:
            held += 1
            continue
        known = await services.records.conversations.get(mention.conversation)
        if mention.conversation in opened or (known and known.value.state == "dismissed"):
            continue
        if known and known.value.is_open and known.value.alert:
            writes += _another_post(services, watch, known.value, mention, now)
            continue
        opened.add(mention.conversation)
        quiet = len(opened) > AT_ONCE
        more += quiet
        writes += _open(services, watch, mention, reason, known, now, quiet=quiet)
    if more:
        writes += _overflow(services, watch, more, now)
    return Outcome(writes, held)


def _open(
    services: Services,
    watch: Watch,
    mention: Mention,
    reason: NegativeReason,
    known: Kept[Conversation] | None,
    now: datetime,
    *,
    quiet: bool,
) -> list[Put]:
    """A conversation for a negative post, and its alert unless it is one of too many."""
    records = services.records
    conversation = Conversation(
        id=mention.conversation,
        watch=watch.name,
        title=title_of(mention.post),
        alert="" if quiet else mention.id,
        opened=now,
        changed=now,
    )
    if known and known.value.is_open:
        conversation = replace(known.value, alert=conversation.alert)
    writes = [
        records.conversations.put(conversation.id, conversation, known.version if known else 0)
    ]
    if not quiet:
        alert = Alert(
            id=mention.id,
            kind="negative",
            watch=watch.name,
            channel=watch.negative_channel,
            raised=now,
            reason=reason,
            conversation=conversation.id,
            mention=mention.id,
        )
        writes += raised(services, alert, now)
    return writes


def _another_post(
    services: Services, watch: Watch, conversation: Conversation, mention: Mention, now: datetime
) -> list[Put]:
    """A word in the thread of a conversation that is being worked already."""
    author = name(mention.post.author or "somebody")
    text = f"Another negative post in this conversation, by {author}: "
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
        "`/vigie queue` shows them all.",
        services.sequence(),
        now,
    )
    return [services.records.outbox.put(notice.id, notice, 0)]
