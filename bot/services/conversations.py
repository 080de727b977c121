"""What people do to conversations, one function a deed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.conversation import OPEN, VIGIE, AuditEvent, Conversation, Dismissal, State
from bot.domain.drills import is_practice
from bot.domain.mention import Post
from bot.domain.outbox import note_delivery
from bot.domain.queue import Wanted
from bot.errors import IllegalTransition
from bot.services import practice, voices
from bot.services.base import Services
from bot.services.deeds import Act, Done, carry_out, worked_out
from bot.services.finding import exists, find, title_of
from bot.services.pending import open_now
from bot.slack.notes import wrote
from bot.store.base import Write
from bot.store.repositories import Kept

__all__ = [
    "assign", "check_receiver", "claim", "confirm", "dismiss", "exists", "find",
    "hand_over", "history", "how_many", "not_negative", "queue", "release", "reopen", "replied",
    "resolve", "shown", "snooze", "title_of", "wake", "wrote_back",
]  # fmt: skip

LONGEST_SNOOZE = timedelta(days=90)
"""What nobody wants to see for longer is resolved, not asleep: a snooze holds reminders back."""


async def claim(services: Services, id: str, by: str) -> Conversation:
    """`by` takes it. Raises AlreadyClaimed with the one who has it, or another
    ConversationError."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="claim"))


async def assign(
    services: Services, id: str, by: str, to: str, note: str = "", *, had: str | None = None
) -> Conversation:
    """`by` gives it to `to`, who is a person and gets the `note`; from whoever has it, or from
    `had` alone (`""`: nobody), as `by` saw it."""
    await check_receiver(services, to)

    def asked(found: Conversation) -> Act:
        if had not in (None, found.assignee):
            raise _overtaken(found)
        return Act(by=by, deed="hand_over" if found.assignee else "assign", to=to, note=note)

    return await carry_out(services, id, asked)


async def check_receiver(services: Services, to: str) -> None:
    """Raises IllegalTransition where nothing can be given to this member."""
    match await services.slack.no_person(to):
        case "is_bot":
            raise IllegalTransition("A bot takes care of nothing. Choose a person.")
        case "deleted":
            raise IllegalTransition("<@{who}> has left. Choose somebody else.", who=to)


def _overtaken(found: Conversation) -> IllegalTransition:
    """Somebody else was quicker than whoever had a form open."""
    if not found.assignee:
        return IllegalTransition("Nobody has this any more. Open the form again.")
    return IllegalTransition(
        "<@{who}> has it meanwhile. Open the form again if it is to change hands all the same.",
        who=found.assignee,
    )


async def hand_over(services: Services, id: str, by: str, to: str, note: str = "") -> Conversation:
    """`by` gives what they have to `to`, who is a person and gets the `note`."""
    await check_receiver(services, to)

    def asked(found: Conversation) -> Act:
        if found.assignee != by:
            raise IllegalTransition("You do not have this conversation any more.")
        return Act(by=by, deed="hand_over", to=to, note=note)

    return await carry_out(services, id, asked)


async def confirm(services: Services, id: str, by: str) -> Conversation:
    """`by`, who has it, is still on it. Nothing is done where that was not asked (any more)."""
    kept = await find(services, id)
    if kept.value.assignee == by and kept.value.ask_at:
        return kept.value
    return await carry_out(services, id, lambda _: Act(by=by, deed="confirm"))


async def release(services: Services, id: str, by: str) -> Conversation:
    """`by` gives it back to the queue."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="release"))


async def replied(services: Services, id: str, by: str) -> Conversation:
    """`by` says that it was answered; where nobody had it, it is theirs."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="reply"))


async def snooze(services: Services, id: str, by: str, until: datetime) -> Conversation:
    """It sleeps until then."""
    if until <= services.now():
        raise IllegalTransition("That moment has passed. Choose a later one.")
    if until > services.now() + LONGEST_SNOOZE:
        raise IllegalTransition("It can be snoozed for 90 days at most. Choose an earlier day.")
    return await carry_out(services, id, lambda _: Act(by=by, deed="snooze", until=until))


async def wake(services: Services, id: str, by: str) -> Conversation:
    """It is again what it was before its snooze."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="wake"))


async def resolve(services: Services, id: str, by: str, note: str = "") -> Conversation:
    """It is dealt with; `note` says how."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="resolve", note=note))


async def dismiss(
    services: Services, id: str, by: str, because: Dismissal = "not_about_us"
) -> Conversation:
    """It is not about us, or not negative; what was flagged is judged by that."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="dismiss", because=because))


async def not_negative(services: Services, id: str, by: str) -> Conversation:
    """It is about us, but not negative."""
    return await dismiss(services, id, by, "not_negative")


async def reopen(services: Services, id: str, by: str) -> Conversation:
    """It was closed too early."""
    return await carry_out(services, id, lambda _: Act(by=by, deed="reopen"))


async def wrote_back(
    services: Services, kept: Kept[Conversation], post: Post, now: datetime
) -> Done:
    """What another post does to a conversation: one that was answered or resolved is open again,
    any other open one gets a line in its alert's thread. A dismissed one stays so.

    For the commit that keeps the post. A second one in it is asked of the conversation that comes
    back, at the same version.
    """
    before = kept.value
    if before.state == "dismissed":
        return Done(before, [])
    done = Done(before, [])
    if before.state in ("replied", "resolved"):
        done = await worked_out(services, kept, Act(by=VIGIE, deed="reopen"), now)
    return Done(done.conversation, [*done.writes, *await _quoted(services, before, post, now)])


async def _quoted(
    services: Services, conversation: Conversation, post: Post, now: datetime
) -> list[Write]:
    """The post, in the thread of the alert."""
    alert = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    if alert is None:
        return []
    id, channel = alert.value.id, alert.value.channel
    text = wrote(post, voices.in_channel(services, channel))
    note = note_delivery(id, channel, text, services.sequence(), now)
    return [services.records.outbox.put(note.id, note, 0)]


async def shown(services: Services, id: str) -> Conversation:
    """The conversation of a card, a drill's as well. Raises a ConversationError."""
    if is_practice(id):
        return await practice.worked(services, id)
    return (await find(services, id)).value


async def queue(
    services: Services, assignee: str = "", *, watch: str = "", overdue: bool = False
) -> list[Conversation]:
    """The open conversations by deadline: of `assignee`, of a watch, or the overdue ones; all where
    nothing is said."""
    wanted = Wanted(assignee=assignee, watch=watch, overdue=overdue)
    records = services.records
    found = await (open_now(records, assignee) if assignee else services.pending.read(records))
    now = services.now()
    return [one for one in found if wanted.fits(one, now)]


async def how_many(services: Services, states: Iterable[State] = OPEN, assignee: str = "") -> int:
    """How many conversations are in one of these states: all of them, or those of `assignee`."""
    whose = {"assignee": assignee} if assignee else {}
    counts = [
        await services.records.conversations.count({**whose, "state": state}, "opened")
        for state in states
    ]
    return sum(counts)


async def history(services: Services, id: str) -> list[AuditEvent]:
    """Who did what to a conversation, oldest first."""
    found = await services.records.audit.find({"conversation": id}, "order")
    return [kept.value for kept in found]
