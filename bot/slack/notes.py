"""Lines of text: in an alert's thread, and to the admins.

`@{id}` stands for the name of a member, filled in when the note is sent: a plain name pings
nobody, and who acts is never pinged for their own act. Whom a conversation is given to is pinged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.conversation import VIGIE, AuditEvent, Deed
from bot.domain.excerpt import shorten
from bot.domain.mention import Post
from bot.domain.pairs import Pair, long_rest
from bot.i18n import Voice, phrase
from bot.slack.blocks.parts import local_time
from bot.slack.faults import why
from bot.slack.mrkdwn import escape, link, literal, name

NOTE = 1000
EXCERPT = 160

FILES = 3
"""Names of damaged files that are told."""

_NAMED = re.compile(r"@\{([A-Z0-9]{1,40})\}")


_SAID: Mapping[Deed, str] = {
    "claim": phrase("{by} claimed this."),
    "confirm": phrase("{by} is still on it."),
    "release": phrase("{by} released this: it is back in the queue."),
    "lapse": phrase("🔴 Nobody has this any more: <@{had}> did not say that they are still on it."),
    "reply": phrase("{by} answered this."),
    "snooze": phrase("💤 {by} snoozed this until {time}."),
    "wake": phrase("{by} woke this."),
    "resolve": phrase("{by} resolved this."),
    "dismiss": phrase("{by} said this is not about us."),
    "reopen": phrase("{by} reopened this."),
    "track": phrase("{by} tracks this in Vigie."),
}


def told(event: AuditEvent, voice: Voice, had: str = "", *, quietly: bool = False) -> str:
    """An event as a line for the thread; `had` is who had the conversation before. `quietly`, whom
    it is given to is named, not pinged."""
    by, note = f"@{{{event.by}}}", escape(shorten(event.note, NOTE))
    match event.deed:
        case "assign" | "hand_over":
            return _given(event, voice, had, note, quietly or bool(note))
        case "reply" | "wake" | "reopen" | "resolve" if event.by == VIGIE:
            return _seen_by_vigie(event, voice, had)
        case "resolve" if note:
            return voice.say("{by} resolved this: {note}", by=by, note=note)
        case "dismiss" if event.because == "not_negative":
            return voice.say("{by} said this is not negative.", by=by)
        case deed:
            time = local_time(event.until or event.at)
            return voice.say(_SAID[deed], by=by, had=had, time=time)


def _seen_by_vigie(event: AuditEvent, voice: Voice, had: str) -> str:
    """What came by itself: an answer at the source, another post, the end of a snooze, a spike."""
    match event.deed:
        case "resolve":
            return voice.say("🟢 Nobody had this, and it is over: Vigie resolved it.")
        case "reply":
            return _answered(event, voice)
        case "wake" if event.to:
            return voice.say("⏰ <@{who}>, this was snoozed until now.", who=event.to)
        case "wake":
            return voice.say("⏰ This was snoozed until now.")
        case _ if had:
            return voice.say("🟠 <@{had}>, they wrote back: this is open again.", had=had)
        case _:
            return voice.say("🔴 They wrote back: this is open again.")


def _given(event: AuditEvent, voice: Voice, had: str, note: str, quietly: bool) -> str:
    """Whom it is given to is pinged, unless a direct message tells them (it brings them a note)."""
    by, other = f"@{{{event.by}}}", had not in ("", event.by, event.to)
    if event.to == event.by:
        if other:
            return voice.say("{by} took this over from <@{had}>.", by=by, had=had)
        return voice.say("{by} took this over.", by=by)
    to = f"@{{{event.to}}}" if quietly else f"<@{event.to}>"
    if other:
        said = voice.say("{by} handed this over from <@{had}> to {to}.", by=by, had=had, to=to)
    elif event.deed == "hand_over":
        said = voice.say("{by} handed this over to {to}.", by=by, to=to)
    else:
        said = voice.say("{by} assigned this to {to}.", by=by, to=to)
    return f"{said}\n> {note}" if note else said


def _answered(event: AuditEvent, voice: Voice) -> str:
    account = name(event.note)
    if event.waited is None:
        return voice.say("🔵 {account} answered at the source.", account=account)
    return voice.say(
        "🔵 {account} answered at the source, {span} after the post.",
        account=account,
        span=voice.span(event.waited),
    )


def wrote(post: Post, voice: Voice) -> str:
    """Another post of a conversation, as a line for the thread."""
    return voice.say(
        "{author} wrote: “{words}” {link}",
        author=name(post.author or voice.say("somebody")),
        words=literal(shorten(post.text or post.title, EXCERPT)),
        link=link(post.url, voice.say("open")),
    )


def source_silent(pair: Pair, voice: Voice, now: datetime) -> str:
    """A source that stopped answering, for the admin channel."""
    where = {"source": name(pair.source), "watch": name(pair.watch)}
    what = (
        voice.say(
            "⚠️ {source} does not answer for {watch} since {time}:",
            time=local_time(pair.failing_since),
            **where,
        )
        if pair.failing_since
        else voice.say("⚠️ {source} does not answer for {watch}:", **where)
    )
    failed = voice.plural("({n} poll failed.)", "({n} polls failed in a row.)", pair.failures)
    meanwhile = (
        voice.say(
            "It is left alone until {time}, as it asks; its volume is incomplete, not quiet.",
            time=local_time(until),
        )
        if (until := long_rest(pair, now))
        else voice.say("Vigie goes on trying; meanwhile its volume is incomplete, not quiet.")
    )
    return f"{what} {why(pair.error, voice)} {failed} {meanwhile}"


def deaf_to_all(heard: datetime | None, voice: Voice) -> str:
    """No poll has gone well for long, for the admin channel; `heard` is when one last did."""
    since = (
        voice.say("⚠️ No source has answered since {time}.", time=local_time(heard))
        if heard
        else voice.say("⚠️ No source has answered yet.")
    )
    advice = voice.say(
        "Is this machine still on the network? Vigie goes on trying; `vigie doctor` tells more."
    )
    return f"{since} {advice}"


def damaged(pieces: int, files: Sequence[str], voice: Voice) -> str:
    """Something that was kept cannot be read any more, for the admin channel."""
    told = voice.plural(
        "⚠️ {n} damaged piece of what Vigie keeps was set aside, in {files}. All else was read.",
        "⚠️ {n} damaged pieces of what Vigie keeps were set aside, in {files}. All else was read.",
        pieces,
        files=", ".join(f"`{literal(file)}`" for file in files[:FILES]),
    )
    advice = voice.say(
        "`vigie data` shows where. Look at the disk, and keep a `vigie backup` elsewhere."
    )
    return f"{told} {advice}"


def disk_is_full(voice: Voice) -> str:
    """Nothing more can be kept, for the admin channel."""
    return voice.say(
        "🛑 Vigie's data folder takes nothing more: the disk is full, or refuses writes. What was "
        "kept is safe. Nothing is polled and no click is answered until there is room; then Vigie "
        "goes on by itself."
    )


def disk_has_room(voice: Voice) -> str:
    """It can again."""
    return voice.say("✅ Vigie's data folder takes writes again. Vigie goes on from where it was.")


def hears_again(voice: Voice) -> str:
    """Polls go well again, for the admin channel."""
    return voice.say("✅ Sources answer again.")


def slack_is_back(since: datetime, until: datetime, waiting: int, voice: Voice) -> str:
    """Slack takes messages again, for the admin channel."""
    waited = voice.plural(
        "{n} message waited, and is said now.",
        "{n} messages waited, and are said now, in their order.",
        waiting,
    )
    back = voice.say(
        "✅ Slack takes messages again: it took none from {since} to {until}.",
        since=local_time(since),
        until=local_time(until),
    )
    return f"{back} {waited}"


def engine_failed(engine: str, error: str, voice: Voice) -> str:
    """An engine that was to read posts, and cannot, for the admin channel."""
    return voice.say(
        "⚠️ The engine “{engine}” cannot read posts: {error}. Until it can, they are read by the "
        "rules alone. Vigie says this once a day.",
        engine=name(engine),
        error=escape(shorten(error, 300)),
    )


def source_back(pair: Pair, voice: Voice) -> str:
    """A source that answers again, for the admin channel."""
    where = {"source": name(pair.source), "watch": name(pair.watch)}
    if not pair.failing_since:
        return voice.say("✅ {source} answers again for {watch}.", **where)
    return voice.say(
        "✅ {source} answers again for {watch} (it was silent since {time}).",
        time=local_time(pair.failing_since),
        **where,
    )


def source_filled_in(source: str, watches: Sequence[str], voice: Voice) -> str:
    """A source that brought much to several watches at once, for the admin channel."""
    return voice.say(
        "📦 {source} brought much at once to {watches}: it seems to have filled in what it had not "
        "shown before. It is counted, and told as no spike.",
        source=name(source),
        watches=voice.listed(f"*{name(watch)}*" for watch in watches),
    )


def named(note: str) -> frozenset[str]:
    """The ids of the members whose names a note wants."""
    return frozenset(_NAMED.findall(note))


def with_names(note: str, names: dict[str, str]) -> str:
    """The note with each name in its place."""
    return _NAMED.sub(lambda found: escape(names.get(found[1], found[1])), note)
