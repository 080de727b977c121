"""Ordinary days: when people post, where, and about what. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

_ENGLISH: Mapping[PlaceName, float] = {MASTODON: 0.6, FORUM: 0.6, HACKER_NEWS: 1, MAGAZINE: 0}
_TOPICS: Mapping[PlaceName, str] = {FORUM: "topics", HACKER_NEWS: "stories"}


@dataclass(frozen=True)
class Talk:
    """What people talk of on ordinary days: in the phrases of a theme, at the busiest time so many
    posts `an_hour`, at these places and in these moods, each with its weight."""

    theme: str
    an_hour: float
    places: Mapping[PlaceName, int]
    moods: Mapping[str, int]


OF_THE_BRAND = Talk(
    "quiet",
    8.0,
    {MASTODON: 50, FORUM: 25, HACKER_NEWS: 20, MAGAZINE: 5},
    {"neutral": 40, "praise": 22, "question": 18, "reply": 10, "other": 6, "grumble": 4},
)


def moments(
    rng: random.Random,
    since: datetime,
    until: datetime,
    an_hour: float = OF_THE_BRAND.an_hour,
) -> Iterator[datetime]:
    """Poisson arrivals whose rate follows the hours (by thinning, Lewis and Shedler 1979)."""
    at = since
    while (at := at + timedelta(hours=rng.expovariate(an_hour))) < until:
        if rng.random() < rhythm(at):
            yield at


def rhythm(at: datetime) -> float:
    """How much people post, 0 to 1: least at 3 in the morning (UTC), most twelve hours later."""
    hour = at.hour + at.minute / 60
    awake = 0.56 - 0.44 * math.cos((hour - 3) / 24 * math.tau)
    return awake * (0.8 if at.weekday() >= 5 else 1.0)


def chatter(
    rng: random.Random, writer: Writer, talk: Talk = OF_THE_BRAND
) -> tuple[PlaceName, Draft]:
    """Something that somebody says somewhere on an ordinary day, one in twenty-five grumbling."""
    place = pick(rng, talk.places)
    if place == MAGAZINE:
        return place, writer.write(place, talk.theme, "articles", "fr", author=EDITORS)
    language: Language = "en" if rng.random() < _ENGLISH[place] else "fr"
    if place in _TOPICS and (rng.random() < 0.3 or not writer.recent(place, language)):
        return place, writer.write(place, talk.theme, _TOPICS[place], language)
    mood = pick(rng, talk.moods)
    answers = writer.recent(place, language) if place == MASTODON and mood == "reply" else None
    language = answers.language if answers else language
    return place, writer.write(place, talk.theme, mood, language, answers=answers, worn=True)


def pick(rng: random.Random, weights: Mapping[T, int]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]
