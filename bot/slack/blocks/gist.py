"""What a thread comes to, in words: every point with the link to what it stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.gist import Entry, Gist, Point
from bot.domain.sentences import Act
from bot.i18n import Voice
from bot.slack.blocks.parts import Block, local_time, section
from bot.slack.mrkdwn import link, literal, name

_MARKS: dict[Act | None, str] = {
    "question": "❓",
    "wish": "🙏",
    "complaint": "🙁",
    "promise": "🤝",
    "decision": "☑️",
    None: "💬",
}

_RINGING = re.compile(r"@(?=(?:channel|here|everyone)\b)")
"""A thread is answered in the thread: what rang once in it rings nobody again."""


def gist_blocks(gist: Gist, voice: Voice, now: datetime) -> list[Block]:
    """What is asked, what was answered and decided, and what is open; parts without a point are
    left out."""
    parts = [
        (_asked_heading(gist, voice), [_asked(point, voice) for point in gist.asked]),
        (voice.say("*Answered*"), [_quoted(point, voice) for point in gist.answered]),
        (voice.say("*Decided*"), [_quoted(point, voice) for point in gist.decided]),
    ]
    blocks = [section("\n".join([heading, *lines])) for heading, lines in parts if lines]
    if gist.asked:
        return blocks
    nothing = voice.say("Nothing in it asks, wants or complains of anything.")
    return [section("\n".join([nothing, *(_quoted(one, voice) for one in gist.said)])), *blocks]


def open_lines(gist: Gist, voice: Voice, now: datetime) -> list[str]:
    """What is open in a thread: what nobody answered, and what was promised."""
    lines = []
    if waiting := gist.unanswered:
        links = ", ".join(_when(point.entry, voice) for point in waiting)
        if gist.unanswered_in_all > len(waiting):
            links = f"{links}, …"
        lines.append(
            voice.plural(
                "• {n} point has no answer: {links}",
                "• {n} points have no answer: {links}",
                gist.unanswered_in_all,
                links=links,
            )
        )
    return lines + [_promised(point, voice, now) for point in gist.promised]


def open_block(lines: Sequence[str], voice: Voice) -> Block:
    """What is open, or that nothing is."""
    if not lines:
        return section(voice.say("*Open*\nNothing: all that was asked has an answer. ✅"))
    return section("\n".join([voice.say("*Open*"), *lines]))


def size_words(gist: Gist, voice: Voice) -> str:
    """How many wrote how much."""
    return voice.plural(
        "{n} message by {people}",
        "{n} messages by {people}",
        gist.entries,
        people=voice.plural("{n} person", "{n} people", gist.people),
    )


def waiting_words(gist: Gist, voice: Voice) -> str:
    """How much of what was asked has no answer, `""` where all has."""
    waiting = gist.unanswered_in_all
    if not waiting:
        return ""
    return voice.plural("{n} point has no answer", "{n} points have no answer", waiting)


def reach_words(reach: int, voice: Voice) -> str:
    """How many people may have seen it, `""` where nobody knows."""
    return voice.say("seen by about {reach} people", reach=voice.number(reach)) if reach else ""


def _asked_heading(gist: Gist, voice: Voice) -> str:
    if gist.asked_in_all > len(gist.asked):
        return voice.say(
            "*Asked* ({n} of {all})",
            n=voice.number(len(gist.asked)),
            all=voice.number(gist.asked_in_all),
        )
    return voice.say("*Asked*")


def _asked(point: Point, voice: Voice) -> str:
    parts = [_quoted(point, voice)]
    if point.likes:
        parts.append(voice.plural("{n} more says the same", "{n} more say the same", point.likes))
    if point.answered:
        parts.append(
            voice.say(
                "✅ answered by {who} {when}",
                who=_who(point.answered, voice),
                when=_when(point.answered, voice),
            )
        )
    else:
        parts.append(voice.say("⏳ no answer"))
    return " · ".join(parts)


def _promised(point: Point, voice: Voice, now: datetime) -> str:
    quoted = _quoted(point, voice)
    if point.due is None:
        return voice.say("{promise} · nothing was said since", promise=quoted)
    if point.due < now:
        return voice.say(
            "{promise} · ⏰ promised until {time}, and nothing was said since",
            promise=quoted,
            time=local_time(point.due),
        )
    return voice.say(
        "{promise} · promised until {time}", promise=quoted, time=local_time(point.due)
    )


def _quoted(point: Point, voice: Voice) -> str:
    words = voice.quoted(_RINGING.sub("@\u200b", literal(point.words)))
    who, when = _who(point.entry, voice), _when(point.entry, voice)
    return f"• {_MARKS[point.act]} {words} – {who}, {when}"


def _who(entry: Entry, voice: Voice) -> str:
    shown = name(entry.author or voice.say("somebody"))
    return voice.say("*{who}* (us)", who=shown) if entry.ours else f"*{shown}*"


def _when(entry: Entry, voice: Voice) -> str:
    return link(entry.url, voice.moment(entry.at))
