"""The weeks before the last one: ordinary days, and a campaign among them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.standin.social.days import Talk, chatter, moments
from bot.standin.social.others import of_others
from bot.standin.social.people import MAISON_LUMO
from bot.standin.social.posts import MASTODON, Language, Record
from bot.standin.social.writing import Writer, seeded

PARIS = ZoneInfo("Europe/Paris")

PAST = timedelta(days=42)
"""How long ago the first post was written."""

EVENINGS_BEGAN, EVENINGS_ENDED = 17, 8
"""Days before today: the first and the last one of “Autumn evenings”, in Paris."""

OF_THE_EVENINGS = Talk(
    "evenings",
    3.2,  # four for ten of ordinary days: what the campaign adds
    {MASTODON: 1},
    {"neutral": 50, "praise": 35, "question": 15},
)


def past(seed: int, now: datetime, until: datetime) -> tuple[Record, ...]:
    """What was written from six weeks before `now` to `until` (both aware, UTC), oldest first."""
    rng, writer = seeded(seed, "past cues"), Writer(seed, "past")
    ordinary = (Record(at, *chatter(rng, writer)) for at in moments(rng, now - PAST, until))
    others = of_others(seed, "past", now - PAST, until)
    return tuple(sorted([*ordinary, *others, *evenings(seed, now)], key=attrgetter("at")))


def evenings(seed: int, now: datetime) -> Iterator[Record]:
    """What “Autumn evenings” added to what was said anyway, in order."""
    first, last = evening_days(now)
    since, until = (_midnight(day) for day in (first, last + timedelta(days=1)))
    rng, writer = seeded(seed, "evenings cues"), Writer(seed, "evenings")
    opening: tuple[Language, ...] = ("en", "fr")
    for number, language in enumerate(opening):
        said = writer.write(MASTODON, "evenings", "official", language, author=MAISON_LUMO)
        yield Record(since + timedelta(hours=9, minutes=number), MASTODON, said)
    for at in moments(rng, since + timedelta(hours=9, minutes=2), until, OF_THE_EVENINGS.an_hour):
        yield Record(at, *chatter(rng, writer, OF_THE_EVENINGS))


def evening_days(now: datetime) -> tuple[date, date]:
    """The first and the last day of “Autumn evenings”."""
    today = now.astimezone(PARIS).date()
    return today - timedelta(days=EVENINGS_BEGAN), today - timedelta(days=EVENINGS_ENDED)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
