"""The form by which alerts are muted from a card: which ones, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, get_args

import msgspec

from bot.domain.alerts import Kind
from bot.domain.mute_parser import LONGEST_WORD
from bot.domain.mutes import Scope
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.forms import field, modal, option, select
from bot.slack.blocks.mutes import scope_words
from bot.slack.blocks.parts import Block, Element, plain

Which = Literal["watch", "kind", "author", "word"]

WHICH: tuple[Which, ...] = get_args(Which)

LENGTHS: Mapping[str, timedelta] = {
    str(hours): timedelta(hours=hours) for hours in (1, 4, 24, 72, 168)
}
"""For how long, by what the form calls it: hours."""

EVER = "ever"
"""Instead of hours: what is chosen is no mention any more."""

LONGEST_AUTHOR = 100


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What a card, or a conversation, could have muted: its watch, its kind, and the author of its
    post (`""` where it has none). `alert` is whose card it is, `""` for none."""

    watch: str
    kind: Kind | Literal[""] = ""
    author: str = ""
    alert: str = ""

    def written(self) -> str:
        """As it travels with the form."""
        return msgspec.json.encode(self).decode()


def mute_form(target: Target, voice: Voice) -> Block:
    """The form; all alerts of the watch are preset, for an hour."""
    offered = [option(_label(which, target, voice), which) for which in _offered(target)]
    choice: Element = {
        "type": "radio_buttons",
        "action_id": ids.VALUE,
        "options": offered,
        "initial_option": offered[0],
    }
    words: Element = {
        "type": "plain_text_input",
        "action_id": ids.VALUE,
        "max_length": LONGEST_WORD,
        "placeholder": plain(voice.say("a word, or several in a row"), 150),
    }
    lengths = [option(voice.span(length), hours) for hours, length in LENGTHS.items()]
    lengths.append(option(voice.say("For ever, and never counted (admins)"), EVER))
    return modal(
        ids.MUTE_VIEW,
        voice.say("Mute"),
        [
            field(ids.MUTE_WHICH, voice.say("What is held back?"), choice),
            field(ids.MUTE_WORD, voice.say("The word"), words, optional=True),
            field(
                ids.MUTE_FOR,
                voice.say("For how long?"),
                select(lengths, chosen="1"),
                hint=voice.say("Mentions are still kept, and what is held back is counted."),
            ),
        ],
        submit=voice.say("Mute"),
        close=voice.say("Cancel"),
        metadata=target.written(),
    )


def scope_chosen(which: Which, word: str, target: Target) -> Scope:
    """What was chosen in the form."""
    match which:
        case "watch":
            return Scope(watch=target.watch)
        case "kind":
            return Scope(watch=target.watch, kind=target.kind)
        case "author":
            return Scope(author=target.author)
        case "word":
            return Scope(watch=target.watch, word=word)


def _offered(target: Target) -> list[Which]:
    named = {"kind": target.kind, "author": target.author}
    return [which for which in WHICH if named.get(which, "offered")]


def _label(which: Which, target: Target, voice: Voice) -> str:
    if which == "word":
        return voice.say("Posts about {watch} that say a word", watch=target.watch)
    words = scope_words(scope_chosen(which, "", target), voice, str)
    return words[:1].upper() + words[1:]
