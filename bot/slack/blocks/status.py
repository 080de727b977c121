"""The watches, and how Vigie itself is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.excerpt import shorten
from bot.domain.faults import Fault
from bot.domain.pairs import PATIENCE, Pair
from bot.domain.received import is_sent, received_at
from bot.domain.status import Closed, Off, Status, WatchState
from bot.domain.watch import Watch
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, button, context, fitted, local_time, section
from bot.slack.blocks.reportlines import tongue
from bot.slack.blocks.standing import limit_lines
from bot.slack.edits import channel, code, once_in, wanted_words
from bot.slack.faults import why
from bot.slack.mrkdwn import escape, name
from bot.slack.rooms import why_closed

SHOWN = 20

LONG_REST = timedelta(minutes=15)
"""A pause of a source that is worth a word."""

TOLD_FOR = timedelta(days=1)
"""How long a gap is told."""

WELL = 6
"""Sources that are named where all is well with them."""


def watches_card(status: Status, voice: Voice) -> Card:
    """What is watched, how it is, where it is told, and which watch is muted (with a way out)."""
    count = len(status.watches) + status.others
    blocks: list[Block] = [
        section(f"*{voice.plural('{n} watch', '{n} watches', count)}*"),
        *(_watch_block(state, voice) for state in status.watches),
    ]
    if status.others:
        blocks.append(context(voice.say("…and {n} more.", n=voice.number(status.others))))
    names = ", ".join(escape(state.watch.name) for state in status.watches)
    return fitted(voice.say("Watches: {names}", names=names), blocks, voice)


def status_card(status: Status, voice: Voice) -> Card:
    """Whether all is well; if not, what is wrong, since when, and what happens next."""
    pairs = [pair for state in status.watches for pair in state.pairs]
    silent = [pair for pair in pairs if pair.failures or pair.emptied]
    well = not (silent or status.troubles or status.last_error)
    words = voice.say("All is well.") if well else voice.say("Something needs a look.")
    blocks: list[Block] = [
        section(f"{'✅' if well else '⚠️'} *{words}*"),
        *(_sources_block(state, status.now, voice) for state in status.watches),
        *_others(status, voice),
        *_off(status.off, voice),
        section("\n".join((_outbox(status, voice), _conversations(status, voice)))),
        section("\n".join(_languages(status, voice))),
    ]
    return fitted(voice.say("Vigie: {words}", words=words), blocks, voice)


def watch_words(state: WatchState, voice: Voice) -> str:
    """A watch in some lines: its figures, its query, its sources' health, and where it is told."""
    watch = state.watch
    lines = [
        " · ".join((f"*{name(watch.name)}*", *_marks(state, voice))),
        code(str(watch.query)),
        *_health(state, voice),
        _told(watch, voice),
        *_learns(state, voice),
        *(limit_lines(state.limits, voice) if state.limits else ()),
    ]
    return "\n".join(lines)


def _told(watch: Watch, voice: Voice) -> str:
    """What is told of a watch, and where."""
    places = {
        "negative": channel(watch.negative_channel),
        "seldom": once_in(watch.spike_once_in, voice),
        "spike": channel(watch.spike_channel),
    }
    if watch.flag:
        return voice.say(
            "Negative: {wanted} → {negative} · spikes {seldom} → {spike}",
            wanted=wanted_words(watch.flag, voice),
            **places,
        )
    if not watch.tells_negative:
        return voice.say("Negative posts are only counted · spikes {seldom} → {spike}", **places)
    return voice.say(
        "Negative from {below} → {negative} · spikes {seldom} → {spike}",
        below=voice.signed(watch.negative_below),
        **places,
    )


def _learns(state: WatchState, voice: Voice) -> list[str]:
    """That too little is known of a watch to tell a spike."""
    if state.learns_until is None:
        return []
    return [
        voice.say(
            "🌱 It learns what is usual until {time}: until then only a gross excess rings.",
            time=local_time(state.learns_until),
        )
    ]


