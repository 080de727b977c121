"""The queue: conversations as lines with their next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.queue import Wanted, is_overdue
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.parts import Block, Card, button, context, fitted, local_time, plain, section
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import name

SHOWN = 20
"""Lines of a queue: with the rest of a message they stay under Slack's 50 blocks."""


def queue_card(
    conversations: Sequence[Conversation], voice: Voice, now: datetime, wanted: Wanted | None = None
) -> Card:
    """The open conversations that were wanted, in their order."""
    wanted = wanted or Wanted()
    title = _title(wanted, voice)
    if not conversations:
        empty = voice.say("Nothing waits. 🎉")
        return Card(voice.say("The queue is empty."), (section(f"*{title}* · {empty}"),))
    figures = " · ".join(_figures(conversations, voice, now))
    blocks: list[Block] = [section(f"*{title}* · {figures}")]
    blocks += [
        conversation_line(conversation, voice, now, written(wanted))
        for conversation in conversations[:SHOWN]
    ]
    if len(conversations) > SHOWN:
        blocks.append(context(more(len(conversations) - SHOWN, voice)))
    return fitted(voice.say("{title}: {figures}", title=title, figures=figures), blocks, voice)


def conversation_line(
    conversation: Conversation, voice: Voice, now: datetime, queue: str = ""
) -> Block:
    """One conversation, with the step that it waits for; `queue` is the one it stands in, as
    `written`."""
    id = conversation.id
    light = steps.SEVERITY_LIGHTS[conversation.severity]
    title = shown_title(conversation, voice)
    standing = _standing(conversation, voice, now)
    words = f"{light} `{id}` {title} · {name(conversation.watch)}\n{standing}"
    step = (
        button(voice.say("Claim"), ids.CLAIM, id, style="primary")
        if not conversation.assignee
        else button(voice.say("Resolve…"), ids.RESOLVE, id)
    )
    return section(words, block_id=f"{ids.QUEUE_BLOCK}.{queue}.{id}", accessory=step)


def queue_view(card: Card, voice: Voice) -> Block:
    """A queue as a modal."""
    return {
        "type": "modal",
        "callback_id": ids.QUEUE_VIEW,
        "title": plain(voice.say("Queue"), 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": list(card.blocks),
    }


def more(n: int, voice: Voice) -> str:
    """That a list goes on."""
    return voice.plural("…and {n} more.", "…and {n} more.", n)


_OVERDUE, _ABOUT = "!", "~"


def written(wanted: Wanted) -> str:
    """Which queue it is, in a block's id: it is drawn again after a click in it."""
    flag = _OVERDUE if wanted.overdue else ""
    return f"{flag}{wanted.assignee}{_ABOUT}{wanted.watch}"


def wanted_of(block_id: str) -> Wanted | None:
    """Which queue a line with this block id stands in; None where it is no line of one."""
    kind, _, rest = block_id.partition(".")
    if kind != ids.QUEUE_BLOCK:
        return None
    assignee, _, watch = rest.rpartition(".")[0].partition(_ABOUT)
    return Wanted(
        assignee=assignee.removeprefix(_OVERDUE),
        watch=watch,
        overdue=assignee.startswith(_OVERDUE),
    )


def _title(wanted: Wanted, voice: Voice) -> str:
    if wanted.assignee:
        title = voice.say("Queue of <@{who}>", who=wanted.assignee)
    else:
        title = voice.say("Overdue") if wanted.overdue else voice.say("Queue")
    return f"{title} · {name(wanted.watch)}" if wanted.watch else title


def _figures(conversations: Sequence[Conversation], voice: Voice, now: datetime) -> list[str]:
    late = sum(1 for conversation in conversations if is_overdue(conversation, now))
    nobodys = sum(1 for conversation in conversations if not conversation.assignee)
    figures = [voice.plural("{n} open", "{n} open", len(conversations))]
    if late:
        figures.append(voice.plural("{n} overdue", "{n} overdue", late))
    if nobodys:
        figures.append(voice.plural("{n} that nobody has", "{n} that nobody has", nobodys))
    return figures


def _standing(conversation: Conversation, voice: Voice, now: datetime) -> str:
    """Who has it, how it stands, and how long there is left to answer."""
    who = f"<@{conversation.assignee}>" if conversation.assignee else voice.say("nobody yet")
    parts = (who, _phase(conversation, voice), steps.deadline(conversation, voice, now))
    return " · ".join(part for part in parts if part)


def _phase(conversation: Conversation, voice: Voice) -> str:
    """What is not plain from who has it and when it is due."""
    match conversation.state:
        case "replied":
            time = local_time(conversation.answered or conversation.changed)
            return voice.say("answered {time}", time=time)
        case "snoozed":
            time = local_time(conversation.snoozed_until or conversation.changed)
            return voice.say("snoozed until {time}", time=time)
        case _ if conversation.due is None:
            return voice.say("open since {time}", time=local_time(conversation.opened))
        case _:
            return ""
