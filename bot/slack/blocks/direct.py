"""Words about a conversation to the person who has it, with its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.excerpt import shorten
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.parts import (
    Block,
    Card,
    actions,
    button,
    context,
    link_button,
    local_time,
    section,
)
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import escape, name

NOTE = 1000

SHOWN = 10
"""Conversations that are named where there are many."""


def handed_over(conversation: Conversation, event: AuditEvent, voice: Voice, now: datetime) -> Card:
    """To whom it was given: by whom, with which note, and what it is about."""
    text = voice.say("<@{by}> gave you `{id}`.", by=event.by, id=conversation.id)
    note = escape(shorten(event.note, NOTE))
    said = [section(f"> {note}")] if note else []
    return Card(text, (section(text), *said, *_essence(conversation, voice, now)))


def taken_from_you(conversation: Conversation, event: AuditEvent, voice: Voice) -> Card:
    """To who had it: by whom it was given to somebody else."""
    id = conversation.id
    text = (
        voice.say("<@{by}> took `{id}` over from you.", by=event.by, id=id)
        if event.by == event.to
        else voice.say("<@{by}> handed `{id}` over to <@{to}>.", by=event.by, id=id, to=event.to)
    )
    title = shown_title(conversation, voice)
    return Card(text, (section(text), section(f"{title} · {name(conversation.watch)}")))


def of_itself(conversation: Conversation, words: str, voice: Voice, now: datetime) -> Card:
    """What came by itself, in `words`: an answer at the source, the end of a snooze or a claim."""
    return Card(words, (section(words), *_essence(conversation, voice, now)))


def due_soon(conversation: Conversation, voice: Voice, now: datetime) -> Card:
    """To who has it: its deadline is near."""
    left = steps.deadline(conversation, voice, now)
    text = voice.say("⏰ `{id}` is to be answered: {left}.", id=conversation.id, left=left)
    return Card(text, (section(text), *_essence(conversation, voice, now)))


def overdue(conversation: Conversation, voice: Voice, now: datetime) -> Card:
    """To who has it, or to the manager: its deadline was missed."""
    text = overdue_line(conversation, voice)
    return Card(text, (section(text), *_essence(conversation, voice, now)))


def overdue_line(conversation: Conversation, voice: Voice) -> str:
    """That a deadline was missed, and who has it."""
    due, id = local_time(conversation.due or conversation.changed), conversation.id
    if conversation.assignee:
        return voice.say(
            "⏰ `{id}` is overdue since {time}: <@{who}> has it.",
            id=id,
            time=due,
            who=conversation.assignee,
        )
    return voice.say("⏰ `{id}` is overdue since {time}, and nobody has it.", id=id, time=due)


def all_overdue(conversations: Sequence[Conversation], voice: Voice) -> Card:
    """That the deadlines of several were missed, some of which nobody may have."""
    free = sum(not one.assignee for one in conversations)
    words = (
        phrase("⏰ {n} conversations are overdue, and nobody has them: {ids}.")
        if free == len(conversations)
        else phrase("⏰ {n} conversations are overdue, {free} of them still to be taken: {ids}.")
        if free
        else phrase("⏰ {n} conversations are overdue: {ids}.")
    )
    named = ", ".join(f"`{one.id}`" for one in conversations[:SHOWN])
    text = voice.say(
        words,
        n=voice.number(len(conversations)),
        free=voice.number(free),
        ids=f"{named}, …" if len(conversations) > SHOWN else named,
    )
    shown = voice.say("`/vigie queue overdue` shows them all.")
    return Card(f"{text} {shown}", (section(f"{text} {shown}"),))


def all_lapsed(number: int, voice: Voice) -> str:
    """That many claims lapsed in the same moment."""
    text = voice.say(
        "🔴 {n} conversations have nobody any more: those who had them did not say that they are "
        "still on them.",
        n=voice.number(number),
    )
    shown = voice.say("`/vigie queue` shows them all.")
    return f"{text} {shown}"


def still_on_it(conversation: Conversation, lapse_at: datetime, voice: Voice) -> Card:
    """To who has it: whether they go on. The question's row is one of its own."""
    id = conversation.id
    text = voice.say(
        "⏳ <@{who}>, are you still working on `{id}`? "
        "Without a word from you it goes back to the queue {time}.",
        who=conversation.assignee,
        id=id,
        time=local_time(lapse_at),
    )
    row = [
        button(voice.say("Still on it"), ids.CONFIRM, id, style="primary"),
        button(voice.say("Release"), ids.RELEASE, id),
    ]
    return Card(text, (section(text), actions(f"{ids.LEASE_BLOCK}.{id}", row)))


def redrawn(
    blocks: Sequence[Block], conversation: Conversation, voice: Voice, now: datetime
) -> list[Block]:
    """A message's blocks with the conversation as it is now: its line, its row, and what became of
    a question."""
    return [_now(block, conversation, voice, now) for block in blocks]


def _now(block: Block, conversation: Conversation, voice: Voice, now: datetime) -> Block:
    id = conversation.id
    match block.get("block_id"):
        case str(named) if named == f"{ids.DIRECT_BLOCK}.{id}":
            return _row(conversation, voice)
        case str(named) if named in (f"{ids.STATE_BLOCK}.{id}", f"{ids.LEASE_BLOCK}.{id}"):
            return _state(conversation, voice, now)
        case _:
            return block


def _essence(conversation: Conversation, voice: Voice, now: datetime) -> tuple[Block, ...]:
    """What it is about, how it stands, and its row of buttons."""
    title = shown_title(conversation, voice)
    return (
        section(f"{title} · {name(conversation.watch)}"),
        _state(conversation, voice, now),
        _row(conversation, voice),
    )


def _state(conversation: Conversation, voice: Voice, now: datetime) -> Block:
    line = context(steps.state_line(conversation, voice, now))
    return {**line, "block_id": f"{ids.STATE_BLOCK}.{conversation.id}"}


def _row(conversation: Conversation, voice: Voice) -> Block:
    post = link_button(voice.say("Open post"), ids.OPEN_LINK, conversation.url)
    block_id = f"{ids.DIRECT_BLOCK}.{conversation.id}"
    return steps.buttons(conversation, voice, block_id, extra=[post] if post else [])
