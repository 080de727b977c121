"""What is said while something takes long."""

from __future__ import annotations

from bot.i18n import Voice
from bot.slack.blocks.parts import Card, context, section


def working_card(voice: Voice) -> Card:
    """In the place where the answer will stand."""
    words = voice.say("⏳ Working on it: the answer comes here.")
    return Card(words, (section(words),))


def elsewhere_card(voice: Voice) -> Card:
    """Where it was asked, if the answer stands elsewhere."""
    words = voice.say("⏳ This takes a moment. The answer comes in your messages with Vigie.")
    return Card(words, (context(words),))
