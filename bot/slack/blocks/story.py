"""A story of negative posts: its card, with the worst three; and a modal with all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.domain.alerts import Alert
from bot.domain.conversation import OPEN, State
from bot.domain.judgements import Judgement
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.cardparts import AlertView, Entry, byline, small_print, unmute_button
from bot.slack.blocks.judging import judge_row, judged_section
from bot.slack.blocks.parts import (
    Block,
    Card,
    actions,
    button,
    context,
    divider,
    header,
    local_time,
    plain,
    section,
)
from bot.slack.blocks.quoting import line_of, quoted
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.steps import LIGHTS, buttons, state_line
from bot.slack.mrkdwn import link, name

WORST = 3
EXCERPT = 280

LISTED = 48
"""Conversations in the modal, with two blocks for each."""

_NOBODY: Mapping[str, Judgement] = MappingProxyType({})

LINE = 200


def story_card(view: AlertView) -> Card:
    """How many there are, how bad that is, the worst three with their next steps."""
    alert, voice = view.alert, view.voice
    posts = voice.plural("{n} negative post", "{n} negative posts", alert.count)
    title = f"{LIGHTS[_light(view.entries)]} {posts} · {alert.watch}"
    blocks: list[Block] = [
        header(title),
        section(severity_line(alert.graded, voice)),
        context(_figures(view)),
    ]
    for entry in view.entries[:WORST]:
        blocks += [divider(), *_entry(entry, view)]
    blocks += [*small_print(view), *_group(view)]
    words = voice.plural(
        "{n} negative post about {watch}",
        "{n} negative posts about {watch}",
        alert.count,
        watch=name(alert.watch),
    )
    return Card(f"{words}. {severity_line(alert.graded, voice)}", tuple(blocks))


def story_view(
    alert: Alert,
    entries: Sequence[Entry],
    voice: Voice,
    now: datetime,
    judged: Mapping[str, Judgement] = _NOBODY,
) -> Block:
    """All conversations of a story as a modal, each with its next step, and what was said of its
    worst post."""
    lines: list[Block] = []
    for entry in entries[:LISTED]:
        word = judged.get(entry.mention.id)
        lines += [_line(entry, alert, voice, now), judge_row(entry.mention.id, word, voice)]
    if len(entries) > LISTED:
        more = len(entries) - LISTED
        lines.append(
            context(
                voice.plural("…and {n} more: `/vigie queue`", "…and {n} more: `/vigie queue`", more)
            )
        )
    if not lines:
        lines = [section(voice.say("None of its posts is kept any more."))]
    return {
        "type": "modal",
        "callback_id": ids.STORY_VIEW,
        "title": plain(voice.say("Negative posts"), 24),
        "close": plain(voice.say("Close"), 24),
        "private_metadata": alert.id,
        "blocks": lines,
    }


def _figures(view: AlertView) -> str:
    alert, voice = view.alert, view.voice
    waiting = sum(entry.conversation.state == "new" for entry in view.entries)
    parts = [
        voice.say("since {time}", time=local_time(alert.raised, "{time}")),
        voice.plural("{n} conversation", "{n} conversations", len(view.entries)),
        voice.plural("{n} that nobody has", "{n} that nobody has", waiting)
        if waiting
        else voice.say("somebody has each of them"),
    ]
    return " · ".join(parts)


def _entry(entry: Entry, view: AlertView) -> list[Block]:
    alert, voice, mention, conversation = view.alert, view.voice, entry.mention, entry.conversation
    state = f"{LIGHTS[conversation.state]} {state_line(conversation, voice, view.now)}"
    about = f"{byline(mention, voice, linked=True)}\n{state}"
    return [
        quoted(mention, voice, EXCERPT),
        judged_section(about, mention.id, view.judged.get(mention.id), voice),
        buttons(conversation, voice, f"{ids.STORY_BLOCK}.{alert.id}.{conversation.id}"),
    ]


def _group(view: AlertView) -> list[Block]:
    """What is done with the story as a whole."""
    alert, voice, more = view.alert, view.voice, len(view.entries) - WORST
    words = (
        voice.plural("And {n} more…", "And {n} more…", more) if more > 0 else voice.say("Show all")
    )
    row = [button(words, ids.STORY_ALL, alert.id)]
    if any(entry.conversation.state == "new" for entry in view.entries):
        row.append(button(voice.say("Claim all"), ids.STORY_CLAIM, alert.id))
    if unmute := unmute_button(view):
        row.append(unmute)
    return [divider(), actions(f"alert.{alert.id}", row)]


def _line(entry: Entry, alert: Alert, voice: Voice, now: datetime) -> Block:
    post, conversation = entry.mention.post, entry.conversation
    words = line_of(entry.mention, voice, LINE)
    who = name(post.author or voice.say("somebody"))
    opened = link(post.url, voice.say("open"))
    said = f"{words} {who}, {name(post.source)}"
    text = f"{LIGHTS[conversation.state]} {said} · {opened}\n{state_line(conversation, voice, now)}"
    step = None
    if conversation.state == "new":
        step = button(voice.say("Claim"), ids.CLAIM, conversation.id, style="primary")
    elif conversation.is_open:
        step = button(voice.say("Resolve…"), ids.RESOLVE, conversation.id)
    id = f"{ids.STORY_BLOCK}.{alert.id}.{conversation.id}"
    return section(text, block_id=id, accessory=step)


def _light(entries: Sequence[Entry]) -> State:
    """The light of the whole: red while anybody is waited for, green when all is done."""
    states = {entry.conversation.state for entry in entries}
    return next((state for state in OPEN if state in states), "resolved" if states else "new")
