"""What is held of an author, and the button by which it is forgotten."""

from __future__ import annotations

from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import (
    Card,
    Element,
    actions,
    asking_first,
    button,
    context,
    fitted,
    section,
)
from bot.slack.mrkdwn import name


def held_card(author: str, mentions: int, answers: int, voice: Voice) -> Card:
    """The answer to `/vigie forget AUTHOR`: what would go, and the button."""
    called = name(author)
    if not mentions + answers:
        words = _nothing(author, voice)
        return fitted(words, [section(words)], voice)
    what = _what(mentions, answers, voice)
    words = voice.say("Of {author} Vigie holds {what}.", author=called, what=what)
    after = voice.say(
        "Forgotten, their words, name and links leave the store and every message of Vigie’s in "
        "Slack. That something was said still counts, in its mood, by nobody. What they write from "
        "then on is new; files that were exported are yours to delete."
    )
    return fitted(
        words, [section(words), context(after), actions("forget", [_button(author, voice)])], voice
    )


def forgotten_words(author: str, mentions: int, answers: int, voice: Voice) -> str:
    """What was forgotten, as a line; of a second click, that nothing was left."""
    if not mentions + answers:
        return _nothing(author, voice)
    what = _what(mentions, answers, voice)
    return voice.say("Forgotten: {what} of {author}.", what=what, author=name(author))


def _nothing(author: str, voice: Voice) -> str:
    return voice.say(
        "Nothing is held of {author}. Names are as their source writes them, such as "
        "@ada@social.example.",
        author=name(author),
    )


def _what(mentions: int, answers: int, voice: Voice) -> str:
    parts = [
        voice.plural("{n} mention", "{n} mentions", mentions) if mentions else "",
        voice.plural("{n} answer in a thread", "{n} answers in threads", answers)
        if answers
        else "",
    ]
    return voice.listed([part for part in parts if part])


def _button(author: str, voice: Voice) -> Element:
    label = voice.say("Forget")
    element = button(label, ids.FORGET, author, style="danger")
    return asking_first(element, label, voice.say("This cannot be undone."), label, voice)
