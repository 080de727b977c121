"""Many conversations that are given at once: shown before, and told after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.conversations import more
from bot.slack.blocks.parts import Block, Card, actions, button, context, fitted, section
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import name

SHOWN = 10
TITLE = 100

MOST = 200
"""Given at once: their ids fit a button's value (2,000 characters)."""


def asking_card(
    found: Sequence[Conversation], by: str, to: str, had: str, voice: Voice, now: datetime
) -> Card:
    """What would be given to whom, with the button that does it."""
    if not found:
        words = voice.say("No open conversation fits that: nothing to assign.")
        return Card(words, (section(words),))
    batch = found[:MOST]
    words = voice.plural(
        "Give {n} conversation to <@{to}>?", "Give {n} conversations to <@{to}>?", len(batch), to=to
    )
    label = voice.plural("Assign {n}", "Assign {n}", len(batch))
    value = " ".join((by, to, had or NOBODY, *(one.id for one in batch)))
    row = [
        button(label, ids.BULK_GIVE, value, style="primary"),
        button(voice.say("Cancel"), ids.BULK_CANCEL, by),
    ]
    blocks = [section(words), *_list(batch, voice, now)]
    if len(found) > len(batch):
        blocks.append(context(_left(len(found) - len(batch), voice)))
    return fitted(words, [*blocks, actions(ids.BULK_BLOCK, row)], voice)


def _left(n: int, voice: Voice) -> str:
    """That as many fit as well, but are not given this time."""
    return voice.plural(
        "{n} more fits, but so many cannot be given at once: ask again after these.",
        "{n} more fit, but so many cannot be given at once: ask again after these.",
        n,
    )


def already_card(voice: Voice) -> Card:
    """That one's own are to be given to oneself."""
    words = voice.say("Those are yours already.")
    return Card(words, (section(words),))


NOBODY = "-"


def asked_of(value: str) -> tuple[str, str, str, tuple[str, ...]]:
    """Who asked, to whom, whose they were, and which: what the button carries. Raises ValueError
    for anything else."""
    by, to, had, *named = value.split()
    return by, to, "" if had == NOBODY else had, tuple(named)


def given_card(given: Sequence[Conversation], by: str, voice: Voice, now: datetime) -> Card:
    """To who got them: by whom, and which."""
    words = voice.plural(
        "<@{by}> gave you {n} conversation: `/vigie queue me`.",
        "<@{by}> gave you {n} conversations: `/vigie queue me`.",
        len(given),
        by=by,
    )
    return fitted(words, [section(words), *_list(given, voice, now)], voice)


def done_card(given: int, left_alone: int, to: str, voice: Voice) -> Card:
    """To who asked: how many are theirs now, and how many had changed meanwhile."""
    words = voice.plural(
        "{n} conversation is <@{to}>’s now.", "{n} conversations are <@{to}>’s now.", given, to=to
    )
    blocks: list[Block] = [section(words)]
    if left_alone:
        blocks.append(
            context(
                voice.plural(
                    "{n} had changed meanwhile, and was left alone.",
                    "{n} had changed meanwhile, and were left alone.",
                    left_alone,
                )
            )
        )
    return Card(words, tuple(blocks))


def cancelled_card(voice: Voice) -> Card:
    """That nothing was done."""
    words = voice.say("Nothing was assigned.")
    return Card(words, (section(words),))


def _list(found: Sequence[Conversation], voice: Voice, now: datetime) -> list[Block]:
    """The first ten."""
    lines = [_line(one, voice, now) for one in found[:SHOWN]]
    blocks: list[Block] = [section("\n".join(lines))]
    if len(found) > SHOWN:
        blocks.append(context(more(len(found) - SHOWN, voice)))
    return blocks


def _line(conversation: Conversation, voice: Voice, now: datetime) -> str:
    light = steps.SEVERITY_LIGHTS[conversation.severity]
    title = shown_title(conversation, voice, TITLE)
    parts = (
        f"{light} `{conversation.id}` {title}",
        name(conversation.watch),
        steps.deadline(conversation, voice, now),
    )
    return " · ".join(part for part in parts if part)
