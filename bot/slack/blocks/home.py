"""App Home: what a person has to do, and what they may take."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversation import Conversation
from bot.i18n import Voice
from bot.slack.blocks.conversations import SHOWN, conversation_line
from bot.slack.blocks.parts import Block, context, header, section


def home_blocks(
    mine: Sequence[Conversation], everybody: Sequence[Conversation], voice: Voice
) -> list[Block]:
    """App Home: what I have, then what nobody has."""
    waiting = [conversation for conversation in everybody if conversation.state == "new"]
    blocks = [header("My conversations")]
    blocks += [conversation_line(c, voice) for c in mine[:SHOWN]] or [
        section("You have none. Claim one below, or on an alert.")
    ]
    blocks += [{"type": "divider"}, header("Nobody has these yet")]
    blocks += [conversation_line(c, voice) for c in waiting[:SHOWN]] or [
        section("The queue is empty. 🎉")
    ]
    if len(waiting) > SHOWN:
        blocks.append(context(f"…and {len(waiting) - SHOWN} more: `/vigie queue`"))
    return blocks


def home_view(
    mine: Sequence[Conversation], everybody: Sequence[Conversation], voice: Voice
) -> Block:
    """App Home."""
    return {"type": "home", "blocks": home_blocks(mine, everybody, voice)}
