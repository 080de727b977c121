"""Themes by their names: those of the shipped lists in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import cache

from bot.i18n import LANGUAGES, Voice
from bot.phrases import phrase
from bot.slack.mrkdwn import name

_NAMES: Mapping[str, str] = {
    "account": phrase("account"),
    "app": phrase("app"),
    "availability": phrase("availability"),
    "battery": phrase("battery"),
    "billing": phrase("billing"),
    "delivery": phrase("delivery"),
    "environment": phrase("environment"),
    "outage": phrase("outage"),
    "price": phrase("price"),
    "privacy": phrase("privacy"),
    "quality": phrase("quality"),
    "returns": phrase("returns"),
    "safety": phrase("safety"),
    "support": phrase("support"),
    "trust": phrase("trust"),
}


def theme_name(theme: str, voice: Voice) -> str:
    """A theme as a reader calls it; what no shipped list names, as it was found."""
    return name(theme_words(theme, voice))


def theme_words(theme: str, voice: Voice) -> str:
    """The same where it is not for Slack: nothing in it is escaped."""
    words = _NAMES.get(theme)
    return voice.say(words) if words else theme


def theme_names(themes: Iterable[str], voice: Voice) -> str:
    """Some themes in a row, `""` for none."""
    return voice.listed(theme_name(theme, voice) for theme in themes)


def with_other_names(themes: Iterable[str]) -> frozenset[str]:
    """Some themes, and what they are called in each language that Vigie speaks."""
    found = frozenset(themes)
    return found.union(*(_called(theme) for theme in found & _NAMES.keys()))


@cache
def _called(theme: str) -> frozenset[str]:
    return frozenset(Voice(language, UTC).say(_NAMES[theme]) for language in LANGUAGES)
