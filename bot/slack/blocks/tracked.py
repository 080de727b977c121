"""The card of a conversation that a person found: small, in the thread of where they found it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts import Alert, TrackedReason
from bot.domain.conversation import Conversation
from bot.domain.links import host_of
from bot.domain.mention import Mention
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, context, link_button, quote, section
from bot.slack.blocks.steps import LIGHTS, buttons, state_line
from bot.slack.mrkdwn import name

EXCERPT = 280


def tracked_card(
    reason: TrackedReason,
    alert: Alert,
    conversation: Conversation | None,
    posts: Sequence[Mention],
    now: datetime,
    voice: Voice,
) -> Card:
    """Whose find it is, what it says as far as that is known, who has it, and the next step."""
    watch, host = name(alert.watch), name(host_of(reason.url))
    if conversation is None:
        words = voice.say("A conversation about {watch} was forgotten.", watch=watch)
        return Card(words, (context(words),))
    told = voice.say(
        "Tracked as `{id}` by {who} · {watch} · {host}",
        id=conversation.id,
        who=name(reason.called),
        watch=watch,
        host=host,
    )
    said = posts[0].post.text or posts[0].post.title if posts else reason.words
    blocks: list[Block] = [section(f"{LIGHTS[conversation.state]} {told}")]
    if said:
        blocks.append(quote(said, EXCERPT))
    open_post = link_button(voice.say("Open post"), ids.OPEN_LINK, reason.url)
    blocks += [
        context(state_line(conversation, voice, now)),
        buttons(
            conversation,
            voice,
            f"alert.{alert.id}",
            extra=[open_post] if open_post else (),
        ),
    ]
    return Card(told, tuple(blocks))
