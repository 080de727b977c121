"""A conversation, or a thread in Slack, summed up: what is asked, answered and open in it."""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.recap import Recap, TalkRecap
from bot.domain.worded import Worded
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.gist import gist_blocks, open_block, open_lines, reach_words, size_words
from bot.slack.blocks.parts import (
    Block,
    Card,
    context,
    divider,
    fitted,
    local_time,
    plain,
    section,
)
from bot.slack.blocks.titles import shown_title
from bot.slack.blocks.worded import among
from bot.slack.faults import why
from bot.slack.mrkdwn import name
from bot.slack.notes import told, with_names

_PING = re.compile(r"<@([A-Z0-9]+)>")


def recap_card(recap: Recap, voice: Voice, now: datetime) -> Card:
    """The answer to `/vigie summarise ID`, with the conversation's row."""
    id = recap.conversation.id
    row = steps.buttons(recap.conversation, voice, f"{ids.DIRECT_BLOCK}.{id}")
    title = voice.say("What `{id}` comes to", id=id)
    return fitted(title, [*_recap_blocks(recap, voice, now), row], voice)


def talk_card(talk: TalkRecap, voice: Voice, now: datetime) -> Card:
    """The answer to a mention in a thread."""
    return fitted(voice.say("What this thread comes to"), _talk_blocks(talk, voice, now), voice)


def recap_view(recap: Recap, found: Worded | None, voice: Voice, now: datetime) -> Block:
    """A conversation summed up, in a window; `found` is how a language model words it."""
    return _view(among(_recap_blocks(recap, voice, now), found, voice), voice)


def talk_view(talk: TalkRecap, found: Worded | None, voice: Voice, now: datetime) -> Block:
    """A thread summed up, in a window."""
    return _view(among(_talk_blocks(talk, voice, now), found, voice), voice)


def working_view(voice: Voice) -> Block:
    """What is shown while it is read."""
    return _view([section(voice.say("⏳ Reading the thread…"))], voice)


def words_view(words: str, voice: Voice) -> Block:
    """Why there is nothing to show, in mrkdwn."""
    return _view([section(words)], voice)


def _view(blocks: list[Block], voice: Voice) -> Block:
    return {
        "type": "modal",
        "callback_id": ids.RECAP_VIEW,
        "title": plain(voice.say("Summary"), 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": list(fitted("", blocks, voice).blocks),
    }


def _recap_blocks(recap: Recap, voice: Voice, now: datetime) -> list[Block]:
    conversation = recap.conversation
    title = f"*{shown_title(conversation, voice)}* · {name(conversation.watch)}"
    state = context(steps.state_line(conversation, voice, now))
    blocks = [
        section(title),
        {**state, "block_id": f"{ids.STATE_BLOCK}.{conversation.id}"},
        context(" · ".join(_size(recap, voice))),
    ]
    if recap.error:
        blocks.append(
            context(
                voice.say(
                    "⚠️ The source could not be read just now ({why}). This is how it was {time}.",
                    why=why(recap.error, voice),
                    time=local_time(recap.read),
                )
            )
        )
    if not recap.gist.entries:
        blocks.append(section(voice.say("Nothing of it is known here.")))
    else:
        blocks += gist_blocks(recap.gist, voice, now)
    if team := _team_lines(recap, voice):
        blocks.append(section("\n".join([voice.say("*In the team*"), *team])))
    return [
        *blocks,
        open_block([*open_lines(recap.gist, voice, now), *_waits(recap, voice, now)], voice),
    ]


def _size(recap: Recap, voice: Voice) -> list[str]:
    parts = (size_words(recap.gist, voice), reach_words(recap.reach, voice))
    return [part for part in parts if part]


def _team_lines(recap: Recap, voice: Voice) -> list[str]:
    """What people did, oldest first; nobody is rung by it."""
    lines = []
    for step in recap.steps:
        words = _PING.sub(r"@{\1}", told(step.event, voice, step.had, quietly=True))
        lines.append(f"• {local_time(step.event.at)} {with_names(words, dict(recap.names))}")
    return lines


def _waits(recap: Recap, voice: Voice, now: datetime) -> list[str]:
    """What the conversation itself waits for."""
    conversation = recap.conversation
    if not conversation.is_open:
        return []
    lines = []
    if not conversation.assignee:
        lines.append(voice.say("• Nobody has it."))
    if deadline := steps.deadline(conversation, voice, now):
        lines.append(f"• {deadline}")
    return lines


def _talk_blocks(talk: TalkRecap, voice: Voice, now: datetime) -> list[Block]:
    blocks: list[Block] = []
    if talk.about:
        blocks += [*_recap_blocks(talk.about, voice, now), divider()]
        if not talk.gist.entries:
            return [*blocks, context(voice.say("Nobody wrote anything in this thread."))]
        blocks.append(section(voice.say("*In this thread*")))
    elif not talk.gist.entries:
        return [section(voice.say("Nobody wrote anything in this thread."))]
    size = size_words(talk.gist, voice)
    if talk.is_cut:
        size = voice.say("{size}: its beginning; it is longer than Vigie reads", size=size)
    return [
        *blocks,
        context(size),
        *gist_blocks(talk.gist, voice, now),
        open_block(open_lines(talk.gist, voice, now), voice),
    ]
