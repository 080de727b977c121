"""What an operation brought that others count: clicks, sign-ups, sales, engagement, each told once
by a webhook or a file; and which campaign each of them is of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.campaigns import Campaign
from bot.domain.folding import fold
from bot.domain.tags import Marks, Tag, marks_of, tag_of

ConversionKind = Literal["click", "sign-up", "sale", "engagement"]

KINDS: tuple[ConversionKind, ...] = get_args(ConversionKind)

AFTER = 7
"""Days after a campaign in which what it brought still counts: who clicks today buys on Sunday."""


class Conversion(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Something that somebody did and that is worth counting, `count` times (at least 1).

    `id` is unique over all that was told. The `campaign` by its name, the `tag` (of a link, or a
    hashtag) and the `url` by which it came tell whose it is, as far as they are known. All of it
    together was worth `value` of a `currency` (ISO 4217; `""`: that of its campaign).
    """

    id: str
    at: datetime
    kind: ConversionKind
    campaign: str = ""
    tag: str = ""
    url: str = ""
    value: Decimal | None = None
    currency: str = ""
    count: int = 1


Miss = Literal["none", "several", "other-days"]
"""Why a conversion is counted for no campaign: none bears its tag, several do, or the only one does
on other days."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was told of one kind: how many, how many of these without a value, and what the others
    were worth, by currency."""

    count: int = 0
    unvalued: int = 0
    values: Mapping[str, Decimal] = {}

    def and_(self, one: Conversion, currency: str) -> Told:
        """With one conversion more, whose campaign is reckoned in this currency."""
        if one.value is None:
            count, unvalued = self.count + one.count, self.unvalued + one.count
            return Told(count=count, unvalued=unvalued, values=self.values)
        known = one.currency or currency
        worth = self.values.get(known, Decimal(0)) + one.value
        values = {**self.values, known: worth}
        return Told(count=self.count + one.count, unvalued=self.unvalued, values=values)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was told of one campaign, up to the day `until` (included). Of the same days so many
    bear its tags and another one's (`shared`), and so many no campaign's (`unmatched`)."""

    until: date
    told: Mapping[ConversionKind, Told] = {}
    shared: int = 0
    unmatched: int = 0


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for no campaign, by why; and the tags that the most of them bear which match
    none, with how many."""

    counts: Mapping[Miss, int] = {}
    commonest: tuple[tuple[str, int], ...] = ()


class Whose:
    """Tells of which of some campaigns a conversion is."""

    def __init__(self, campaigns: Iterable[Campaign], zone: ZoneInfo) -> None:
        self._all = {fold(one.name).strip(): one for one in campaigns}
        self._within = {one.name: counted_within(one, zone) for one in self._all.values()}
        self._tags = {name: tags_of(one) for name, one in self._all.items()}
        self._known: dict[tuple[str, str, str], tuple[Campaign, ...]] = {}

    def of(self, conversion: Conversion) -> Campaign | Miss:
        """The one campaign that it counts for, or why there is none."""
        may = self.candidates(conversion)
        inside = [one for one in may if self._is_inside(conversion.at, one.name)]
        if len(inside) == 1:
            return inside[0]
        if inside:
            return "several"
        return "other-days" if may else "none"

    def candidates(self, conversion: Conversion) -> tuple[Campaign, ...]:
        """The campaigns whose name or tags it bears, whatever their days; the name tells alone."""
        key = conversion.campaign, conversion.tag, conversion.url
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._found(*key)
        return found

    def _found(self, campaign: str, tag: str, url: str) -> tuple[Campaign, ...]:
        named = self._all.get(fold(campaign).strip()) if campaign else None
        if named is not None:
            return (named,)
        told = [marks_of(tag, url)] + ([marks_of(campaign)] if campaign else [])
        return tuple(
            self._all[name]
            for name, tags in self._tags.items()
            if any(bear_one(marks, tags) for marks in told)
        )

    def _is_inside(self, at: datetime, name: str) -> bool:
        since, until = self._within[name]
        return since <= at < until


def tags_of(campaign: Campaign) -> tuple[Tag, ...]:
    """The tags by which a campaign is known."""
    return tuple(tag for one in campaign.tags if (tag := tag_of(one)) is not None)


def bear_one(marks: Marks, tags: Sequence[Tag]) -> bool:
    """Whether one of some tags is among the marks."""
    return any(marks.bear(tag) for tag in tags)


def counted_within(campaign: Campaign, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until before when (UTC) what a campaign brought is counted: its days and `AFTER`
    more."""
    after = campaign.last + timedelta(days=AFTER + 1)
    since, until = (datetime.combine(day, time(), zone) for day in (campaign.first, after))
    return since.astimezone(UTC), until.astimezone(UTC)


def tallied(
    tally: Tally, conversions: Iterable[Conversion], campaign: Campaign, whose: Whose
) -> Tally:
    """A campaign's tally, with more conversions of its days."""
    told, shared, unmatched = dict(tally.told), tally.shared, tally.unmatched
    for one in conversions:
        found = whose.of(one)
        if found == "none":
            unmatched += one.count
        elif isinstance(found, Campaign) and found.name == campaign.name:
            told[one.kind] = told.get(one.kind, Told()).and_(one, campaign.currency)
        elif found == "several" and campaign in whose.candidates(one):
            shared += one.count
    return msgspec.structs.replace(tally, told=told, shared=shared, unmatched=unmatched)


def unmatched_among(conversions: Iterable[Conversion], whose: Whose) -> int:
    """How many of some conversions count for no campaign."""
    return sum(not isinstance(whose.of(one), Campaign) for one in conversions)


class Misses:
    """Counts what counts for no campaign."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self._counts: Counter[Miss] = Counter()
        self._tags: Counter[str] = Counter()

    def count(self, conversions: Iterable[Conversion]) -> None:
        """Count those that count for none."""
        for one in conversions:
            found = self._whose.of(one)
            if isinstance(found, Campaign):
                continue
            self._counts[found] += one.count
            if found == "none":
                self._tags[one.tag or one.campaign or one.url] += one.count

    def missed(self, shown: int = 3) -> Missed:
        """What was counted, with so many of the tags that match none."""
        commonest = [(tag, count) for tag, count in self._tags.most_common() if tag]
        return Missed(counts=dict(self._counts), commonest=tuple(commonest[:shown]))
