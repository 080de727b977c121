"""What the cards of alerts have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from bot.domain.alerts import Alert
from bot.domain.checklists import Offered
from bot.domain.conversation import Conversation
from bot.domain.judgements import Judgement
from bot.domain.mention import Mention
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.again import RINGS
from bot.slack.blocks.parts import Block, Card, Element, button, context, local_time
from bot.slack.mrkdwn import link, name

LATE = timedelta(minutes=2)
"""An alert that was shown later than this after it was raised says so."""

HERE = phrase("<!here> because of its severity")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of a story with its worst post."""

    mention: Mention
    conversation: Conversation


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the conversations of a spike.

    `posts` negative ones in so many `conversations`, of which `waiting` wait for somebody; `by`
    names who took care of how many. `claimed` and `answered` are how long after the beginning the
    first of them was, None where none was.
    """

    posts: int = 0
    conversations: int = 0
    waiting: int = 0
    by: tuple[tuple[str, int], ...] = ()
    claimed: timedelta | None = None
    answered: timedelta | None = None


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """All that a card shows.

    `posts` is the post of a negative alert, or the drivers of a spike. Of a story `entries` are its
    conversations, the one to look at first at the front. `handled` is what became of a spike's
    negative posts, `judged` what was said of single posts (by their ids), `spike_in` the channel of
    the spike that a story is part of, and `spike_url` the address of its message. `first` is the
    first showing, which may ring. `now` is when it is drawn, `voice` how its channel is spoken to;
    `mark` stands before the text of a possible repeat. `playbook` is the one that is for it.
    """

    alert: Alert
    conversation: Conversation | None
    posts: Sequence[Mention]
    now: datetime
    voice: Voice
    entries: Sequence[Entry] = ()
    handled: Handled | None = None
    judged: Mapping[str, Judgement] = {}
    spike_in: str = ""
    spike_url: str = ""
    first: bool = False
    muted_until: datetime | None = None
    mark: str = ""
    playbook: Offered | None = None

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > self.now


def byline(mention: Mention, voice: Voice, *, linked: bool = False) -> str:
    """Who wrote a post, where, when, and in what language: a line of mrkdwn."""
    post, analysis = mention.post, mention.analysis
    who = f"*{name(post.author or voice.say('somebody'))}*"
    if post.followers:
        followers = voice.plural("{n} follower", "{n} followers", post.followers)
        who = f"{who} ({followers})"
    unknown = voice.say("language unknown")
    language = unknown if analysis.language == "unknown" else analysis.language.upper()
    parts = [who, name(post.source), local_time(post.at), language]
    if linked and post.url:
        parts.append(link(post.url, voice.say("open")))
    if mention.copies:
        parts.append(voice.plural("and {n} more like it", "and {n} more like it", mention.copies))
    return " · ".join(parts)


def small_print(view: AlertView) -> list[Block]:
    """What else is to be known: where the rest is told, whether it is muted, and came late."""
    alert, voice = view.alert, view.voice
    lines = []
    if view.spike_in:
        there = voice.say(
            "📈 Part of the spike → {channel}: more is told there.", channel=view.spike_in
        )
        shown = link(view.spike_url, voice.say("Show the spike")) if view.spike_url else ""
        lines.append(f"{there} {shown}".rstrip())
    if view.muted_until and view.is_muted:
        until = local_time(view.muted_until)
        lines.append(
            voice.say("🔕 {watch} is muted until {time}", watch=name(alert.watch), time=until)
        )
    if not alert.ts and view.now - alert.raised > LATE:
        late = voice.span(timedelta(minutes=(view.now - alert.raised) // timedelta(minutes=1)))
        lines.append(voice.say("⏱ delivered {span} late", span=late))
    return [context(line) for line in lines]


def unmute_button(view: AlertView) -> Element | None:
    """How the watch speaks again, while it is muted."""
    if not view.is_muted:
        return None
    return button(view.voice.say("Unmute watch"), ids.UNMUTE, view.alert.watch)


def rings(card: Card, view: AlertView) -> Card:
    """The card, ringing for everybody active in the channel where it is its first showing and it
    is to."""
    if not (view.first and view.alert.here):
        return card
    return Card(f"{RINGS}{card.text}", (*card.blocks, context(view.voice.say(HERE))))
