"""How insights are called and how they stand, wherever they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.conversation import VIGIE
from bot.domain.excerpt import shorten
from bot.domain.insights import Change, Deed, Insight, Kind, State
from bot.i18n import Voice, phrase
from bot.slack.blocks.parts import local_time
from bot.slack.mrkdwn import escape, literal, name

TITLE = 120
REASON = 300

LIGHTS: Mapping[State, str] = {
    "proposed": "🔎",
    "heard": "🔴",
    "accepted": "🟠",
    "planned": "🔵",
    "shipped": "🚀",
    "answered": "🟢",
    "declined": "⚪",
    "dismissed": "⚪",
}
"""A state at one look."""

KIND_NAMES: Mapping[Kind, str] = {
    "bug": phrase("Bug"),
    "wish": phrase("Wish"),
    "complaint": phrase("Complaint"),
    "praise": phrase("Praise"),
    "question": phrase("Question"),
}

STATE_NAMES: Mapping[State, str] = {
    "proposed": phrase("proposed"),
    "heard": phrase("heard"),
    "accepted": phrase("accepted"),
    "planned": phrase("planned"),
    "shipped": phrase("shipped"),
    "answered": phrase("shipped and answered"),
    "declined": phrase("declined"),
    "dismissed": phrase("no insight"),
}

_STANDS: Mapping[State, str] = {
    "proposed": phrase("proposed by Vigie {time}"),
    "heard": phrase("heard by <@{by}> {time}, waits for a decision"),
    "accepted": phrase("accepted by <@{by}> {time}"),
    "planned": phrase("planned by <@{by}> {time}"),
    "shipped": phrase("shipped, said <@{by}> {time}"),
    "answered": phrase("shipped and answered, said <@{by}> {time}"),
    "declined": phrase("declined by <@{by}> {time}"),
    "dismissed": phrase("no insight, said <@{by}> {time}"),
}

_DONE: Mapping[Deed, str] = {
    "hear": phrase("💡 {by} made this an insight."),
    "accept": phrase("🟠 {by} accepted this."),
    "decline": phrase("⚪ {by} declined this."),
    "plan": phrase("🔵 {by} planned this."),
    "ship": phrase("🚀 {by} says that this is shipped."),
    "answer": phrase("🟢 {by} says that all who asked for this are answered."),
    "dismiss": phrase("⚪ {by} says that this is no insight."),
    "reopen": phrase("🔴 {by} reopened this."),
    "change": phrase("✏️ {by} changed this."),
    "merge": phrase("⚪ {by} says that `{id}` asks for the same: it takes over who voices this."),
}


def titled(insight: Insight, voice: Voice) -> str:
    """What it is called: its title, or else what it is about. As it is written, not for mrkdwn."""
    if insight.title:
        return shorten(insight.title, TITLE)
    kind = voice.say(KIND_NAMES[insight.kind])
    return voice.say("{kind} about {theme}", kind=kind, theme=insight.theme or insight.watch)


def shown(insight: Insight, voice: Voice) -> str:
    """The same as mrkdwn."""
    return literal(titled(insight, voice))


def about_line(insight: Insight, voice: Voice) -> str:
    """Its id, what kind it is, about what, and whose."""
    whose = voice.say("for {team}", team=name(insight.team)) if insight.team else ""
    parts = (
        f"`{insight.id}`",
        voice.say(KIND_NAMES[insight.kind]),
        name(insight.theme) if insight.theme else "",
        whose or voice.say("nobody’s yet"),
        name(insight.watch),
    )
    return " · ".join(part for part in parts if part)


def state_line(insight: Insight, voice: Voice) -> str:
    """How it stands, since when, who said so and why; and how long it took to decide."""
    moves = [change for change in insight.changes if change.deed != "change"]
    last = moves[-1] if moves else None
    since, by = (last.at, last.by) if last else (insight.heard, insight.by)
    words = _STANDS[insight.state]
    if insight.same:
        words = phrase("the same as `{id}`, said <@{by}> {time}")
    if insight.state == "heard" and last and last.deed == "reopen":
        words = phrase("reopened by <@{by}> {time}, waits for a decision")
    line = voice.say(words, by=by, time=local_time(since), id=insight.same)
    if insight.reason:
        reason = escape(shorten(insight.reason, REASON))
        line = voice.say("{closed}: {note}", closed=line, note=reason)
    if insight.waited is None:
        return line
    waited = voice.span(insight.waited)
    return f"{line} · {voice.say('decided {span} after the first post', span=waited)}"


def told(change: Change, voice: Voice) -> str:
    """A change as a line for the thread, where who did it is named and not pinged."""
    by = voice.say("Vigie") if change.by == VIGIE else f"@{{{change.by}}}"
    line = voice.say(_DONE[change.deed], by=by, id=change.reason)
    if change.deed == "merge":
        return line
    return f"{line}\n> {escape(shorten(change.reason, REASON))}" if change.reason else line
