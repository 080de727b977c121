"""Words about a conversation to the person who has it, with its buttons."""

from __future__ import annotations

from datetime import datetime

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.excerpt import shorten
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.parts import Block, Card, context, link_button, section
from bot.slack.mrkdwn import escape, literal, name

TITLE = 160
NOTE = 1000


def handed_over(conversation: Conversation, event: AuditEvent, voice: Voice, now: datetime) -> Card:
    """To whom it was given: by whom, with which note, and what it is about."""
    text = voice.say("<@{by}> gave you `{id}`.", by=event.by, id=conversation.id)
    note = escape(shorten(event.note, NOTE))
    said = [section(f"> {note}")] if note else []
    return Card(text, (section(text), *said, *_essence(conversation, voice, now)))


def _essence(conversation: Conversation, voice: Voice, now: datetime) -> tuple[Block, ...]:
    """What it is about, how it stands, and its row of buttons."""
    title = literal(shorten(conversation.title, TITLE))
    post = link_button(voice.say("Open post"), ids.OPEN_LINK, conversation.url)
    return (
        section(f"{title} · {name(conversation.watch)}"),
        context(steps.state_line(conversation, voice, now)),
        steps.buttons(
            conversation,
            voice,
            f"{ids.DIRECT_BLOCK}.{conversation.id}",
            extra=[post] if post else [],
        ),
    )
