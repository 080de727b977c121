"""Having a link tracked: the form, and what is said of a link that is known already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.domain.links import host_of
from bot.domain.severity import SEVERITIES
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.forms import MOST_OPTIONS, field, modal, option, select
from bot.slack.blocks.parts import Block, Card, Element, context, plain, quote, section
from bot.slack.blocks.severity import NAMES
from bot.slack.blocks.steps import state_line
from bot.slack.blocks.titles import shown_title
from bot.slack.links import Link

EXCERPT = 280


def track_view(
    links: Sequence[Link], watches: Sequence[str], chosen: str, metadata: str, voice: Voice
) -> Block:
    """Which link (where there are several), for which watch, how severe it is."""
    first = links[0]
    blocks: list[Block] = []
    if len(links) > 1:
        blocks.append(field(ids.LINK, voice.say("Which link?"), _links(links)))
    else:
        blocks.append({"type": "section", "text": plain(first.url, 3000)})
        if first.words:
            blocks.append(quote(first.words, EXCERPT))
    ordered = [chosen, *(name for name in watches if name != chosen)][:MOST_OPTIONS]
    blocks += [
        field(
            ids.WATCH,
            voice.say("For which watch?"),
            select([option(name, name) for name in ordered], chosen=chosen),
        ),
        field(ids.SEVERITY, voice.say("How severe is it?"), _severities(voice)),
        context(voice.say("Vigie does not open the link. It keeps the address and these words.")),
    ]
    return modal(
        ids.TRACK_VIEW,
        voice.say("Track in Vigie"),
        blocks,
        submit=voice.say("Track"),
        close=voice.say("Cancel"),
        metadata=metadata,
    )


def known_card(conversation: Conversation, now: datetime, voice: Voice) -> Card:
    """A link that has its conversation already: how that stands."""
    words = voice.say(
        "That link is tracked already: {title}",
        title=shown_title(conversation, voice),
    )
    line = state_line(conversation, voice, now)
    return Card(f"{words}\n{line}", (section(words), context(line)))


def no_link(voice: Voice) -> str:
    """What a message without a link would need."""
    return voice.say(
        "There is no link to a post in this message. Paste the post’s address into a message, "
        "and choose *Track in Vigie* there."
    )


def _links(links: Sequence[Link]) -> Element:
    options = [
        option(shorten(f"{host_of(link.url)} · {link.words or link.url}", 75), str(number))
        for number, link in enumerate(links)
    ]
    return {
        "type": "radio_buttons",
        "action_id": ids.VALUE,
        "options": options,
        "initial_option": options[0],
    }


def _severities(voice: Voice) -> Element:
    options = [option(voice.say(NAMES[step]), step) for step in SEVERITIES]
    return select(options, chosen="medium")
