"""What the cards of spikes, waves, silences and news have in common: a light and a foot."""

from __future__ import annotations

from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, Handled, unmute_button
from bot.slack.blocks.parts import Block, context
from bot.slack.blocks.steps import LIGHTS, buttons, state_line


def light(view: AlertView) -> str:
    """The light of its conversation, or that of what nobody has; green once it is over."""
    if view.alert.ended is not None:
        return "🟢"
    return LIGHTS[view.conversation.state] if view.conversation else LIGHTS["new"]


def foot(view: AlertView) -> list[Block]:
    """Who has its conversation, and the next steps; nothing where there is none."""
    conversation = view.conversation
    if conversation is None:
        return []
    unmute = unmute_button(view)
    return [
        context(state_line(conversation, view.voice, view.now)),
        buttons(
            conversation,
            view.voice,
            f"alert.{view.alert.id}",
            spike=True,
            extra=[unmute] if unmute else (),
        ),
    ]


def thread_line(handled: Handled | None, voice: Voice) -> list[Block]:
    """How many negative posts stand in the thread."""
    if handled is None or not handled.posts:
        return []
    posts = voice.plural(
        "🧵 {n} negative post in this thread", "🧵 {n} negative posts in this thread", handled.posts
    )
    if handled.waiting:
        waiting = voice.plural("{n} that nobody has", "{n} that nobody has", handled.waiting)
        return [context(f"{posts} · {waiting}")]
    return [context(posts)]
