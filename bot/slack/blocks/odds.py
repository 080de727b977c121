"""How seldom something comes about by chance, in words."""

from __future__ import annotations

from bot.i18n import Voice


def odds_words(once_in_days: float, patience: float, voice: Voice) -> str:
    """How seldom that comes about by chance, and what the watch rings at."""
    days = round(patience)
    if once_in_days >= 365:
        return voice.plural(
            "On ordinary days that happens less than once a year; this watch rings at once in {n} "
            "day.",
            "On ordinary days that happens less than once a year; this watch rings at once in {n} "
            "days.",
            days,
        )
    often = voice.plural(
        "about once in {n} day", "about once in {n} days", round(max(once_in_days, 1))
    )
    return voice.plural(
        "On ordinary days that happens {often}; this watch rings at once in {n} day.",
        "On ordinary days that happens {often}; this watch rings at once in {n} days.",
        days,
        often=often,
    )
