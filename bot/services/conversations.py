"""What people do to conversations: decided by the domain, written with its audit event and what
is to be shown, in one commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain import conversation as states
from bot.domain.conversation import AuditEvent, Conversation, Deed
from bot.domain.excerpt import shorten
from bot.domain.identity import as_typed
from bot.domain.mention import Post
from bot.domain.outbox import note_delivery, refresh_delivery
from bot.errors import Conflict, IllegalTransition, UnknownConversation
from bot.services import voices
from bot.services.base import Services
from bot.slack.notes import told
from bot.store.base import Put
from bot.store.repositories import Kept

Transition = Callable[[Conversation, datetime], Conversation]

TITLE_WORDS = 70

_TRIES = 50
"""Every lost race means that somebody else's deed went through: more people than this do not
click at once."""


async def claim(services: Services, id: str, by: str) -> Conversation:
    """`by` takes it. Raises AlreadyClaimed with the one who has it, or another
    ConversationError."""
    return await _carry_out(services, id, by, "claim", lambda c, now: states.claim(c, by, now))


async def assign(services: Services, id: str, by: str, to: str) -> Conversation:
    """`by` gives it to `to`, who is a person."""
    if not await services.slack.is_person(to):
        raise IllegalTransition("A bot takes care of nothing. Choose a person.")
    return await _carry_out(
        services, id, by, "assign", lambda c, now: states.assign(c, to, now), to=to
    )


async def release(services: Services, id: str, by: str) -> Conversation:
    """`by` gives it back to the queue."""
    return await _carry_out(services, id, by, "release", lambda c, now: states.release(c, by, now))


async def resolve(services: Services, id: str, by: str, note: str = "") -> Conversation:
    """It is dealt with; `note` says how."""
    return await _carry_out(
        services, id, by, "resolve", lambda c, now: states.resolve(c, by, note, now), note=note
    )


async def dismiss(services: Services, id: str, by: str) -> Conversation:
    """It is not about us."""
    return await _carry_out(services, id, by, "dismiss", lambda c, now: states.dismiss(c, by, now))


async def reopen(services: Services, id: str, by: str) -> Conversation:
    """It was closed too early."""
    return await _carry_out(services, id, by, "reopen", lambda c, now: states.reopen(c, now))


async def find(services: Services, written: str) -> Kept[Conversation]:
    """The conversation that a person means by `written`.

    A mention that nobody was alerted to has no conversation yet: it gets one here, at version 0,
    that is kept with the first deed. Raises UnknownConversation.
    """
    id = as_typed(written)
    if kept := await services.records.conversations.get(id):
        return kept
    mentions = await services.records.mentions.find({"conversation": id}, "at", limit=1)
    if not mentions:
        shown = "".join(letter for letter in written.strip() if letter.isalnum())[:20]
        raise UnknownConversation(
            "There is no conversation “{id}”. `/vigie queue` shows those that are open.", id=shown
        )
    mention, now = mentions[0].value, services.now()
    conversation = Conversation(
        id=id,
        watch=mention.watch,
        title=title_of(mention.post),
        alert="",
        opened=now,
        changed=now,
    )
    return Kept(conversation, 0)


def title_of(post: Post) -> str:
    """How a conversation is called in lists: its first words, who said them, and where."""
    words = shorten(post.title or post.text, TITLE_WORDS)
    return f"“{words}” {post.author or 'somebody'}, {post.source}"


async def queue(services: Services, assignee: str = "") -> list[Conversation]:
    """The open conversations, oldest first: those of `assignee`, or nobody's, then everybody's."""
    repository = services.records.conversations
    if assignee:
        found = await repository.find({"assignee": assignee, "state": "claimed"}, "opened")
        return [kept.value for kept in found]
    waiting = await repository.find({"state": "new"}, "opened")
    claimed = await repository.find({"state": "claimed"}, "opened")
    return [kept.value for kept in (*waiting, *claimed)]


async def history(services: Services, id: str) -> list[AuditEvent]:
    """Who did what to a conversation, oldest first."""
    found = await services.records.audit.find({"conversation": id}, "order")
    return [kept.value for kept in found]


async def _carry_out(
    services: Services,
    id: str,
    by: str,
    deed: Deed,
    transition: Transition,
    *,
    to: str = "",
    note: str = "",
) -> Conversation:
    for tries_left in reversed(range(_TRIES)):
        now = services.now()
        before = await find(services, id)
        after = transition(before.value, now)
        event = AuditEvent(
            id=f"{after.id}.{(order := services.sequence())}",
            conversation=after.id,
            order=order,
            at=now,
            by=by,
            deed=deed,
            to=to,
            note=note,
        )
        records = services.records
        writes = [
            records.conversations.put(after.id, after, before.version),
            records.audit.put(event.id, event, 0),
            *await _shown(services, after, event, now),
        ]
        try:
            await records.commit(writes)
        except Conflict:
            if not tries_left:
                raise
        else:
            break
    services.wake.set()
    return after


async def _shown(
    services: Services, conversation: Conversation, event: AuditEvent, now: datetime
) -> list[Put]:
    """The card drawn again, and a line in its thread."""
    alert = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    if alert is None:
        return []
    id, channel = alert.value.id, alert.value.channel
    outbox = services.records.outbox
    refresh = refresh_delivery(id, channel, services.sequence(), now)
    note = note_delivery(
        id, channel, told(event, voices.in_channel(services, channel)), services.sequence(), now
    )
    return [outbox.put(refresh.id, refresh, 0), outbox.put(note.id, note, 0)]
