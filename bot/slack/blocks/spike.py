"""The card of a spike that runs: how far the volume is from what is usual, and what drives it."""

from __future__ import annotations

from bot.domain.alerts import SpikeReason
from bot.domain.detection import Evidence
from bot.domain.severity import GroundKind
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, small_print
from bot.slack.blocks.drivers import coverage_words
from bot.slack.blocks.foot import foot, light, thread_line
from bot.slack.blocks.odds import odds_words
from bot.slack.blocks.parts import (
    Card,
    context,
    fields,
    header,
    local_time,
    section,
    sparkline,
)
from bot.slack.blocks.severity import negative_of, severity_line
from bot.slack.blocks.spikeover import over_card
from bot.slack.blocks.spikeparts import about, authors_words, made_of, posts_of
from bot.slack.blocks.usual import usual_of
from bot.slack.mrkdwn import name


def spike_card(view: AlertView, reason: SpikeReason) -> Card:
    """The card of a spike in the state of the moment."""
    if view.alert.over:
        return over_card(view, view.alert.over)
    voice = view.voice
    blocks = [
        header(f"{light(view)} {_title(view)} · {view.alert.watch}"),
        section(f"{_severity(view, reason)}\n{spike_why(reason, voice)}"),
        fields(_figures(reason, voice)),
        *made_of(reason.drivers, voice),
        context(_seen(reason, voice)),
        *posts_of(view),
        *thread_line(view.handled, voice),
        *small_print(view),
        *foot(view),
    ]
    return Card(_in_a_line(name(view.alert.watch), reason.evidence, voice), tuple(blocks))


def _severity(view: AlertView, reason: SpikeReason) -> str:
    """The severity, without the volume of the hour where the next sentence tells it."""
    said: tuple[GroundKind, ...] = () if reason.evidence.is_quarter else ("volume", "growth")
    return severity_line(view.alert.graded, view.voice, said=said)


def _in_a_line(watch: str, evidence: Evidence, voice: Voice) -> str:
    usual = usual_of(evidence, voice)
    if evidence.is_quarter:
        return voice.plural(
            "Spike about {watch}: {n} mention in a quarter of an hour, usually {usual}",
            "Spike about {watch}: {n} mentions in a quarter of an hour, usually {usual}",
            evidence.seen,
            watch=watch,
            usual=usual,
        )
    return voice.plural(
        "Spike about {watch}: {n} mention in an hour, usually {usual}",
        "Spike about {watch}: {n} mentions in an hour, usually {usual}",
        evidence.seen,
        watch=watch,
        usual=usual,
    )


def spike_why(reason: SpikeReason, voice: Voice) -> str:
    """Why a volume counts as a spike, in two sentences."""
    evidence = reason.evidence
    volume = volume_words(reason, local_time(evidence.window_start, "{time}"), voice)
    odds = evidence.once_in_days
    if odds is None or evidence.known_days < 1:
        little = voice.say("Little is known of this watch yet, but this is a gross excess.")
        return f"{volume} {little}"
    return f"{volume} {odds_words(odds, evidence.sensitivity, voice)}"


def volume_words(reason: SpikeReason, since: str, voice: Voice) -> str:
    """How many mentions there were `since` a time (at least, where not all was seen), and how many
    there usually are."""
    evidence = reason.evidence
    until, usual = local_time(evidence.window_end, "{time}"), usual_of(evidence, voice)
    if reason.at_least:
        return voice.plural(
            "At least {n} mention between {since} and {until}, usually {usual}.",
            "At least {n} mentions between {since} and {until}, usually {usual}.",
            evidence.seen,
            since=since,
            until=until,
            usual=usual,
        )
    return voice.plural(
        "{n} mention between {since} and {until}, usually {usual}.",
        "{n} mentions between {since} and {until}, usually {usual}.",
        evidence.seen,
        since=since,
        until=until,
        usual=usual,
    )


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
        *about(reason.themes, reason.drivers, voice),
        (voice.say("Mood"), _mood(reason, voice)),
        (voice.say("Authors"), authors_words(reason.authors, reason.reshares, voice)),
        (voice.say("Usual"), usual),
    ]


def _seen(reason: SpikeReason, voice: Voice) -> str:
    """The last day at a glance, and how much of it was seen."""
    day = voice.say("Last 24 hours  {bars}", bars=sparkline(reason.hours))
    return " · ".join(filter(None, (day, coverage_words(reason, voice))))


def _mood(reason: SpikeReason, voice: Voice) -> str:
    """How many are negative of those that could be read, and how many could not."""
    parts = []
    if reason.read:
        parts.append(negative_of(reason.negative, reason.read, voice))
    if reason.unread:
        parts.append(
            voice.plural(
                "❔ {n} in a language whose mood is not read",
                "❔ {n} in a language whose mood is not read",
                reason.unread,
            )
        )
    return ", ".join(parts) or "–"
