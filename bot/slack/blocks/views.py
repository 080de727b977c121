"""Forms: to whom a conversation is given, how it was resolved, until when it sleeps."""

from __future__ import annotations

from datetime import datetime

from bot.domain.conversation import Conversation
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks import titles
from bot.slack.blocks.forms import field, modal, option, person_select, select, text_input
from bot.slack.blocks.parts import Block, Element, plain, section

NOTE = 1000

SNOOZES = {
    "soon": phrase("In 2 hours"),
    "tomorrow": phrase("Tomorrow morning"),
    "monday": phrase("Monday morning"),
    "day": phrase("On the morning of the day below"),
}
"""Until when a conversation can sleep, by `bot.domain.snoozes.Choice`."""


def assign_view(conversation: Conversation, voice: Voice, now: datetime) -> Block:
    """Who gets it, and a note for them."""
    taken = bool(conversation.assignee)
    note = text_input(
        most=NOTE, empty=voice.say("What they should know; they get it in a direct message")
    )
    return _form(
        ids.ASSIGN_VIEW,
        voice.say("Hand over") if taken else voice.say("Assign"),
        conversation,
        voice,
        [
            field(
                ids.ASSIGNEE,
                voice.say("Who takes care of it?"),
                person_select(empty=voice.say("Choose a person")),
            ),
            field(ids.NOTE, voice.say("A note for them"), note, optional=True),
        ],
    )


def resolve_view(conversation: Conversation, voice: Voice, now: datetime) -> Block:
    """A note on how it ended; it may stay empty."""
    note = text_input(most=NOTE, empty=voice.say("Answered, refund sent"))
    block = field(ids.NOTE, voice.say("How was it resolved?"), note, optional=True)
    return _form(ids.RESOLVE_VIEW, voice.say("Resolve"), conversation, voice, [block])


def snooze_view(conversation: Conversation, voice: Voice, now: datetime) -> Block:
    """Until when it sleeps."""
    options = [option(voice.say(words), value) for value, words in SNOOZES.items()]
    until = select(options, chosen="tomorrow")
    day: Element = {
        "type": "datepicker",
        "action_id": ids.VALUE,
        "placeholder": plain(voice.say("Choose a day"), 150),
    }
    return _form(
        ids.SNOOZE_VIEW,
        voice.say("Snooze"),
        conversation,
        voice,
        [
            field(
                ids.SNOOZE_UNTIL,
                voice.say("Until when?"),
                until,
                hint=voice.say("It wakes to what it is now. Its deadline goes on."),
            ),
            field(ids.SNOOZE_DAY, voice.say("Day"), day, optional=True),
        ],
    )


def notice_view(words: str, voice: Voice) -> Block:
    """A word to a person where no message can be written to them."""
    return {
        "type": "modal",
        "callback_id": ids.NOTICE_VIEW,
        "title": plain("Vigie", 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": [section(words)],
    }


def _about(words: str) -> Block:
    return {"type": "section", "text": plain(words, 3000)}


def _form(
    callback: str, title: str, conversation: Conversation, voice: Voice, fields: list[Block]
) -> Block:
    """A form about a conversation, whose button says what its title says."""
    return modal(
        callback,
        title,
        [_about(titles.title(conversation, voice)), *fields],
        submit=title,
        close=voice.say("Cancel"),
        metadata=f"{conversation.id} {conversation.assignee}".strip(),
    )


def seen_in(metadata: str) -> tuple[str, str]:
    """Which conversation a form is about, and who had it when the form was opened (`""`:
    nobody)."""
    id, _, had = metadata.partition(" ")
    return id, had
