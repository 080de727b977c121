"""The queue: conversations as lines with their next step."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import (
    Block,
    Card,
    button,
    context,
    fitted,
    local_time,
    plain,
    section,
)
from bot.slack.mrkdwn import literal, name

TITLE = 160

SHOWN = 20
"""Lines of a queue: with the rest of a message they stay under Slack's 50 blocks."""


def queue_card(conversations: Sequence[Conversation], voice: Voice, *, whose: str = "") -> Card:
    """The open conversations; `whose` is the member whose queue it is, `""` for everybody's."""
    title = f"Queue of <@{whose}>" if whose else "Queue"
    if not conversations:
        empty = f"*{title}* is empty. Nothing waits." if whose else "*The queue is empty.* 🎉"
        return Card("The queue is empty.", (section(empty),))
    waiting = sum(1 for conversation in conversations if conversation.state == "new")
    figures = f"{len(conversations)} open" + ("" if whose else f", {waiting} that nobody has")
    blocks: list[Block] = [section(f"*{title}* · {figures}, oldest first")]
    blocks += [
        conversation_line(conversation, voice, whose) for conversation in conversations[:SHOWN]
    ]
    if len(conversations) > SHOWN:
        blocks.append(context(f"…and {len(conversations) - SHOWN} more."))
    return fitted(f"Queue: {figures}", blocks)


def conversation_line(conversation: Conversation, voice: Voice, whose: str = "") -> Block:
    """One conversation, with the step that it waits for; `whose` queue it stands in."""
    id = conversation.id
    light = "🔴" if conversation.state == "new" else "🟠"
    who = f"<@{conversation.assignee}>" if conversation.assignee else "nobody yet"
    title = literal(shorten(conversation.title, TITLE))
    words = (
        f"{light} `{id}` {title} · {name(conversation.watch)}\n"
        f"{who} · open since {local_time(conversation.opened)}"
    )
    step = (
        button("Claim", ids.CLAIM, id, style="primary")
        if conversation.state == "new"
        else button("Resolve", ids.RESOLVE, id)
    )
    return section(words, block_id=f"{ids.QUEUE_BLOCK}.{whose}.{id}", accessory=step)


def queue_view(card: Card, voice: Voice) -> Block:
    """A queue as a modal."""
    return {
        "type": "modal",
        "callback_id": ids.QUEUE_VIEW,
        "title": plain("Queue", 24),
        "close": plain("Close", 24),
        "blocks": list(card.blocks),
    }
