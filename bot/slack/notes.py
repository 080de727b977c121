"""Lines of text: in an alert's thread, and to the admins.

`@{id}` stands for the name of a member, filled in when the note is sent: a plain name pings
nobody, and who acts is never pinged for their own act. Whom a conversation is given to is pinged.
"""

from __future__ import annotations

import re

from bot.domain.alerts import Mute
from bot.domain.conversation import AuditEvent
from bot.domain.excerpt import shorten
from bot.domain.pairs import Pair
from bot.i18n import Voice
from bot.slack.blocks.parts import local_time
from bot.slack.mrkdwn import escape, name

NOTE = 1000

_NAMED = re.compile(r"@\{([A-Z0-9]{1,40})\}")


def told(event: AuditEvent, voice: Voice) -> str:
    """An event as a line for the thread."""
    by = f"@{{{event.by}}}"
    match event.deed:
        case "claim":
            return f"{by} claimed this."
        case "assign" if event.to == event.by:
            return f"{by} took this over."
        case "assign":
            return f"{by} assigned this to <@{event.to}>."
        case "release":
            return f"{by} released this: it is back in the queue."
        case "resolve" if event.note:
            return f"{by} resolved this: {escape(shorten(event.note, NOTE))}"
        case "resolve":
            return f"{by} resolved this."
        case "dismiss":
            return f"{by} said this is not about us."
        case "reopen":
            return f"{by} reopened this."
        case deed:
            return f"{by}: {deed}."


def muted(mute: Mute, voice: Voice) -> str:
    """A mute that was set, as a line for the thread."""
    return f"@{{{mute.by}}} muted {name(mute.watch)} until {local_time(mute.until)}."


def unmuted(mute: Mute, voice: Voice) -> str:
    """A mute that was lifted, as a line for the thread."""
    return f"@{{{mute.by}}} lifted the mute of {name(mute.watch)}; {mute.held} alerts were held."


def source_silent(pair: Pair, voice: Voice) -> str:
    """A source that stopped answering, for the admin channel."""
    since = f" since {local_time(pair.failing_since)}" if pair.failing_since else ""
    return (
        f"⚠️ {name(pair.source)} does not answer for {name(pair.watch)}{since}: "
        f"{escape(shorten(pair.error, 300))} ({pair.failures} polls failed in a row). Vigie goes "
        "on trying; meanwhile its volume is incomplete, not quiet."
    )


def source_back(pair: Pair, voice: Voice) -> str:
    """A source that answers again, for the admin channel."""
    since = f" (it was silent since {local_time(pair.failing_since)})" if pair.failing_since else ""
    return f"✅ {name(pair.source)} answers again for {name(pair.watch)}{since}."


def named(note: str) -> frozenset[str]:
    """The ids of the members whose names a note wants."""
    return frozenset(_NAMED.findall(note))


def with_names(note: str, names: dict[str, str]) -> str:
    """The note with each name in its place."""
    return _NAMED.sub(lambda found: escape(names.get(found[1], found[1])), note)
