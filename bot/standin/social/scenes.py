"""The scenes that stand out from ordinary days: a complaint, a launch, a crisis, a wave. Pure.

Offsets are seconds after the start of the web (of a wave: after it was asked for).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, count, repeat
from operator import itemgetter

from bot.standin.social.days import chatter, pick
from bot.standin.social.people import EDITORS, MAISON_LUMO, NIGHT_DESK
from bot.standin.social.posts import (
    FORUM,
    HACKER_NEWS,
    MAGAZINE,
    MASTODON,
    TOOL,
    Act,
    Author,
    Draft,
    Language,
    PlaceName,
    Record,
)
from bot.standin.social.writing import Writer, seeded

FIRST_COMPLAINT = 3.0
LAUNCH = (5.0, 27.0)
WISHES = (31.0, 92.0)
CRISIS = (100.0, 190.0)
COPIED = (48.0, 56.0)
REGRETTED, REGRETTED_AFTER = 36.0, 12.0
HEARD, HEARD_A_MINUTE = 20.0, 2

_CROWD_PLACES: dict[Language, dict[PlaceName, int]] = {
    "en": {MASTODON: 60, FORUM: 20, HACKER_NEWS: 20},
    "fr": {MASTODON: 72, FORUM: 28},
}

_WISHED_AT: dict[PlaceName, int] = {MASTODON: 67, FORUM: 33}

_HEARD = {"praise": 40, "neutral": 35, "question": 20, "grumble": 5}


@dataclass(frozen=True)
class Cue:
    """Who says what kind of thing where; without a place or an author, one of the crowd does."""

    mood: str
    language: Language
    place: PlaceName | None = None
    author: Author | None = None
    shares: str = ""


def first_complaint(seed: int) -> Iterator[Act]:
    """One clear English complaint, early, so that a newcomer soon sees what Vigie is for."""
    writer = Writer(seed, "first")
    yield Act(FIRST_COMPLAINT, MASTODON, writer.write(MASTODON, "rain", "first", "en"))


def told_again(seed: int) -> Iterator[Act]:
    """A complaint whose author deletes it a while later; and the first complaint in the mouths of
    others: copied at the forum, and passed on with a word."""
    writer = Writer(seed, "told again")
    regretted = writer.write(MASTODON, "rain", "complaint", "en")
    yield Act(REGRETTED, MASTODON, replace(regretted, stands=REGRETTED_AFTER))
    first = next(first_complaint(seed)).draft
    copied = f"{first.text} This is not mine, but I could have written it."
    yield Act(COPIED[0], FORUM, writer.quote(FORUM, copied, "en", title="I am not the only one"))
    passed_on = f"RT @{first.author.handle}: {first.text}"
    yield Act(COPIED[1], MASTODON, writer.quote(MASTODON, passed_on, "en"))


def launch(seed: int) -> Iterator[Act]:
    """Thirty-five posts: the brand's own, what each place makes of it, and a happy crowd."""
    rng = seeded(seed, "launch cues")
    start, end = LAUNCH
    crowd = _shuffled(
        rng,
        (16, Cue("praise", "en")),
        (10, Cue("praise", "fr")),
        (3, Cue("question", "en")),
        (1, Cue("question", "fr")),
    )
    timed = [
        (start, Cue("official", "en", MASTODON, MAISON_LUMO)),
        (start + 0.5, Cue("topics", "en", FORUM)),
        (start + 1, Cue("stories", "en", HACKER_NEWS)),
        (start + 1.5, Cue("official", "fr", MASTODON, MAISON_LUMO)),
        (start + 6, Cue("articles", "fr", MAGAZINE, EDITORS)),
        *_over(rng, start + 2, end, crowd),
    ]
    yield from _perform(rng, Writer(seed, "launch"), "launch", timed)


def crisis(seed: int) -> Iterator[Act]:
    """Eighty-four posts: thirty-four English complaints, thirty-four French ones, and those around
    them."""
    rng, writer = seeded(seed, "crisis cues"), Writer(seed, "crisis")
    start, end = CRISIS
    first = writer.write(MASTODON, "crisis", "complaint", "en")
    yield Act(start, MASTODON, first)
    crowd = _shuffled(
        rng,
        (33, Cue("complaint", "en")),
        (34, Cue("complaint", "fr")),
        (3, Cue("question", "en")),
        (2, Cue("question", "fr")),
        (2, Cue("news", "en")),
        (2, Cue("news", "fr")),
    )
    timed = [
        (start + 2, Cue("topics", "fr", FORUM)),
        (start + 3, Cue("stories", "en", HACKER_NEWS)),
        (start + 6, Cue("topics", "en", FORUM)),
        (start + 20, Cue("reshare", "en", MASTODON, NIGHT_DESK, shares=first.key)),
        (start + 40, Cue("articles", "fr", MAGAZINE, EDITORS)),
        (start + 55, Cue("official", "en", MASTODON, MAISON_LUMO)),
        (start + 57, Cue("official", "fr", MASTODON, MAISON_LUMO)),
        *_over(rng, start + 1, end, crowd),
    ]
    yield from _perform(rng, writer, "crisis", timed)


