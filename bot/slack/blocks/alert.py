"""An alert's card: what happened, why it is told, who has it, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bot.domain.alerts import Alert, NegativeReason, SpikeReason, TrackedReason
from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import (
    Block,
    Card,
    Element,
    actions,
    button,
    context,
    fields,
    header,
    link_button,
    local_time,
    quote,
    section,
    sparkline,
)
from bot.slack.blocks.tracked import tracked_card
from bot.slack.mrkdwn import escape, link, name

LATE = timedelta(minutes=2)
NOTE = 300

_LIGHTS = {"new": "🔴", "claimed": "🟠", "resolved": "🟢", "dismissed": "⚪"}


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """All that a card shows. `posts` is the post of a negative alert, or the drivers of a spike;
    `now` is when it is drawn, `voice` how its channel is spoken to; `mark` stands before the text
    of a possible repeat."""

    alert: Alert
    conversation: Conversation | None
    posts: Sequence[Mention]
    now: datetime
    voice: Voice
    muted_until: datetime | None = None
    mark: str = ""


def alert_card(view: AlertView) -> Card:
    """The card of an alert in the state of the moment."""
    match view.alert.reason:
        case NegativeReason() as reason:
            card = _negative_card(view, reason)
        case SpikeReason() as reason:
            card = _spike_card(view, reason)
        case TrackedReason() as reason:
            card = tracked_card(
                reason, view.alert, view.conversation, view.posts, view.now, view.voice
            )
    if not view.mark:
        return card
    return Card(f"{view.mark}: {card.text}", (context(view.mark), *card.blocks))


def _negative_card(view: AlertView, reason: NegativeReason) -> Card:
    watch = view.alert.watch
    mention = view.posts[0] if view.posts else None
    if mention is None:
        return Card(f"A negative post about {escape(watch)} was forgotten.", ())
    post = mention.post
    words = f"Negative post about {escape(watch)} by {name(post.author)}"
    blocks = [
        header(f"{_light(view)} Negative post · {watch}"),
        _byline(mention),
        quote(post.text, title="" if post.title in post.text else post.title),
        section(negative_why(reason)),
        *_foot(view, link_button("Open post", ids.OPEN_LINK, post.url)),
    ]
    return Card(words, tuple(blocks))


def _spike_card(view: AlertView, reason: SpikeReason) -> Card:
    watch, evidence = view.alert.watch, reason.evidence
    times = ""
    if evidence.expected >= 1:
        times = f", {evidence.seen / evidence.expected:.0f} times the expected"
    blocks = [
        header(f"{_light(view)} Spike · {watch}"),
        section(spike_why(reason)),
        fields(
            [
                ("Seen in the last hour", f"{evidence.seen}{times}"),
                (
                    "Expected",
                    f"{evidence.expected:.1f} (usual range {evidence.low}–{evidence.high})",
                ),
                ("About", ", ".join(name(theme) for theme in reason.themes) or "–"),
                ("Authors", str(reason.authors)),
                ("Mood", f"{reason.negative} of {reason.read} negative" if reason.read else "–"),
            ]
        ),
        context(f"Last 24 hours  {sparkline(reason.hours)}"),
    ]
    if view.posts:
        blocks.append(section("*The posts that drove it*"))
    for mention in view.posts[:3]:
        blocks += [
            quote(mention.post.text or mention.post.title, 280),
            _byline(mention, linked=True),
        ]
    blocks += _foot(view, None)
    words = f"Spike about {escape(watch)}: {evidence.seen} mentions in an hour"
    return Card(f"{words}, {evidence.expected:.1f} expected", tuple(blocks))


def negative_why(reason: NegativeReason) -> str:
    """Why a post counts as negative, in a sentence."""
    weighed = ", ".join(
        f"“{name(word.word)}” ({_signed(word.weight)})" for word in reason.words[:5]
    )
    heavy = f" What weighed most: {weighed}." if weighed else ""
    return (
        f"*Why:* sentiment {_signed(reason.score)}, at or below this watch’s limit of "
        f"{_signed(reason.threshold)} (from −1 to +1).{heavy}"
    )


def spike_why(reason: SpikeReason) -> str:
    """Why a volume counts as a spike, in two sentences."""
    evidence = reason.evidence
    since, until = (
        local_time(moment, "{time}") for moment in (evidence.window_start, evidence.window_end)
    )
    volume = (
        f"*Why:* {evidence.seen} mentions between {since} and {until}, where "
        f"{evidence.expected:.1f} were expected."
    )
    odds = evidence.once_in_days
    if odds is None:
        return f"{volume} Little is known of this watch yet, but this is a gross excess."
    rare = "less than once a year" if odds >= 365 else f"about once in {max(odds, 1):.0f} days"
    return (
        f"{volume} On ordinary days that happens {rare}; this watch rings at once in "
        f"{evidence.sensitivity:.0f} days."
    )


def _byline(mention: Mention, *, linked: bool = False) -> Block:
    post, analysis = mention.post, mention.analysis
    who = name(post.author or "somebody")
    followers = f" ({post.followers:,} followers)" if post.followers else ""
    language = analysis.language.upper() if analysis.language != "unknown" else "language unknown"
    parts = [f"*{who}*{followers}", name(post.source), local_time(post.at), language]
    if linked:
        parts.append(link(post.url, "open"))
    return context(" · ".join(parts))


def _foot(view: AlertView, open_post: Element | None) -> list[Block]:
    conversation = view.conversation
    if conversation is None:
        return []
    row = [*_buttons(view, conversation), *([open_post] if open_post else [])]
    return [
        context(*_state_lines(view, conversation)),
        actions(f"alert.{view.alert.id}", row),
    ]


def _state_lines(view: AlertView, conversation: Conversation) -> list[str]:
    id = f"`{conversation.id}`"
    since = local_time(conversation.changed)
    match conversation.state:
        case "new":
            state = f"{id} · nobody has this yet"
        case "claimed":
            state = f"{id} · <@{conversation.assignee}> has this since {since}"
        case "resolved":
            note = f": {escape(shorten(conversation.note, NOTE))}" if conversation.note else ""
            state = f"{id} · resolved by <@{conversation.closed_by}> {since}{note}"
        case "dismissed":
            state = f"{id} · not about us, said <@{conversation.closed_by}> {since}"
    lines = [state]
    if view.muted_until and view.muted_until > view.now:
        lines.append(f"🔕 {name(view.alert.watch)} is muted until {local_time(view.muted_until)}")
    if not view.alert.ts and view.now - view.alert.raised > LATE:
        minutes = (view.now - view.alert.raised) // timedelta(minutes=1)
        lines.append(f"⏱ delivered {minutes} min late")
    return lines


def _buttons(view: AlertView, conversation: Conversation) -> list[Element]:
    """The next steps; a button that changes its meaning keeps its place."""
    id = conversation.id
    if not conversation.is_open:
        return [button("Reopen", ids.REOPEN, id)]
    first = (
        button("Claim", ids.CLAIM, id, style="primary")
        if conversation.state == "new"
        else button("Release", ids.RELEASE, id)
    )
    muted = view.muted_until is not None and view.muted_until > view.now
    return [
        first,
        button("Assign…", ids.ASSIGN, id),
        button("Resolve", ids.RESOLVE, id),
        button("Not about us", ids.DISMISS, id),
        button("Unmute watch", ids.UNMUTE, view.alert.watch)
        if muted
        else button("Mute watch", ids.MUTE, view.alert.watch),
    ]


def _light(view: AlertView) -> str:
    return _LIGHTS[view.conversation.state] if view.conversation else "🔴"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
