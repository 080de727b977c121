"""How negative a post is said to be: by its place in its stream, not by a number nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from bot.domain.alerts import NegativeReason
from bot.domain.levels import FEWEST, Level, Limit, Limits
from bot.i18n import Voice
from bot.slack.edits import fine_share, wanted_words
from bot.slack.mrkdwn import name

WORDS = 5

SUREST = 0.99
"""No post is said to be negative for certain."""


def why_flagged(reason: NegativeReason, voice: Voice) -> str:
    """Why a post counts as negative, in a sentence or two."""
    words = _flagged(reason, voice)
    if not reason.words:
        return words
    weighed = ", ".join(
        f"{voice.quoted(name(word.word))} ({voice.signed(word.weight)})"
        for word in reason.words[:WORDS]
    )
    return f"{words} {voice.say('What weighed most: {words}.', words=weighed)}"


def _flagged(reason: NegativeReason, voice: Voice) -> str:
    standing = standing_words(reason, voice)
    if standing:
        return voice.say("Flagged: {standing}.", standing=standing)
    return voice.say(
        "Flagged for its sentiment of {score}, at or below this watch’s limit of {limit}.",
        score=voice.signed(reason.score),
        limit=voice.signed(reason.threshold),
    )


def standing_words(reason: NegativeReason, voice: Voice) -> str:
    """How likely a post is negative, where the team's judgements tell that; else where it stands
    in its stream; `""` where neither is known."""
    if reason.chance is not None and reason.judgements:
        return voice.plural(
            "about {share} likely to be negative, by {n} judgement of this team",
            "about {share} likely to be negative, by {n} judgements of this team",
            reason.judgements,
            share=voice.share(min(reason.chance, SUREST)),
        )
    return rank_words(reason.rank, reason.language, voice) if reason.rank else ""


def rank_words(rank: float, language: str, voice: Voice) -> str:
    """Among what share of the most negative posts of its language a post is."""
    return voice.say(
        "among the most negative {share} of this watch’s posts in {language}",
        share=_share_up(rank, voice),
        language=voice.tongue(language),
    )


def limit_lines(limits: Limits, voice: Voice) -> Iterator[str]:
    """What a watch flags, and how that came about; a line for each language that has a level."""
    flag = limits.watch.flag
    if flag is None:
        return
    if limits.a_day() is None:
        yield voice.say(
            "Flags {wanted}, once {few} posts of a language are known; until then from {limit}.",
            wanted=wanted_words(flag, voice),
            few=voice.number(FEWEST),
            limit=voice.signed(limits.watch.negative_below),
        )
        return
    yield voice.say("Flags {wanted}:", wanted=wanted_words(flag, voice))
    for level, limit in limits.known():
        yield f"• {_limit(level, limit, voice)}"


def _limit(level: Level, limit: Limit, voice: Voice) -> str:
    tongue = voice.tongue(level.language)
    if not limit.part:
        return voice.say(
            "{language}: what is worse than all {count} posts of the last four weeks",
            language=tongue,
            count=voice.number(level.count),
        )
    return voice.say(
        "{language}: the most negative {share} of {count} posts of the last four weeks, from "
        "{limit}",
        language=tongue,
        share=fine_share(limit.part, voice),
        count=voice.number(level.count),
        limit=voice.signed(limit.score),
    )


def _share_up(part: float, voice: Voice) -> str:
    """A share rounded up to whole percents: a post among the worst 0.2% is among the worst 1%."""
    return voice.share(min(1.0, ceil(part * 100 - 1e-9) / 100))
