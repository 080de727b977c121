"""Ordinary days: when people post, where, and about what. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from bot.standin.social.people import EDITORS
from bot.standin.social.posts import (
    FORUM,
    HACKER_NEWS,
    MAGAZINE,
    MASTODON,
    Draft,
    Language,
    PlaceName,
)
from bot.standin.social.writing import Writer

T = TypeVar("T")

_PEAK_PER_HOUR = 8.0
_MOODS = {"neutral": 40, "praise": 22, "question": 18, "reply": 10, "other": 6, "grumble": 4}
_PLACES: Mapping[PlaceName, int] = {MASTODON: 50, FORUM: 25, HACKER_NEWS: 20, MAGAZINE: 5}
_ENGLISH: Mapping[PlaceName, float] = {MASTODON: 0.6, FORUM: 0.6, HACKER_NEWS: 1, MAGAZINE: 0}
_TOPICS: Mapping[PlaceName, str] = {FORUM: "topics", HACKER_NEWS: "stories"}


def moments(rng: random.Random, since: datetime, until: datetime) -> Iterator[datetime]:
    """Poisson arrivals whose rate follows the hours (by thinning, Lewis and Shedler 1979)."""
    at = since
    while (at := at + timedelta(hours=rng.expovariate(_PEAK_PER_HOUR))) < until:
        if rng.random() < rhythm(at):
            yield at


def rhythm(at: datetime) -> float:
    """How much people post, 0 to 1: least at 3 in the morning (UTC), most twelve hours later."""
    hour = at.hour + at.minute / 60
    awake = 0.56 - 0.44 * math.cos((hour - 3) / 24 * math.tau)
    return awake * (0.8 if at.weekday() >= 5 else 1.0)


def chatter(rng: random.Random, writer: Writer) -> tuple[PlaceName, Draft]:
    """Something that somebody says somewhere on an ordinary day, one in twenty-five grumbling."""
    place = pick(rng, _PLACES)
    if place == MAGAZINE:
        return place, writer.write(place, "quiet", "articles", "fr", author=EDITORS)
    language: Language = "en" if rng.random() < _ENGLISH[place] else "fr"
    if place in _TOPICS and (rng.random() < 0.3 or not writer.recent(place, language)):
        return place, writer.write(place, "quiet", _TOPICS[place], language)
    mood = pick(rng, _MOODS)
    answers = writer.recent(place, language) if place == MASTODON and mood == "reply" else None
    language = answers.language if answers else language
    return place, writer.write(place, "quiet", mood, language, answers=answers, worn=True)


def pick(rng: random.Random, weights: Mapping[T, int]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]
