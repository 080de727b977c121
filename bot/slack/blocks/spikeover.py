"""The card of a spike that is over: how it went, and what became of its negative posts."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.alerts import Over
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, Handled, small_print
from bot.slack.blocks.foot import foot
from bot.slack.blocks.parts import Block, Card, fields, header, local_time, section
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.spikeparts import about, authors_words, made_of, posts_of
from bot.slack.mrkdwn import name

A_MINUTE = timedelta(minutes=1)


def over_card(view: AlertView, over: Over) -> Card:
    """The card in its final form."""
    voice, watch = view.voice, name(view.alert.watch)
    peak = voice.plural(
        "{n} mention from {time}", "{n} mentions from {time}", over.peak,
        time=local_time(over.peak_at, "{time}"),
    )  # fmt: skip
    figures = [
        (voice.say("Began"), local_time(over.began)),
        (voice.say("Ended"), local_time(over.ended)),
        (voice.say("Busiest hour"), peak),
        (voice.say("Mentions"), voice.number(over.mentions)),
        *about(over.themes, over.drivers, voice),
        (voice.say("Authors"), authors_words(over.authors, over.reshares, voice)),
    ]
    blocks = [
        header(f"🟢 {voice.say('Spike, over')} · {view.alert.watch}"),
        section(f"{_lasted(over, voice)} {_worst(view)}"),
        fields(figures),
        *made_of(over.drivers, voice),
        *_handled(view.handled, voice),
        *posts_of(view),
        *small_print(view),
        *foot(view),
    ]
    words = voice.say("The spike about {watch} is over.", watch=watch)
    return Card(f"{words} {_lasted(over, voice)}", tuple(blocks))


def _lasted(over: Over, voice: Voice) -> str:
    if over.ended - over.began < A_MINUTE:
        return voice.say("It was seen once.")
    return voice.say("It lasted {span}.", span=voice.span(over.ended - over.began))


def _worst(view: AlertView) -> str:
    return severity_line(view.alert.graded, view.voice)


def _handled(handled: Handled | None, voice: Voice) -> list[Block]:
    """What became of the negative posts, and how soon somebody was there."""
    if handled is None:
        return []
    lines = []
    if handled.posts:
        conversations = voice.plural("{n} conversation", "{n} conversations", handled.conversations)
        lines.append(
            voice.plural(
                "🧵 {n} negative post in {conversations}, in this thread.",
                "🧵 {n} negative posts in {conversations}, in this thread.",
                handled.posts,
                conversations=conversations,
            )
        )
    if handled.by:
        who = voice.listed(f"<@{user}> ({voice.number(n)})" for user, n in handled.by)
        lines.append(voice.say("Handled by {who}.", who=who))
    elif handled.claimed is None:
        lines.append(voice.say("Nobody took it in hand."))
    if handled.waiting:
        lines.append(
            voice.plural("{n} waits for somebody.", "{n} wait for somebody.", handled.waiting)
        )
    if handled.claimed is not None:
        span = voice.span(handled.claimed)
        lines.append(voice.say("First claimed {span} after the beginning.", span=span))
    if handled.answered is not None:
        span = voice.span(handled.answered)
        lines.append(voice.say("First answered {span} after the beginning.", span=span))
    return [section(" ".join(lines))] if lines else []
