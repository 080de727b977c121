"""What the work weighs: a person's own week, and the team's."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.domain.load import Load, Workload
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.forms import field, modal, option, person_select, text_input
from bot.slack.blocks.parts import Block, Card, Element, button, context, section
from bot.slack.blocks.titles import title

CHECKBOXES = 10
"""Slack shows at most so many boxes to tick."""

NOTE = 1000


def load_section(load: Workload, voice: Voice) -> list[Block]:
    """A person's own week for App Home, with a way to pass work on where there is any."""
    words = "\n".join(
        [voice.say("*My week*"), _week(load.this, voice), _last_week(load.last, voice)]
    )
    accessory = None
    if load.open:
        accessory = button(voice.say("Pass this on…"), ids.PASS_ON, "mine")
    seen = voice.say("Only you see this.")
    return [section(words, block_id=ids.PASS_ON, accessory=accessory), context(seen)]


def own_card(load: Workload, voice: Voice) -> Card:
    """The same as an answer."""
    return Card(voice.say("*My week*"), tuple(load_section(load, voice)))


def team_card(load: Workload, voice: Voice) -> Card:
    """The team's sums for the manager: last week whole, this week as far as it went."""
    title = voice.say("*The team’s week*")
    open_ = voice.plural(
        "{n} conversation is open now.", "{n} conversations are open now.", load.open
    )
    lines = [title, _last_week(load.last, voice), _week(load.this, voice), open_]
    note = voice.say("Sums of everybody: what each has done is theirs to tell, in their own Home.")
    return Card(title, (section("\n".join(lines)), context(note)))


def _week(load: Load, voice: Voice) -> str:
    return voice.say(
        "Since {day}: {figures}", day=voice.weekday(load.week), figures=_figures(load, voice)
    )


def _last_week(load: Load, voice: Voice) -> str:
    return voice.say(
        "In the week of {day}: {figures}", day=voice.day(load.week), figures=_figures(load, voice)
    )


def _figures(load: Load, voice: Voice) -> str:
    return " · ".join(
        (
            voice.plural("{n} conversation taken", "{n} conversations taken", load.taken),
            voice.plural("{n} negative post read", "{n} negative posts read", load.read),
            voice.plural("{n} act out of hours", "{n} acts out of hours", load.out_of_hours),
        )
    )


def pass_on_view(conversations: Sequence[Conversation], voice: Voice) -> Block:
    """Which of one's conversations go to whom, with which note; the most pressing ones."""
    shown = conversations[:CHECKBOXES]
    boxes: Element = {
        "type": "checkboxes",
        "action_id": ids.VALUE,
        "options": [option(_title(one, voice), one.id) for one in shown],
    }
    hint = ""
    if len(conversations) > len(shown):
        hint = voice.say(
            "The {n} most pressing of {all}.",
            n=voice.number(len(shown)),
            all=voice.number(len(conversations)),
        )
    blocks = [
        field(ids.CONVERSATIONS, voice.say("Which ones?"), boxes, hint=hint),
        field(
            ids.ASSIGNEE, voice.say("To whom?"), person_select(empty=voice.say("Choose a person"))
        ),
        field(
            ids.NOTE,
            voice.say("What should they know?"),
            text_input(most=NOTE, empty=voice.say("What you know, and what is promised")),
            optional=True,
        ),
    ]
    return modal(
        ids.PASS_ON_VIEW,
        voice.say("Pass this on"),
        blocks,
        submit=voice.say("Hand over"),
        close=voice.say("Cancel"),
    )


def _title(conversation: Conversation, voice: Voice) -> str:
    return shorten(f"{conversation.id} {title(conversation, voice)}", 75)
