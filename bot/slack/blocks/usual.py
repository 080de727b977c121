"""What is usual, as a person would say it: a number, a few a day, one in some days, hardly any."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.detection import Evidence
from bot.i18n import Voice

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)

A_DAY = timedelta(days=1)

NONE_IN = 30
"""What comes less often than once in so many days is told as nothing."""


def usual_words(mean: float, window: timedelta, voice: Voice) -> str:
    """What a window of that length usually holds; by the day where that is less than one."""
    if mean >= 0.95:
        return _number(mean, voice)
    a_day = mean / (window / A_DAY)
    if a_day >= 0.75:
        return voice.say("about {n} a day", n=voice.number(round(a_day)))
    days = round(1 / a_day) if a_day else NONE_IN + 1
    if days > NONE_IN:
        return voice.say("next to none")
    return voice.plural("about 1 in {n} day", "about 1 in {n} days", days)


def usual_of(evidence: Evidence, voice: Voice) -> str:
    """What a window like that of a verdict usually holds."""
    return usual_words(evidence.expected, QUARTER if evidence.is_quarter else HOUR, voice)


def usual_count(mean: float, voice: Voice) -> str:
    """The same for a part of a volume, which is no stream of its own: to the next whole number."""
    return voice.say("next to none") if mean < 0.5 else voice.number(max(1, round(mean)))


def _number(mean: float, voice: Voice) -> str:
    return voice.number(round(mean)) if mean >= 10 else voice.decimal(mean)
