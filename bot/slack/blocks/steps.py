"""A conversation's next steps and how it stands: one row and one line wherever it is shown.

A button that changes its meaning keeps its place over the whole life of the conversation, so that
nobody clicks what was something else a moment ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import VIGIE, Conversation
from bot.domain.excerpt import shorten
from bot.domain.severity import Severity
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.parts import Block, Element, actions, button, local_time, plain
from bot.slack.mrkdwn import escape, name

NOTE = 300

MOST_OPTIONS = 5
"""Entries of an overflow menu (https://docs.slack.dev/reference/block-kit/block-elements)."""

PRACTISED = frozenset({
    ids.CLAIM, ids.RELEASE, ids.ASSIGN, ids.RESOLVE, ids.DISMISS, ids.NOT_NEGATIVE, ids.REOPEN,
    ids.MORE, ids.VERB_REPLIED, ids.VERB_SNOOZE, ids.VERB_WAKE,
})  # fmt: skip
"""Buttons, and verbs of the menu, that a drill's conversations have."""

LIGHTS = {
    "new": "🔴",
    "claimed": "🟠",
    "replied": "🔵",
    "snoozed": "💤",
    "resolved": "🟢",
    "dismissed": "⚪",
}
"""A state at one look."""

SEVERITY_LIGHTS: dict[Severity, str] = {
    "low": "🟢",
    "medium": "🟡",
    "high": "🟠",
    "critical": "🔴",
}

REPLIED, SNOOZE, WAKE = phrase("Replied"), phrase("Snooze…"), phrase("Wake now")
DRAFT, EXCHANGE = phrase("Draft an answer…"), phrase("Show the exchange")
WHY, MUTE = phrase("Why?"), phrase("Mute…")


def buttons(
    conversation: Conversation,
    voice: Voice,
    block_id: str,
    *,
    spike: bool = False,
    practice: bool = False,
    extra: Sequence[Element] = (),
) -> Block:
    """The row of a conversation; a `spike`'s has nothing that is answered, and in `practice` there
    is only what a drill knows (`PRACTISED`). `extra` stands last."""
    row = _row(conversation, voice, spike)
    if practice:
        row = [found for one in row if (found := _practised(one))]
    return actions(block_id, [*row, *extra])


def _practised(element: Element) -> Element | None:
    """A button or a menu as far as a drill knows it."""
    if element["action_id"] not in PRACTISED:
        return None
    options = element.get("options")
    if options is None:
        return element
    left = [one for one in options if one["value"].partition(" ")[0] in PRACTISED]
    return {**element, "options": left} if left else None


def state_line(conversation: Conversation, voice: Voice, now: datetime) -> str:
    """Who has it since when, how it ended, until when it is to be answered: one line of mrkdwn."""
    parts = (
        f"`{conversation.id}`",
        _state(conversation, voice),
        _to_answer(conversation, voice, now),
    )
    return " · ".join(part for part in parts if part)


def deadline(conversation: Conversation, voice: Voice, now: datetime) -> str:
    """How long there is left to answer, `""` where there is nothing to answer; for what is drawn
    at the moment at which it is read."""
    due = conversation.due
    if due is None or not conversation.is_open:
        return ""
    if due <= now:
        return voice.say("⏰ overdue since {time}", time=local_time(due))
    return voice.say("due in {span}", span=voice.span(due - now))


def _to_answer(conversation: Conversation, voice: Voice, now: datetime) -> str:
    """The deadline by the clock: a card stands for hours as it was drawn."""
    due = conversation.due
    if due is None or not conversation.is_open:
        return ""
    if due <= now:
        return voice.say("⏰ overdue since {time}", time=local_time(due))
    return voice.say("to be answered by {time}", time=local_time(due))


def _state(conversation: Conversation, voice: Voice) -> str:
    since, who = local_time(conversation.changed), conversation.assignee
    match conversation.state:
        case "new":
            return voice.say("nobody has this yet")
        case "claimed":
            return voice.say("<@{who}> has this since {time}", who=who, time=since)
        case "replied":
            return _answered(conversation, voice)
        case "snoozed":
            return _snoozed(conversation, voice)
        case "resolved" if conversation.closed_by == VIGIE:
            return voice.say("resolved by Vigie {time}, as it was over", time=since)
        case "resolved":
            closed = voice.say(
                "resolved by <@{who}> {time}", who=conversation.closed_by, time=since
            )
            note = escape(shorten(conversation.note, NOTE))
            return voice.say("{closed}: {note}", closed=closed, note=note) if note else closed
        case "dismissed":
            words = (
                phrase("not negative, said <@{who}> {time}")
                if conversation.because == "not_negative"
                else phrase("not about us, said <@{who}> {time}")
            )
            return voice.say(words, who=conversation.closed_by, time=since)


def _answered(conversation: Conversation, voice: Voice) -> str:
    who, waited = conversation.assignee, conversation.waited
    if conversation.measured and waited is not None:
        return voice.say(
            "answered by {account} {span} after the post · <@{who}> has this",
            account=name(conversation.answered_by),
            span=voice.span(waited),
            who=who,
        )
    since = local_time(conversation.answered or conversation.changed)
    return voice.say("answered {time} · <@{who}> has this", time=since, who=who)


def _snoozed(conversation: Conversation, voice: Voice) -> str:
    until = local_time(conversation.snoozed_until or conversation.changed)
    if conversation.assignee:
        return voice.say(
            "snoozed until {time} · <@{who}> has this", time=until, who=conversation.assignee
        )
    return voice.say("snoozed until {time}", time=until)


def _row(conversation: Conversation, voice: Voice, spike: bool) -> list[Element]:
    id = conversation.id
    if not conversation.is_open:
        return [
            button(voice.say("Reopen"), ids.REOPEN, id),
            *_insight(conversation, voice),
            *_menu(conversation, voice, spike),
        ]
    taken = bool(conversation.assignee)
    first = (
        button(voice.say("Release"), ids.RELEASE, id)
        if taken
        else button(voice.say("Claim"), ids.CLAIM, id, style="primary")
    )
    give = voice.say("Hand over…") if taken else voice.say("Assign…")
    row = [
        first,
        button(give, ids.ASSIGN, id),
        button(voice.say("Resolve…"), ids.RESOLVE, id),
        button(voice.say("Not about us"), ids.DISMISS, id),
    ]
    if not spike:
        row.append(button(voice.say("Not negative"), ids.NOT_NEGATIVE, id))
    menu = _menu(conversation, voice, spike)
    return [*row, *_insight(conversation, voice), *menu]


def _insight(conversation: Conversation, voice: Voice) -> list[Element]:
    """What its posts ask for is kept for who can build it; a silence has none."""
    if conversation.what == "silence":
        return []
    return [button(voice.say("💡 Insight…"), ids.INSIGHT_NEW, conversation.id)]


def _menu(conversation: Conversation, voice: Voice, spike: bool) -> list[Element]:
    """The rest behind three dots: what the state has most use for, as five is all there is."""
    options = [
        {"text": plain(voice.say(label), 75), "value": f"{verb} {conversation.id}"}
        for verb, label in _verbs(conversation, spike)[:MOST_OPTIONS]
    ]
    return [{"type": "overflow", "action_id": ids.MORE, "options": options}]


def _verbs(conversation: Conversation, spike: bool) -> list[tuple[str, str]]:
    replied, exchange = (ids.VERB_REPLIED, REPLIED), (ids.VERB_EXCHANGE, EXCHANGE)
    later = (ids.VERB_SNOOZE, SNOOZE)
    if conversation.state == "snoozed":
        later = (ids.VERB_WAKE, WAKE)
    draft, why, mute = (ids.VERB_DRAFT, DRAFT), (ids.VERB_WHY, WHY), (ids.VERB_MUTE, MUTE)
    if not conversation.is_open:
        return [why, mute] if spike else [exchange, why, mute]
    if spike:
        return [later, why, mute]
    match conversation.state:
        case "new":
            return [replied, later, draft, why, mute]
        case "replied":
            return [later, draft, exchange, why, mute]
        case _:
            return [replied, later, draft, exchange, why]
