"""News that a watch asked for: a new theme, and a post that spreads fast."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.mention import Mention
from bot.domain.novelties import NoveltyReason
from bot.domain.velocity import VelocityReason
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, byline, small_print
from bot.slack.blocks.foot import foot, light
from bot.slack.blocks.odds import odds_words
from bot.slack.blocks.parts import Block, Card, context, header, section
from bot.slack.blocks.quoting import quoted
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.themes import theme_name
from bot.slack.mrkdwn import link, name

EXCERPT = 280


def novelty_card(view: AlertView, reason: NoveltyReason) -> Card:
    """The card of a new theme."""
    voice, watch = view.voice, name(view.alert.watch)
    theme = theme_name(reason.theme, voice)
    words = voice.say("New theme about {watch}: {theme}", watch=watch, theme=theme)
    return _card(view, voice.say("New theme"), novelty_why(reason, voice), words)


def velocity_card(view: AlertView, reason: VelocityReason) -> Card:
    """The card of a post that spreads fast."""
    voice = view.voice
    words = voice.say("A post about {watch} spreads fast", watch=name(view.alert.watch))
    return _card(view, voice.say("Post that spreads fast"), velocity_why(reason, voice), words)


def novelty_why(reason: NoveltyReason, voice: Voice) -> str:
    """Why a theme is new, in a sentence."""
    return voice.say(
        "{seen} of the {of} posts of the last day speak of *{theme}*, and {before} of the {known} "
        "looked at of two weeks before.",
        seen=voice.number(reason.seen),
        of=voice.number(reason.of),
        theme=theme_name(reason.theme, voice),
        before=voice.number(reason.before),
        known=voice.number(reason.known),
    )


def velocity_why(reason: VelocityReason, voice: Voice) -> str:
    """Why a post counts as fast, in two sentences."""
    fast = voice.say(
        "{n} likes, replies and reshares, about {speed} an hour.",
        n=voice.number(reason.engagement),
        speed=voice.number(round(reason.speed)),
    )
    return f"{fast} {odds_words(reason.once_in_days, reason.patience, voice)}"


def velocity_line(reason: VelocityReason, mention: Mention, voice: Voice) -> str:
    """The same in one line, for the thread of a spike that runs."""
    return voice.say(
        "🚀 A post by {author} spreads fast: {why} {open}",
        author=name(mention.post.author or voice.say("somebody")),
        why=velocity_why(reason, voice),
        open=link(mention.post.url, voice.say("open")),
    )


def _card(view: AlertView, title: str, why: str, words: str) -> Card:
    alert, voice = view.alert, view.voice
    blocks = [
        header(f"{light(view)} {title} · {alert.watch}"),
        section(f"{severity_line(alert.graded, voice)}\n{why}"),
        *_posts(view.posts, voice),
        *small_print(view),
        *foot(view),
    ]
    return Card(words, tuple(blocks))


def _posts(posts: Sequence[Mention], voice: Voice) -> list[Block]:
    return [
        block
        for mention in posts
        for block in (
            quoted(mention, voice, EXCERPT),
            context(byline(mention, voice, linked=True)),
        )
    ]
