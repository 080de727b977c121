"""A spike's card: while it runs, how far the volume is from what was expected, and what drives it;
when it is over, how it went."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alerts import Over, SpikeReason
from bot.domain.excess import Driver
from bot.domain.mention import Mention
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, Handled, byline, small_print
from bot.slack.blocks.drivers import coverage_words, driver_lines
from bot.slack.blocks.foot import foot, light
from bot.slack.blocks.odds import odds_words
from bot.slack.blocks.parts import (
    Block,
    Card,
    context,
    fields,
    header,
    local_time,
    quote,
    section,
    sparkline,
)
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.themes import theme_names
from bot.slack.mrkdwn import name

EXCERPT = 280
DRIVERS = 3


def spike_card(view: AlertView, reason: SpikeReason) -> Card:
    """The card of a spike in the state of the moment."""
    if view.alert.over:
        return _over_card(view, view.alert.over)
    voice, watch, evidence = view.voice, name(view.alert.watch), reason.evidence
    blocks = [
        header(f"{light(view)} {_title(view)} · {view.alert.watch}"),
        section(f"{severity_line(view.alert.graded, voice)}\n{spike_why(reason, voice)}"),
        fields(_figures(reason, voice)),
        *_made_of(reason.drivers, voice),
        context(_seen(reason, voice)),
        *_drivers(view),
        *_thread(view.handled, voice),
        *small_print(view),
        *foot(view),
    ]
    expected = voice.decimal(evidence.expected)
    if evidence.is_quarter:
        words = voice.plural(
            "Spike about {watch}: {n} mention in a quarter of an hour, {expected} expected",
            "Spike about {watch}: {n} mentions in a quarter of an hour, {expected} expected",
            evidence.seen,
            watch=watch,
            expected=expected,
        )
    else:
        words = voice.plural(
            "Spike about {watch}: {n} mention in an hour, {expected} expected",
            "Spike about {watch}: {n} mentions in an hour, {expected} expected",
            evidence.seen,
            watch=watch,
            expected=expected,
        )
    return Card(words, tuple(blocks))


def spike_why(reason: SpikeReason, voice: Voice) -> str:
    """Why a volume counts as a spike, in two sentences."""
    evidence = reason.evidence
    volume = voice.plural(
        "{n} mention between {since} and {until}, where {expected} were expected.",
        "{n} mentions between {since} and {until}, where {expected} were expected.",
        evidence.seen,
        since=local_time(evidence.window_start, "{time}"),
        until=local_time(evidence.window_end, "{time}"),
        expected=voice.decimal(evidence.expected),
    )
    odds = evidence.once_in_days
    if odds is None:
        little = voice.say("Little is known of this watch yet, but this is a gross excess.")
        return f"{volume} {little}"
    return f"{volume} {odds_words(odds, evidence.sensitivity, voice)}"


def _over_card(view: AlertView, over: Over) -> Card:
    """The card in its final form."""
    voice, watch = view.voice, name(view.alert.watch)
    themes = theme_names(over.themes, voice) or "–"
    peak = voice.plural(
        "{n} mention from {time}", "{n} mentions from {time}", over.peak,
        time=local_time(over.peak_at, "{time}"),
    )  # fmt: skip
    figures = [
        (voice.say("Began"), local_time(over.began)),
        (voice.say("Ended"), local_time(over.ended)),
        (voice.say("Busiest hour"), peak),
        (voice.say("Mentions"), voice.number(over.mentions)),
        (voice.say("About"), themes),
        (voice.say("Authors"), _authors(over.authors, over.reshares, voice)),
    ]
    lasted = voice.span(over.ended - over.began)
    blocks = [
        header(f"🟢 {voice.say('Spike, over')} · {view.alert.watch}"),
        section(voice.say("It lasted {span}. {severity}", span=lasted, severity=_worst(view))),
        fields(figures),
        *_made_of(over.drivers, voice),
        *_handled(view.handled, voice),
        *_drivers(view),
        *small_print(view),
        *foot(view),
    ]
    words = voice.say("The spike about {watch} is over; it lasted {span}", watch=watch, span=lasted)
    return Card(words, tuple(blocks))


def _worst(view: AlertView) -> str:
    return severity_line(view.alert.graded, view.voice)


def _title(view: AlertView) -> str:
    if view.alert.turned:
        return view.voice.say("Spike turned negative")
    return view.voice.say("Spike")


def _figures(reason: SpikeReason, voice: Voice) -> list[tuple[str, str]]:
    """What the sentence above does not say."""
    evidence = reason.evidence
    low, high = voice.number(evidence.low), voice.number(evidence.high)
    if evidence.is_quarter:
        usual = voice.say("{low}–{high} in such a quarter of an hour", low=low, high=high)
    else:
        usual = voice.say("{low}–{high} in such an hour", low=low, high=high)
    return [
        (voice.say("About"), theme_names(reason.themes, voice) or "–"),
        (voice.say("Mood"), _mood(reason, voice)),
        (voice.say("Authors"), _authors(reason.authors, reason.reshares, voice)),
        (voice.say("Usual"), usual),
    ]


def _authors(authors: int, reshares: int, voice: Voice) -> str:
    """How many people wrote, and how many posts only pass on another's."""
    if not reshares:
        return voice.number(authors)
    passed_on = voice.plural("{n} reshare", "{n} reshares", reshares)
    return f"{voice.number(authors)} · {passed_on}"


