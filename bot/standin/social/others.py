"""What people say of others than Maison Lumo: of a competitor, Norda, and of the trade. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.standin.social.days import Talk, chatter, moments
from bot.standin.social.posts import FORUM, HACKER_NEWS, MASTODON, Act, Language, Record
from bot.standin.social.writing import Writer, seeded

_MOODS = {"neutral": 38, "praise": 22, "question": 22, "reply": 12, "grumble": 6}

OF_NORDA = Talk("norda", 2.6, {MASTODON: 70, HACKER_NEWS: 22, FORUM: 8}, _MOODS)
OF_THE_TRADE = Talk("trade", 1.4, {MASTODON: 75, HACKER_NEWS: 25}, _MOODS)

_TAGS: Mapping[str, Mapping[Language, str]] = {
    OF_NORDA.theme: {"en": "#norda", "fr": "#norda"},
    OF_THE_TRADE.theme: {"en": "#wakeuplight", "fr": "#luminothérapie"},
}

FIRST, PAUSE = 40.0, (150.0, 240.0)
"""Seconds after the start at which one of them is first spoken of again, and between two times:
they have no news of their own."""


def of_others(seed: int, scene: str, since: datetime, until: datetime) -> Iterator[Record]:
    """What is said of them in a time that is over, each in order."""
    for talk in (OF_NORDA, OF_THE_TRADE):
        rng, writer = _hand(seed, f"{scene} {talk.theme}", talk)
        for at in moments(rng, since, until, talk.an_hour):
            yield Record(at, *chatter(rng, writer, talk))


def meanwhile(seed: int) -> Iterator[Act]:
    """What is said of them now, for ever: kind words and questions, now and then."""
    norda, trade = ((_hand(seed, f"now {talk.theme}", talk), talk) for talk in _CALM)
    offset = FIRST
    while True:
        for (rng, writer), talk in (norda, norda, trade):
            yield Act(offset, *chatter(rng, writer, talk))
            offset += rng.uniform(*PAUSE)


_CALM = tuple(
    Talk(talk.theme, talk.an_hour, {MASTODON: 1}, {"neutral": 50, "praise": 25, "question": 25})
    for talk in (OF_NORDA, OF_THE_TRADE)
)


def _hand(seed: int, scene: str, talk: Talk) -> tuple[random.Random, Writer]:
    return seeded(seed, f"{scene} cues"), Writer(seed, scene, _TAGS[talk.theme])
