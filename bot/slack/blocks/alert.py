"""An alert's card: what happened, how bad it is and why, who has it, and the next step."""

from __future__ import annotations

from bot.domain.alerts import NegativeReason, SpikeReason, TrackedReason
from bot.domain.novelties import NoveltyReason
from bot.domain.silences import SilenceReason
from bot.domain.velocity import VelocityReason
from bot.domain.waves import WaveReason
from bot.slack import ids
from bot.slack.blocks.cardparts import (
    AlertView,
    Entry,
    Handled,
    byline,
    rings,
    small_print,
    unmute_button,
)
from bot.slack.blocks.checklist import offer_line
from bot.slack.blocks.judging import judged_section
from bot.slack.blocks.news import novelty_card, velocity_card
from bot.slack.blocks.parts import Card, context, header, link_button, section
from bot.slack.blocks.quoting import quoted
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.silence import silence_card
from bot.slack.blocks.spike import spike_card, spike_why
from bot.slack.blocks.standing import why_flagged
from bot.slack.blocks.steps import LIGHTS, buttons, state_line
from bot.slack.blocks.story import story_card
from bot.slack.blocks.tracked import tracked_card
from bot.slack.blocks.wave import wave_card
from bot.slack.mrkdwn import name

__all__ = ["AlertView", "Entry", "Handled", "alert_card", "spike_why"]


def alert_card(view: AlertView) -> Card:
    """The card of an alert in the state of the moment."""
    match view.alert.reason:
        case NegativeReason() if view.alert.count > 1:
            card = story_card(view)
        case NegativeReason() as reason:
            card = _negative_card(view, reason)
        case SpikeReason() as reason:
            card = spike_card(view, reason)
        case WaveReason() as reason:
            card = wave_card(view, reason)
        case SilenceReason() as reason:
            card = silence_card(view, reason)
        case NoveltyReason() as reason:
            card = novelty_card(view, reason)
        case VelocityReason() as reason:
            card = velocity_card(view, reason)
        case TrackedReason() as reason:
            card = tracked_card(
                reason, view.alert, view.conversation, view.posts, view.now, view.voice
            )
    return _marked(rings(_with_playbook(card, view), view), view.mark)


def _with_playbook(card: Card, view: AlertView) -> Card:
    if view.playbook is None:
        return card
    return Card(card.text, (*card.blocks, offer_line(view.alert.id, view.playbook, view.voice)))


def _marked(card: Card, mark: str) -> Card:
    return Card(f"{mark}: {card.text}", (context(mark), *card.blocks)) if mark else card


def _negative_card(view: AlertView, reason: NegativeReason) -> Card:
    alert, voice, conversation = view.alert, view.voice, view.conversation
    watch = alert.watch
    mention = view.posts[0] if view.posts else None
    if mention is None:
        words = voice.say("A negative post about {watch} was forgotten.", watch=name(watch))
        return Card(words, (context(words),))
    post = mention.post
    who = name(post.author or voice.say("somebody"))
    words = voice.say("Negative post about {watch} by {who}", watch=name(watch), who=who)
    light = LIGHTS[conversation.state] if conversation else LIGHTS["new"]
    blocks = [
        header(f"{light} {voice.say('Negative post')} · {watch}"),
        context(byline(mention, voice)),
        quoted(mention, voice, title="" if post.title in post.text else post.title),
        section(severity_line(alert.graded, voice)),
        judged_section(why_flagged(reason, voice), mention.id, view.judged.get(mention.id), voice),
        *small_print(view),
    ]
    if conversation:
        open_post = link_button(voice.say("Open post"), ids.OPEN_LINK, post.url)
        extra = [element for element in (open_post, unmute_button(view)) if element]
        blocks += [
            context(state_line(conversation, voice, view.now)),
            buttons(conversation, voice, f"alert.{alert.id}", extra=extra),
        ]
    return Card(words, tuple(blocks))
