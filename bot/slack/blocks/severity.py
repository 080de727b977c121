"""How bad something is, and why, in words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from msgspec.structs import replace

from bot.domain.severity import Graded, Ground, GroundKind, Severity
from bot.i18n import Voice, phrase
from bot.slack.blocks.usual import HOUR, usual_words
from bot.slack.mrkdwn import name

NAMES: dict[Severity, str] = {
    "low": phrase("Low"),
    "medium": phrase("Medium"),
    "high": phrase("High"),
    "critical": phrase("Critical"),
}

_ALERTS: dict[Severity, str] = {
    "low": phrase("Low alert about {watch}"),
    "medium": phrase("Medium alert about {watch}"),
    "high": phrase("High alert about {watch}"),
    "critical": phrase("Critical alert about {watch}"),
}

SHOWN = 3
"""Grounds that a line tells, the weightiest first."""


def alert_named(severity: Severity, watch: str, voice: Voice) -> str:
    """What an alert is called where it is not shown."""
    return voice.say(_ALERTS[severity], watch=name(watch))


def severity_line(graded: Graded, voice: Voice, *, said: Collection[GroundKind] = ()) -> str:
    """The severity with its reasons, but for those `said` beside it: one line of mrkdwn."""
    severity = f"*{voice.say(NAMES[graded.severity])}*"
    untold = tuple(ground for ground in graded.grounds if ground.kind not in said)
    grounds = grounds_line(replace(graded, grounds=untold), voice)
    return (
        voice.say("{severity}: {grounds}", severity=severity, grounds=grounds)
        if grounds
        else severity
    )


def grounds_line(graded: Graded, voice: Voice) -> str:
    """The reasons alone, `""` where there are none."""
    return " · ".join(ground_words(ground, voice) for ground in graded.grounds[:SHOWN])


def ground_words(ground: Ground, voice: Voice) -> str:
    """One reason in words; what comes from outside is escaped."""
    value, of = round(ground.value), round(ground.of)
    match ground.kind:
        case "sentiment":
            return voice.say("sentiment {score}", score=voice.signed(ground.value))
        case "alarm":
            words = voice.listed(voice.quoted(name(word)) for word in ground.words)
            return voice.plural(
                "{words} is a word of alarm",
                "{words} are words of alarm",
                len(ground.words),
                words=words,
            )
        case "reach":
            who = name(ground.words[0]) if ground.words else voice.say("somebody")
            return voice.say("reach {reach} ({who})", reach=voice.number(value), who=who)
        case "speed":
            return voice.say("spreads fast: {n} reactions an hour", n=voice.number(value))
        case "several":
            authors = voice.plural("{n} author", "{n} authors", of)
            return voice.plural(
                "{n} negative post by {authors}",
                "{n} negative posts by {authors}",
                value,
                authors=authors,
            )
        case "negative_share":
            return negative_of(value, of, voice)
        case "flood":
            return voice.plural(
                "{posts} of one author, no crowd",
                "{posts} of {n} authors, no crowd",
                of,
                posts=voice.plural("{n} post", "{n} posts", value),
            )
        case "quiet":
            span = voice.span(timedelta(hours=max(1.0, ground.value)))
            expected = voice.decimal(ground.of)
            return voice.say(
                "quiet for {span}, {expected} mentions expected", span=span, expected=expected
            )
        case "volume" | "growth":
            return voice.plural(
                "{n} mention an hour, usually {usual}",
                "{n} mentions an hour, usually {usual}",
                value,
                usual=usual_words(ground.of, HOUR, voice),
            )


def negative_of(part: int, read: int, voice: Voice) -> str:
    """How many of the posts whose mood is read are negative."""
    return voice.plural(
        "{n} of {all} negative", "{n} of {all} negative", part, all=voice.number(read)
    )
