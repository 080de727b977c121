"""A silence: its card, and the line in its thread when it is over."""

from __future__ import annotations

from bot.domain.alerts import Alert
from bot.domain.severity import GroundKind
from bot.domain.silences import SilenceReason
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, small_print
from bot.slack.blocks.foot import foot, light
from bot.slack.blocks.odds import odds_words
from bot.slack.blocks.parts import Card, context, fields, header, local_time, section
from bot.slack.blocks.severity import severity_line
from bot.slack.mrkdwn import name

SOURCES = 8

_SAID: tuple[GroundKind, ...] = ("quiet",)
"""By the sentence below the severity."""


def silence_card(view: AlertView, reason: SilenceReason) -> Card:
    """The card of a silence in the state of the moment."""
    alert, voice = view.alert, view.voice
    over = alert.ended is not None
    title = voice.say("Silence, over") if over else voice.say("Silence")
    blocks = [
        header(f"{light(view)} {title} · {alert.watch}"),
        section(f"{severity_line(alert.graded, voice, said=_SAID)}\n{silence_why(reason, voice)}"),
        fields(_figures(reason, voice)),
        *([] if over else [context(_answers(reason, voice))]),
        *small_print(view),
        *foot(view),
    ]
    watch = name(alert.watch)
    words = (
        voice.say("{watch} is spoken of again", watch=watch)
        if over
        else voice.say(
            "Silence: nothing about {watch} for {span}",
            watch=watch,
            span=voice.span(reason.silence.until - reason.silence.since),
        )
    )
    return Card(words, tuple(blocks))


def _answers(reason: SilenceReason, voice: Voice) -> str:
    """Who answers, and what to look at."""
    ask = voice.say("Does the query still fit, and does a source show all it has?")
    if not reason.left_out:
        return f"{voice.say('Every source answers.')} {ask}"
    missing = voice.listed(name(source) for source in reason.left_out[:SOURCES])
    others = voice.say("Every source answers but {missing}, silent for long.", missing=missing)
    return f"⚠️ {others} {ask}"


def silence_why(reason: SilenceReason, voice: Voice) -> str:
    """Why it is a silence, in two sentences."""
    quiet = reason.silence
    nothing = voice.say(
        "Nothing since {time}, where {expected} mentions were expected.",
        time=local_time(quiet.since),
        expected=voice.decimal(quiet.expected),
    )
    return f"{nothing} {odds_words(quiet.once_in_days, reason.patience, voice)}"


def silence_line(reason: SilenceReason, watch: str, voice: Voice) -> str:
    """The same in one line, for the thread of another watch's silence."""
    return f"🔇 *{name(watch)}*: {silence_why(reason, voice)}"


def heard_again(alert: Alert, voice: Voice) -> str:
    """That a silence is over."""
    return voice.say("🟢 {watch} is spoken of again.", watch=name(alert.watch))


def _figures(reason: SilenceReason, voice: Voice) -> list[tuple[str, str]]:
    """How much is usual, and what each source showed last."""
    a_day = voice.say("about {n} a day", n=voice.number(round(reason.silence.a_day)))
    return [
        (voice.say("Usual"), a_day),
        *(
            (name(one.source), local_time(one.at) if one.at else "–")
            for one in reason.sources[:SOURCES]
        ),
    ]
