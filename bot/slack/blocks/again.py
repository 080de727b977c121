"""What is said of a story that is told again, and of a spike that is over: lines for its thread."""

from __future__ import annotations

from bot.domain.alerts import Alert, SpikeReason, Told
from bot.domain.severity import Severity
from bot.domain.stories import Change
from bot.i18n import Voice
from bot.slack.blocks.drivers import driver_lines
from bot.slack.blocks.parts import local_time
from bot.slack.blocks.severity import NAMES, alert_named, grounds_line
from bot.slack.blocks.themes import theme_names
from bot.slack.mrkdwn import escape, name

RINGS = "<!here> "


def story_again(before: Alert, after: Alert, change: Change, voice: Voice, *, here: bool) -> str:
    """What changed about a story of negative posts since it was last told."""
    watch, told = name(after.watch), before.told
    now = voice.plural("{n} negative post", "{n} negative posts", after.count)
    if change == "going_on":
        since = local_time(after.raised)
        text = voice.say(
            "📣 *{watch}*: it goes on since {time}, {posts} so far.",
            watch=watch,
            time=since,
            posts=now,
        )
    else:
        was = voice.number(told.volume if told else 0)
        text = voice.say(
            "📣 *{watch}*: {posts} now, {before} when last told.",
            watch=watch,
            posts=now,
            before=was,
        )
    return _rung(f"{text}{_graded(told, after, voice)}", here)


def spike_again(
    before: Alert, after: Alert, change: Change | None, voice: Voice, *, here: bool
) -> str:
    """What changed about a spike since it was last told; without a `change`, that it turned."""
    reason, told, watch = after.reason, before.told, name(after.watch)
    if not isinstance(reason, SpikeReason):
        return ""
    if after.turned and not before.turned:
        text = voice.say(
            "📣 The spike about *{watch}* turned negative: {part} of the {all} posts since {time} "
            "whose mood can be read are negative.",
            watch=watch,
            part=voice.number(reason.negative),
            all=voice.number(reason.read),
            time=local_time(after.turned, "{time}"),
        )
    elif change == "going_on":
        text = voice.plural(
            "📣 The spike about *{watch}* goes on: {n} mention in the last hour.",
            "📣 The spike about *{watch}* goes on: {n} mentions in the last hour.",
            reason.evidence.volume,
            watch=watch,
        )
    elif change == "worse":
        text = voice.plural(
            "📣 The spike about *{watch}* is more severe, at {n} mention in the last hour.",
            "📣 The spike about *{watch}* is more severe, at {n} mentions in the last hour.",
            reason.evidence.volume,
            watch=watch,
        )
    else:
        text = voice.plural(
            "📣 The spike about *{watch}*: {n} mention in the last hour, {before} when last told.",
            "📣 The spike about *{watch}*: {n} mentions in the last hour, {before} when last told.",
            reason.evidence.volume,
            watch=watch,
            before=voice.number(told.volume if told else 0),
        )
    about = ""
    if reason.themes:
        themes = theme_names(reason.themes, voice)
        about = f" {voice.say('It is about {themes}.', themes=themes)}"
    return _rung(f"{text}{about}{_graded(told, after, voice)}", here)


def told_elsewhere(alert: Alert, voice: Voice, *, here: bool) -> str:
    """To a channel where alerts as severe as this one go: where it is told."""
    text = voice.say(
        "📣 {alert}: it is told in {channel}.",
        alert=alert_named(alert.severity, alert.watch, voice),
        channel=escape(alert.channel),
    )
    return _rung(text, here)


def all_clear(alert: Alert, voice: Voice) -> str:
    """That a spike is over."""
    over = alert.over
    peak = over.peak if over else 0
    clear = voice.plural(
        "🟢 All clear: {watch} is talked about as usual again. {n} mention in the busiest hour.",
        "🟢 All clear: {watch} is talked about as usual again. {n} mentions in the busiest hour.",
        peak,
        watch=name(alert.watch),
    )
    best = driver_lines(over.drivers, voice, 1) if over else []
    return "\n".join([clear, *best])


def _graded(told: Told | None, after: Alert, voice: Voice) -> str:
    """The severity, where it rose, and why."""
    was: Severity = told.severity if told else after.severity
    if was == after.severity:
        return ""
    words = voice.say(
        "Severity {before} → *{now}*: {grounds}.",
        before=voice.say(NAMES[was]),
        now=voice.say(NAMES[after.severity]),
        grounds=grounds_line(after.graded, voice),
    )
    return f"\n{words}"


def _rung(text: str, here: bool) -> str:
    return f"{RINGS}{text}" if here else text