def closed_words(closed: Closed, voice: Voice) -> str:
    """A channel that cannot be written in, why, and what is held up by that."""
    routes = voice.listed(name(route) for route in closed.routes)
    watches = voice.listed(name(watch) for watch in closed.watches)
    words = voice.say(
        "🚫 *{channel}* is closed to Vigie: {why}.",
        channel=channel(closed.channel),
        why=why_closed(closed.code, voice),
    )
    if closed.routes:
        words += " " + voice.plural(
            "The route {routes} is off until it is open: what it would tell waits, in order.",
            "The routes {routes} are off until it is open: what they would tell waits, in order.",
            len(closed.routes),
            routes=routes,
        )
    elif closed.watches:
        words += " " + voice.say(
            "What it would hear of {watches} waits, in order.", watches=watches
        )
    if closed.teams:
        teams = voice.listed(name(team) for team in closed.teams)
        words += " " + voice.say("The insights of {teams} wait until it is open.", teams=teams)
    return words


def _marks(state: WatchState, voice: Voice) -> list[str]:
    """The figure of the day, and whatever is not as usual."""
    marks = [
        voice.plural("{n} mention in 24 h", "{n} mentions in 24 h", state.mentions_a_day),
    ]
    if state.watch.paused:
        marks.append(voice.say("⏸ paused"))
    if state.mute:
        marks.append(
            voice.plural(
                "🔕 muted until {time}, {n} alert held",
                "🔕 muted until {time}, {n} alerts held",
                state.mute.held,
                time=local_time(state.mute.until),
            )
        )
    if state.edited_by:
        marks.append(voice.say("✏️ as <@{who}> left it in Slack", who=state.edited_by))
    return marks


def _health(state: WatchState, voice: Voice) -> list[str]:
    """A line for the sources that answer, and one for each that does not."""
    well = [name(pair.source) for pair in state.pairs if not pair.failures]
    lines = [_pair_line(pair, voice) for pair in state.pairs if pair.failures]
    if not well:
        return lines
    named = well[:WELL]
    if len(well) > WELL:
        named.append(voice.say("{n} more", n=voice.number(len(well) - WELL)))
    read = any(pair.last_ok for pair in state.pairs)
    return [f"{'✅' if read else '⏳'} {voice.listed(named)}", *lines]


def _others(status: Status, voice: Voice) -> list[Block]:
    """What goes wrong for those of very many watches that are not shown, by source."""
    if not status.others:
        return []
    lines = [voice.say("…and {n} more.", n=voice.number(status.others))]
    for trouble in status.troubles[:SHOWN]:
        lines.append(_pair_line(trouble.pair, voice))
        lines += _missing(trouble.pair, status.now, voice)
        lines.append("　" + voice.plural("{n} watch", "{n} watches", trouble.watches))
    return [section("\n".join(lines))]


def _watch_block(state: WatchState, voice: Voice) -> Block:
    unmute = button(voice.say("Unmute"), ids.UNMUTE, state.watch.name) if state.mute else None
    return section(
        watch_words(state, voice), block_id=f"watch.{state.watch.name}"[:255], accessory=unmute
    )


def _off(off: Sequence[Off], voice: Voice) -> list[Block]:
    """The sources that nobody listens at, and what each waits for."""
    lines = [
        voice.say(
            "🔌 {source} is off: it waits for {variable} in the environment",
            source=name(one.source),
            variable=code(one.variable),
        )
        for one in off[:SHOWN]
    ]
    return [section("\n".join(lines))] if lines else []


def _sources_block(state: WatchState, now: datetime, voice: Voice) -> Block:
    lines = [f"*{name(state.watch.name)}*"]
    for pair in state.pairs:
        lines += [_pair_line(pair, voice), *_missing(pair, now, voice)]
    lines += _learns(state, voice)
    lines += limit_lines(state.limits, voice) if state.limits else ()
    if state.watch.paused:
        lines.insert(1, voice.say("⏸ paused"))
    return section("\n".join(lines))


def _pair_line(pair: Pair, voice: Voice) -> str:
    place = name(pair.source)
    if pair.failures:
        return _failing(pair, place, voice)
    if pair.last_ok is None:
        return voice.say("⏳ {source}: not read yet", source=place)
    if is_sent(pair.cursor):
        return _sent(pair, place, voice)
    read = local_time(pair.last_ok, "{time_secs}")
    if pair.newest is None:
        return voice.say("✅ {source}: read {time}, no post yet", source=place, time=read)
    return voice.say(
        "✅ {source}: read {time}, newest post {newest}",
        source=place,
        time=read,
        newest=local_time(pair.newest),
    )


