"""The watches, and how Vigie itself is."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.excerpt import shorten
from bot.domain.pairs import Pair
from bot.domain.status import Status, WatchState
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, button, context, fitted, local_time, section
from bot.slack.mrkdwn import escape, name

SHOWN = 20


def watches_card(status: Status, voice: Voice) -> Card:
    """What is watched, where it is told, and which watch is muted (with a way out)."""
    blocks: list[Block] = [
        section(f"*{_count(len(status.watches), 'watch', 'watches')}*"),
        *(_watch_block(state) for state in status.watches[:SHOWN]),
    ]
    if len(status.watches) > SHOWN:
        blocks.append(context(f"…and {len(status.watches) - SHOWN} more in the configuration."))
    names = ", ".join(escape(state.watch.name) for state in status.watches)
    return fitted(f"Watches: {names}", blocks)


def status_card(status: Status, voice: Voice) -> Card:
    """Whether all is well; if not, what is wrong, since when, and what happens next."""
    silent = [pair for state in status.watches for pair in state.pairs if pair.failures]
    well = not silent and not status.last_error
    words = "All is well." if well else "Something needs a look."
    outbox = "nothing waits to be said"
    if status.waiting and status.oldest_wait:
        outbox = f"{status.waiting} to be said, the oldest since {local_time(status.oldest_wait)}"
        outbox += f" ({escape(shorten(status.last_error, 300))})" if status.last_error else ""
    read = ", ".join(language.upper() for language in status.languages)
    blocks: list[Block] = [
        section(f"{'✅' if well else '⚠️'} *{words}*"),
        *(_sources_block(state) for state in status.watches[:SHOWN]),
        section(
            f"*Outbox:* {outbox}\n"
            f"*Conversations:* {status.open_conversations} open\n"
            f"*Languages:* {read}. Sentiment is read in EN; other languages stay unknown and "
            "raise no negative alert."
        ),
    ]
    return fitted(f"Vigie: {words}", blocks)


def _watch_block(state: WatchState) -> Block:
    watch = state.watch
    places = {watch.negative_channel, watch.spike_channel}
    where = " and ".join(sorted(_channel(place) for place in places))
    patience = watch.spike_once_in // timedelta(days=1)
    words = (
        f"*{name(watch.name)}* · {_count(state.mentions_a_day, 'mention', 'mentions')} in 24 h"
        f" → {where}\n`{_code(str(watch.query))}`\n"
        f"{', '.join(name(source) for source in watch.sources)} · negative at "
        f"{watch.negative_below:+.2f} or below · spikes at once in {patience} days"
    )
    if state.mute is None:
        return section(words, block_id=f"watch.{watch.name}"[:255])
    words += f"\n🔕 muted until {local_time(state.mute.until)}, {state.mute.held} alerts held"
    return section(
        words,
        block_id=f"watch.{watch.name}"[:255],
        accessory=button("Unmute", ids.UNMUTE, watch.name),
    )


def _sources_block(state: WatchState) -> Block:
    lines = [f"*{name(state.watch.name)}*", *(_pair_line(pair) for pair in state.pairs)]
    return section("\n".join(lines))


def _pair_line(pair: Pair) -> str:
    place = name(pair.source)
    if pair.failures:
        since = local_time(pair.failing_since) if pair.failing_since else "now"
        later = f"; next try {local_time(pair.rest_until, '{time}')}" if pair.rest_until else ""
        return f"⚠️ {place}: {escape(shorten(pair.error, 300))} (since {since}{later})"
    if pair.last_ok is None:
        return f"⏳ {place}: not read yet"
    newest = f", newest post {local_time(pair.newest)}" if pair.newest else ", no post yet"
    return f"✅ {place}: read {local_time(pair.last_ok, '{time_secs}')}{newest}"


def _channel(place: str) -> str:
    return f"<#{place}>" if place.startswith(("C", "G")) else escape(place)


def _code(text: str) -> str:
    return escape(shorten(text, 400)).replace("`", "ˋ")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
