"""What a running spike's card and that of one that is over have in common."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.excess import Driver
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, byline
from bot.slack.blocks.drivers import SHOWN, driver_lines
from bot.slack.blocks.parts import Block, context, section
from bot.slack.blocks.quoting import quoted
from bot.slack.blocks.themes import theme_names

EXCERPT = 280
DRIVERS = 3


def about(themes: Sequence[str], drivers: Sequence[Driver], voice: Voice) -> list[tuple[str, str]]:
    """What it is about, where what makes it up does not say that, and it is about anything."""
    if not themes or any(driver.kind == "theme" for driver in drivers[:SHOWN]):
        return []
    return [(voice.say("About"), theme_names(themes, voice))]


def authors_words(authors: int, reshares: int, voice: Voice) -> str:
    """How many people wrote, and how many posts only pass on another's."""
    if not reshares:
        return voice.number(authors)
    passed_on = voice.plural("{n} reshare", "{n} reshares", reshares)
    return f"{voice.number(authors)} · {passed_on}"


def made_of(drivers: Sequence[Driver], voice: Voice) -> list[Block]:
    """The drivers of its excess, with their shares."""
    lines = driver_lines(drivers, voice)
    if not lines:
        return []
    heading = f"*{voice.say('What makes it up')}*"
    return [section("\n".join([heading, *(f"• {line}" for line in lines)]))]


def posts_of(view: AlertView) -> list[Block]:
    """The posts that drove it."""
    if not view.posts:
        return []
    voice = view.voice
    blocks = [section(f"*{voice.say('The posts that drove it')}*")]
    for mention in view.posts[:DRIVERS]:
        blocks += [
            quoted(mention, voice, EXCERPT),
            context(byline(mention, voice, linked=True)),
        ]
    return blocks