def _missing(pair: Pair, now: datetime, voice: Voice) -> list[str]:
    """What is not read yet, or may never be: posts are looked for in vain there."""
    if pair.failures:
        return _advice(pair, voice)
    if pair.last_ok is None:
        return []
    lines = []
    if pair.emptied:
        lines.append(
            voice.say(
                "　🕳 it finds nothing any more for {terms}, though it did: something may be hidden",
                terms=voice.listed(code(term) for term in pair.emptied[:WELL]),
            )
        )
    if pair.rest_until and pair.rest_until - max(now, pair.last_ok) > LONG_REST:
        lines.append(
            voice.say(
                "　💤 left alone until {time}, as it or its budget asks",
                time=local_time(pair.rest_until, "{time}"),
            )
        )
    elif pair.pending and not pair.emptied:
        lines.append(voice.say("　⏳ there is more, which the next polls will read"))
    if pair.gap and now - pair.gap.until < TOLD_FOR:
        lines.append(
            voice.say(
                "　🕳 more was written from {since} to {until} than it shows: some may be missing",
                since=local_time(pair.gap.since),
                until=local_time(pair.gap.until, "{time}"),
            )
        )
    return lines


def _sent(pair: Pair, place: str, voice: Voice) -> str:
    """A source that sends is silent when it has nothing to say."""
    last = received_at(pair.cursor)
    if last is None:
        return voice.say("✅ {source}: listened for, nothing received yet", source=place)
    received = local_time(last)
    if pair.newest is None:
        return voice.say(
            "✅ {source}: last received {time}, nothing for this watch yet",
            source=place,
            time=received,
        )
    return voice.say(
        "✅ {source}: last received {time}, newest post {newest}",
        source=place,
        time=received,
        newest=local_time(pair.newest),
    )


def _failing(pair: Pair, place: str, voice: Voice) -> str:
    words = why(pair.error, voice)
    since = local_time(pair.failing_since) if pair.failing_since else voice.say("now")
    if pair.rest_until is None:
        return voice.say("⚠️ {source}: {why} (since {since})", source=place, why=words, since=since)
    return voice.say(
        "⚠️ {source}: {why} (since {since}; next try {later})",
        source=place,
        why=words,
        since=since,
        later=local_time(pair.rest_until, "{time}"),
    )


def _advice(pair: Pair, voice: Voice) -> list[str]:
    """What to do about a source that failed so often that the admins were told."""
    if pair.failures < PATIENCE:
        return []
    if isinstance(pair.error, Fault) and pair.error.lasting:
        return [
            voice.say(
                "　👉 it may not pass by itself: look at the address and the key of this source; "
                "`vigie doctor` asks it and tells more"
            )
        ]
    return [
        voice.say(
            "　👉 nothing to do: Vigie goes on trying, and then reads what the source still shows"
        )
    ]


def _outbox(status: Status, voice: Voice) -> str:
    if not status.waiting or status.oldest_wait is None:
        return voice.say("*Outbox:* nothing waits to be said")
    words = voice.plural(
        "*Outbox:* {n} to be said, since {time}",
        "*Outbox:* {n} to be said, the oldest since {time}",
        status.waiting,
        time=local_time(status.oldest_wait),
    )
    return f"{words} ({escape(shorten(status.last_error, 300))})" if status.last_error else words


def _conversations(status: Status, voice: Voice) -> str:
    return voice.plural(
        "*Conversations:* {n} open", "*Conversations:* {n} open", status.open_conversations
    )


def _languages(status: Status, voice: Voice) -> list[str]:
    """Which languages are expected, in which the mood is read, and how many posts that left."""
    lines = [
        voice.say(
            "*Languages:* {expected}. Sentiment is read in {read}; other languages stay unknown "
            "and raise no negative alert.",
            expected=voice.listed(voice.tongue(language) for language in status.languages),
            read=voice.listed(voice.tongue(language) for language in status.read),
        )
    ]
    if status.unread:
        counts = (
            f"{tongue(one.language, voice)} {voice.number(one.posts)}" for one in status.unread
        )
        lines.append(voice.say("❔ Mood not read in 24 h: {posts}.", posts=", ".join(counts)))
    return lines
