"""What is held back, in words: listed with a way to lift it, told in a thread, and asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.alerts import Mute
from bot.domain.mutes import Scope, scope_of
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, button, context, fitted, local_time, section
from bot.slack.mrkdwn import escape, name

_MANY = 20
"""Mutes or watches that are shown; nobody reads more of them."""

_OF_A_WATCH = {
    "": phrase("all alerts about {watch}"),
    "negative": phrase("negative posts about {watch}"),
    "spike": phrase("spikes of {watch}"),
    "wave": phrase("waves of negative posts about {watch}"),
    "silence": phrase("silences of {watch}"),
    "theme": phrase("new themes about {watch}"),
    "velocity": phrase("posts about {watch} that spread fast"),
    "author": phrase("posts by {author} about {watch}"),
    "word": phrase("posts about {watch} that say “{word}”"),
    "both": phrase("posts by {author} about {watch} that say “{word}”"),
}
_OF_EVERY_WATCH = {
    "": phrase("all alerts about every watch"),
    "negative": phrase("negative posts about every watch"),
    "spike": phrase("spikes of every watch"),
    "wave": phrase("waves of negative posts about every watch"),
    "silence": phrase("silences of every watch"),
    "theme": phrase("new themes about every watch"),
    "velocity": phrase("posts about every watch that spread fast"),
    "author": phrase("posts by {author}"),
    "word": phrase("posts that say “{word}”"),
    "both": phrase("posts by {author} that say “{word}”"),
}


def scope_words(scope: Scope, voice: Voice, shown: Callable[[str], str] = name) -> str:
    """What a mute holds back, as mrkdwn; or with its names as `shown` leaves them."""
    what: str = scope.kind
    if scope.author or scope.word:
        what = "both" if scope.author and scope.word else "author" if scope.author else "word"
    return voice.say(
        (_OF_A_WATCH if scope.watch else _OF_EVERY_WATCH)[what],
        watch=shown(scope.watch),
        author=shown(scope.author),
        word=shown(scope.word),
    )


def which_card(watches: Sequence[str], voice: Voice, length: timedelta | None = None) -> Card:
    """What can be muted, to somebody who did not say what; perhaps for what `length`."""
    shown = [name(watch) for watch in watches[:_MANY]]
    first = (
        voice.say("What is to be held back for {span}?", span=voice.span(length))
        if length
        else voice.say("What is to be held back, and for how long?")
    )
    watch = escape(watches[0] if watches else "")
    lines = (
        voice.say("`/vigie mute {watch} 4h`: all alerts about a watch", watch=watch),
        voice.say("`/vigie mute {watch} negative 1d`: one kind of them", watch=watch),
        voice.say("`/vigie mute spikes 2h`: one kind, of every watch"),
        voice.say("`/vigie mute author @name 1w`: posts by somebody"),
        voice.say('`/vigie mute word "two words" 1d`: posts that say this'),
    )
    watched = voice.say("Watched: {watches}", watches=", ".join(shown) or "–")
    return Card(first, (section(first), section("\n".join(lines)), context(watched)))


def set_words(mute: Mute, voice: Voice) -> str:
    """A mute that was set, to the person who set it."""
    return voice.say(
        "🔕 Muted until {time}: {what}. Mentions are still kept, and what is held back is counted; "
        "`/vigie unmute {number}` lifts it.",
        time=local_time(mute.until),
        what=scope_words(scope_of(mute), voice),
        number=mute.number,
    )


def lifted_words(mute: Mute, voice: Voice) -> str:
    """A mute that was lifted, to the person who lifted it; `mute` as it was until then."""
    return voice.plural(
        "🔔 No longer muted: {what}. {n} alert was held back.",
        "🔔 No longer muted: {what}. {n} alerts were held back.",
        mute.held,
        what=scope_words(scope_of(mute), voice),
    )


def mutes_card(mutes: Sequence[Mute], now: datetime, voice: Voice) -> Card:
    """What is held back now, each with a way to lift it, and what was until a day ago."""
    hold = [mute for mute in mutes if mute.holds(now)]
    ended = [mute for mute in mutes if not mute.holds(now)]
    if hold:
        first = voice.plural("*{n}* mute holds", "*{n}* mutes hold", len(hold))
    else:
        first = voice.say("Nothing is muted. `/vigie mute` tells what can be.")
    blocks: list[Block] = [section(f"🔕 {first}" if hold else f"🔔 {first}")]
    blocks += [_held_back(mute, voice) for mute in hold[:_MANY]]
    if ended:
        lines = [_ended(mute, voice) for mute in ended[:_MANY]]
        blocks.append(context(voice.say("*Ended within a day*")))
        blocks += [context(line) for line in lines]
    return fitted(first, blocks, voice)


def to_be_lifted(value: str) -> str:
    """The id of the mute that a button lifts; brackets keep the blanks at its ends."""
    return value.removeprefix("[").removesuffix("]")


def _held_back(mute: Mute, voice: Voice) -> Block:
    what = scope_words(scope_of(mute), voice)
    facts = voice.plural(
        "until {time}, by <@{who}>; {n} alert held back",
        "until {time}, by <@{who}>; {n} alerts held back",
        mute.held,
        time=local_time(mute.until),
        who=mute.by,
    )
    number = f"`{mute.number}` " if mute.number else ""
    return section(
        f"{number}*{what}*\n{facts}", accessory=button(voice.say("Lift"), ids.LIFT, f"[{mute.id}]")
    )


def _ended(mute: Mute, voice: Voice) -> str:
    what = scope_words(scope_of(mute), voice)
    if mute.lifted:
        return voice.plural(
            "{what}: lifted {time} by <@{who}>; {n} alert held back",
            "{what}: lifted {time} by <@{who}>; {n} alerts held back",
            mute.held,
            what=what,
            time=local_time(mute.until),
            who=mute.lifted,
        )
    return voice.plural(
        "{what}: ended {time}; {n} alert held back",
        "{what}: ended {time}; {n} alerts held back",
        mute.held,
        what=what,
        time=local_time(mute.until),
    )


def set_note(mute: Mute, voice: Voice) -> str:
    """A mute that was set, as a line for the thread."""
    return voice.say(
        "{who} muted {what} until {time}.",
        who=f"@{{{mute.by}}}",
        what=scope_words(scope_of(mute), voice),
        time=local_time(mute.until),
    )


def lifted_note(mute: Mute, voice: Voice) -> str:
    """A mute that was lifted, as a line for the thread."""
    return voice.plural(
        "{who} lifted the mute of {what}; {n} alert was held back.",
        "{who} lifted the mute of {what}; {n} alerts were held back.",
        mute.held,
        who=f"@{{{mute.lifted}}}",
        what=scope_words(scope_of(mute), voice),
    )
