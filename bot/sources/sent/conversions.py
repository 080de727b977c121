"""What is sent as a conversion, by the names of its fields; and a body of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.conversions import KINDS, Conversion, ConversionKind
from bot.domain.folding import fold
from bot.domain.money import currency_of, money_of
from bot.domain.tags import kept_link, kept_tag
from bot.sources.seen import digest
from bot.sources.sent.bodies import Bad, items_in, object_in
from bot.sources.sent.faults import Unfit
from bot.sources.sent.item import count_of, id_of
from bot.sources.sent.times import DayOrder, written_at
from bot.sources.text import plain

ConversionField = Literal[
    "id", "at", "kind", "campaign", "tag", "url", "value", "currency", "count"
]

CONVERSION_FIELDS: tuple[ConversionField, ...] = get_args(ConversionField)

LONGEST = 200
"""Characters of a campaign's name or a tag."""

LONGEST_URL = 2_000

MOST = 10**9
"""No row counts more often, and none is worth more."""

_KIND_WORDS: Mapping[str, ConversionKind] = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(("clicks", "clic", "clics", "link click", "visit", "visite"), "click"),
    **dict.fromkeys(("sign up", "signup", "sign-ups", "signups", "registration"), "sign-up"),
    **dict.fromkeys(
        ("lead", "subscription", "inscription", "inscriptions", "abonnement"), "sign-up"
    ),
    **dict.fromkeys(("sales", "purchase", "order", "vente", "ventes", "achat", "commande"), "sale"),
    **dict.fromkeys(("engagements", "interaction", "interactions", "like", "share"), "engagement"),
    **dict.fromkeys(("comment", "j'aime", "partage", "commentaire"), "engagement"),
}


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """What a body says: conversions, and what could not be read."""

    conversions: tuple[Conversion, ...] = ()
    bad: tuple[Bad, ...] = ()


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows of a file share that do not say otherwise: of which kind and campaign they are,
    in which zone and order of day and month they tell times."""

    kind: ConversionKind | None = None
    campaign: str = ""
    zone: ZoneInfo | None = None
    order: DayOrder | None = None


def converted(body: bytes, content_type: str, now: datetime) -> Converted:
    """The conversions of a body, as `bot.sources.sent.bodies.sent` reads posts. Raises
    UnreadableBody."""
    found: list[Conversion] = []
    bad: list[Bad] = []
    for index, raw in enumerate(items_in(body, content_type, "conversion")):
        try:
            values = object_in(raw)
            known = {field: values.get(field) for field in CONVERSION_FIELDS}
            found.append(conversion_of(known, id_of(values.get("id")), now, Given()))
        except Unfit as unfit:
            bad.append(Bad(index, str(unfit)))
    return Converted(conversions=tuple(found), bad=tuple(bad))


def conversion_of(
    values: Mapping[ConversionField, object], id: str, now: datetime, given: Given
) -> Conversion:
    """What a row says, known by its kind and `id`, of which no more is kept than tells it from
    others; of its link no more than tells a campaign.

    Raises Unfit where there is no id, time or kind, nothing that tells its campaign, or a value
    that nobody can read.
    """
    if not id:
        raise Unfit("id", "is missing: what is sent twice would count twice")
    campaign = _line("campaign", values) or given.campaign
    tag, url = _line("tag", values), _line("url", values, LONGEST_URL)
    if not (campaign or tag or url):
        raise Unfit("tag", "is missing: campaign, tag or url tells whose it is")
    if values.get("at") in (None, ""):
        raise Unfit("at", "is missing: when it happened")
    value, currency = _value(values)
    kind = _kind(values.get("kind"), given.kind)
    return Conversion(
        id=digest(kind, id, size=15),
        at=written_at(values["at"], now, given.zone, given.order),
        kind=kind,
        campaign=campaign,
        tag=kept_tag(tag),
        url=kept_link(url),
        value=value,
        currency=currency,
        count=_count(values.get("count")),
    )


def _line(
    field: ConversionField, values: Mapping[ConversionField, object], most: int = LONGEST
) -> str:
    value = values.get(field)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Unfit(field, "is no text")
    line = plain(value).replace("\n", " ").strip()
    if len(line) > most:
        raise Unfit(field, f"is longer than {most:,} characters")
    return line


def _kind(value: object, otherwise: ConversionKind | None) -> ConversionKind:
    if value is None or value == "":
        if otherwise is None:
            raise Unfit("kind", f"is missing: one of {', '.join(KINDS)}")
        return otherwise
    found = (
        _KIND_WORDS.get(" ".join(fold(value).replace("_", " ").split()))
        if isinstance(value, str)
        else None
    )
    if found is None:
        raise Unfit("kind", f"is one of {', '.join(KINDS)}")
    return found


def _value(values: Mapping[ConversionField, object]) -> tuple[Decimal | None, str]:
    """What it was worth, and of which currency: that of the column, else that of the amount."""
    named = values.get("currency")
    currency = currency_of(named) if isinstance(named, str) else "" if named is None else None
    if currency is None:
        raise Unfit("currency", "is three letters: EUR, GBP, USD")
    value = values.get("value")
    if value is None or value == "":
        return None, currency
    found = _amount(value)
    if found is None or found[0] > MOST:
        raise Unfit("value", "is no amount of money, such as 49.90, and not below nothing")
    return found[0], currency or found[1]


def _amount(value: object) -> tuple[Decimal, str] | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return money_of(value)
    if not 0 <= value <= MOST:
        return None
    return Decimal(str(value)).quantize(Decimal("0.01")), ""


def _count(value: object) -> int:
    if value is None or value == "":
        return 1
    count = count_of(value)
    if count is None or not 1 <= count <= MOST:
        raise Unfit("count", "is a whole number, at least 1")
    return count