def _seen(reason: SpikeReason, voice: Voice) -> str:
    """The last day at a glance, and how much of it was seen."""
    day = voice.say("Last 24 hours  {bars}", bars=sparkline(reason.hours))
    return f"{day} · {coverage_words(reason.coverage, voice)}" if reason.coverage else day


def _made_of(drivers: Sequence[Driver], voice: Voice) -> list[Block]:
    lines = driver_lines(drivers, voice)
    if not lines:
        return []
    heading = f"*{voice.say('What makes it up')}*"
    return [section("\n".join([heading, *(f"• {line}" for line in lines)]))]


def _mood(reason: SpikeReason, voice: Voice) -> str:
    """How many are negative of those that could be read, and how many could not."""
    parts = []
    if reason.read:
        negative, read = voice.number(reason.negative), voice.number(reason.read)
        parts.append(voice.say("{part} of {all} negative", part=negative, all=read))
    if reason.unread:
        parts.append(
            voice.plural(
                "❔ {n} in a language whose mood is not read",
                "❔ {n} in a language whose mood is not read",
                reason.unread,
            )
        )
    return ", ".join(parts) or "–"


def _drivers(view: AlertView) -> list[Block]:
    if not view.posts:
        return []
    voice = view.voice
    blocks = [section(f"*{voice.say('The posts that drove it')}*")]
    for mention in view.posts[:DRIVERS]:
        blocks += [_quoted(mention), context(byline(mention, voice, linked=True))]
    return blocks


def _quoted(mention: Mention) -> Block:
    return quote(mention.post.text or mention.post.title, EXCERPT)


def _thread(handled: Handled | None, voice: Voice) -> list[Block]:
    """How many negative posts stand in the thread."""
    if handled is None or not handled.posts:
        return []
    posts = voice.plural(
        "🧵 {n} negative post in this thread", "🧵 {n} negative posts in this thread", handled.posts
    )
    if handled.waiting:
        waiting = voice.plural("{n} that nobody has", "{n} that nobody has", handled.waiting)
        return [context(f"{posts} · {waiting}")]
    return [context(posts)]


def _handled(handled: Handled | None, voice: Voice) -> list[Block]:
    """What became of the negative posts, and how soon somebody was there."""
    if handled is None:
        return []
    lines = []
    if handled.posts:
        conversations = voice.plural("{n} conversation", "{n} conversations", handled.conversations)
        lines.append(
            voice.plural(
                "🧵 {n} negative post in {conversations}, in this thread.",
                "🧵 {n} negative posts in {conversations}, in this thread.",
                handled.posts,
                conversations=conversations,
            )
        )
    if handled.by:
        who = voice.listed(f"<@{user}> ({voice.number(n)})" for user, n in handled.by)
        lines.append(voice.say("Handled by {who}.", who=who))
    elif handled.claimed is None:
        lines.append(voice.say("Nobody took it in hand."))
    if handled.waiting:
        lines.append(
            voice.plural("{n} waits for somebody.", "{n} wait for somebody.", handled.waiting)
        )
    if handled.claimed is not None:
        span = voice.span(handled.claimed)
        lines.append(voice.say("First claimed {span} after the beginning.", span=span))
    if handled.answered is not None:
        span = voice.span(handled.answered)
        lines.append(voice.say("First answered {span} after the beginning.", span=span))
    return [section(" ".join(lines))] if lines else []