def asked(seed: int, now: datetime) -> Iterator[Record]:
    """Three people who ask, in the days before `now`, for what many will wish."""
    for days, said in zip((5.3, 3.6, 1.4), _first_to_ask(seed), strict=True):
        yield Record(now - timedelta(days=days), MASTODON, said)


def wishes(seed: int) -> Iterator[Act]:
    """Ten others who ask for the same, each in their own words, two in five in French."""
    rng, writer = seeded(seed, "wishes cues"), Writer(seed, "wishes")
    before = {said.author for said in _first_to_ask(seed)}
    start, end = WISHES
    crowd: list[Language] = ["en", "en", "en", "en", "en", "en", "fr", "fr", "fr", "fr"]
    rng.shuffle(crowd)
    for number, language in enumerate(crowd):
        place = pick(rng, _WISHED_AT) if language == "en" else MASTODON
        author = writer.newcomer(language, before)
        said = writer.write(place, "night", "wish", language, author=author)
        yield Act(start + (end - start) * number / len(crowd), place, said)


def _first_to_ask(seed: int) -> Iterator[Draft]:
    writer = Writer(seed, "asked")
    languages: tuple[Language, ...] = ("en", "en", "fr")
    for language in languages:
        author = writer.newcomer(language)
        yield writer.write(MASTODON, "night", "before", language, author=author)


def wave(seed: int, number: int, language: Language) -> tuple[Act, ...]:
    """The wave of this number: thirty posts within fifteen seconds about one thing."""
    rng = seeded(seed, f"wave {number} cues")
    crowd = _shuffled(rng, (22, Cue("complaint", language)), (8, Cue("question", language)))
    timed = [*_over(rng, 0, 15, crowd)]
    return tuple(_perform(rng, Writer(seed, f"wave {number}"), "wave", timed))


def background(seed: int) -> Iterator[Act]:
    """Ordinary posts outside of the launch and the crisis, for ever, fewer after both."""
    rng, writer = seeded(seed, "background cues"), Writer(seed, "background")
    offset = 2.0
    while True:
        for start, end in (LAUNCH, CRISIS):
            if start <= offset < end:
                offset = end + rng.uniform(2, 6)
        yield Act(offset, *chatter(rng, writer))
        offset += rng.uniform(6, 8) if offset < CRISIS[1] else rng.uniform(20, 30)


def heard(seed: int) -> Iterator[Act]:
    """What the listening tool sends, for ever: two posts a minute, most of them kind but in the
    crisis."""
    rng, writer = seeded(seed, "heard cues"), Writer(seed, "heard")
    for offset in count(HEARD, 60 / HEARD_A_MINUTE):
        language: Language = "en" if rng.random() < 0.6 else "fr"
        in_crisis = CRISIS[0] <= offset < CRISIS[1]
        theme, mood = ("crisis", "complaint") if in_crisis else ("quiet", pick(rng, _HEARD))
        yield Act(offset, TOOL, writer.write(MASTODON, theme, mood, language))


def _shuffled(rng: random.Random, *parts: tuple[int, Cue]) -> list[Cue]:
    cues = list(chain.from_iterable(repeat(cue, number) for number, cue in parts))
    rng.shuffle(cues)
    return cues


def _over(
    rng: random.Random, start: float, end: float, cues: Iterable[Cue]
) -> Iterator[tuple[float, Cue]]:
    """The cues between two offsets: a steep rise, then a long fall."""
    return ((rng.triangular(start, end, start + (end - start) / 4), cue) for cue in cues)


def _perform(
    rng: random.Random, writer: Writer, theme: str, timed: Iterable[tuple[float, Cue]]
) -> Iterator[Act]:
    """The acts of some cues, written in the order of their offsets, as answers need it."""
    for offset, cue in sorted(timed, key=itemgetter(0)):
        place = pick(rng, _CROWD_PLACES[cue.language]) if cue.place is None else cue.place
        draft = writer.write(
            place, theme, cue.mood, cue.language, author=cue.author, shares=cue.shares
        )
        yield Act(offset, place, draft)
