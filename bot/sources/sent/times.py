"""When a post was written, as exports and tools of many countries say it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.folding import fold
from bot.sources.moments import FIRST_POST, from_epoch
from bot.sources.sent.faults import Unfit

DayOrder = Literal["dmy", "mdy"]
"""Whether 3/4/2026 is in April or in March."""

SKEW = timedelta(days=1)
"""How far ahead of ours another clock may be."""

LONGEST = 80
"""Characters that a time takes at most."""

_DIGITS = re.compile(r"\d{10}(?:\d{3}|\d{6})?|\d{10}\.\d{1,9}")
_WEEKDAY = r"(?:[^\W\d]+\.?,?\s+)?"
_TIME = r"""
    (?:[T,\s]\s*(?:at|à|a|um|-)?\s*
        (?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*uhr)?
        (?:\s*(?P<half>[ap])\.?m\.?)?
    )?
    \s*(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d{2}:?\d{2})?
"""
_FORMS = [
    re.compile(_WEEKDAY + form + _TIME, re.VERBOSE | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])\s?(?P<second_part>\d{1,2})[-/.]\s?(?P<year>\d{4}|\d{2})",
        r"(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th)?[\s-]+(?P<name>[^\W\d]+)\.?,?[\s-]+(?P<year>\d{4})",
        r"(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
]
_MONTHS = {
    **dict.fromkeys(("jan", "january", "janv", "janvier", "januar", "janner"), 1),
    **dict.fromkeys(("feb", "february", "fev", "fevr", "fevrier", "februar"), 2),
    **dict.fromkeys(("mar", "march", "mars", "mrz", "marz", "maerz"), 3),
    **dict.fromkeys(("apr", "april", "avr", "avril"), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("jun", "june", "juin", "juni"), 6),
    **dict.fromkeys(("jul", "july", "juil", "juillet", "juli"), 7),
    **dict.fromkeys(("aug", "august", "aou", "aout"), 8),
    **dict.fromkeys(("sep", "sept", "september", "septembre"), 9),
    **dict.fromkeys(("oct", "october", "octobre", "okt", "oktober"), 10),
    **dict.fromkeys(("nov", "november", "novembre"), 11),
    **dict.fromkeys(("dec", "december", "decembre", "dez", "dezember"), 12),
}


def written_at(
    said: object, now: datetime, zone: ZoneInfo | None = None, order: DayOrder | None = None
) -> datetime:
    """A time as `Post.at` has it: UTC, whole seconds, not after `now`.

    `zone` is where it is told, should it not say so itself. Raises Unfit where it is none; where it
    names no zone and none is given; where the order of day and month decides and none is given;
    and where no post can be of that time: before there was a web, or after tomorrow.
    """
    at = _epoch(said) if isinstance(said, int | float) else _read(str(said or ""), order)
    if at.tzinfo is None:
        if zone is None:
            raise Unfit("at", "has no time zone; write 2026-11-24T10:00:00Z, or +01:00 for Z")
        at = at.replace(tzinfo=zone)
    try:
        at = at.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise Unfit("at", "is no time of this age") from None
    if at < FIRST_POST:
        raise Unfit("at", "is before there was a web")
    if at > now + SKEW:
        raise Unfit("at", "is still to come")
    return min(at, now.replace(microsecond=0))


def order_of(said: Iterable[str]) -> DayOrder | None:
    """In which order some times of one file have day and month, where one of them tells: it has a
    number above 12. None where none does, or where they contradict each other."""
    told: set[DayOrder] = set()
    for text in said:
        found = _FORMS[1].fullmatch(text.strip()[:LONGEST])
        if found is None or found["mark"] == ".":
            continue
        first, second = int(found["first"]), int(found["second_part"])
        if first > 12 >= second:
            told.add("dmy")
        elif second > 12 >= first:
            told.add("mdy")
    return told.pop() if len(told) == 1 else None


def _epoch(seconds: float) -> datetime:
    """Seconds since 1970, or milliseconds or microseconds where they are so many."""
    size = abs(seconds)
    scale = 1e6 if size >= 1e14 else 1e3 if size >= 1e11 else 1
    at = from_epoch(seconds / scale) if size < 1e18 else None
    if at is None:
        raise Unfit("at", "is no time of this age")
    return at


def _read(text: str, order: DayOrder | None) -> datetime:
    text = " ".join(text.split())
    if not text:
        raise Unfit("at", "is missing: when the post was written")
    if len(text) > LONGEST:
        raise Unfit("at", "is no date")
    if _DIGITS.fullmatch(text):
        return _epoch(float(text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in _FORMS:
        if found := form.fullmatch(text):
            return _put_together(found.groupdict(), order)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        raise Unfit("at", "is no date that can be read; 2026-11-24T10:00:00Z is one") from None


def _put_together(parts: dict[str, str | None], order: DayOrder | None) -> datetime:
    year = int(parts["year"] or 0)
    try:
        at = datetime(  # noqa: DTZ001  (its zone, if it names one, follows)
            year + 2000 if year < 100 else year,
            *_month_and_day(parts, order),
            _hour(int(parts["hour"] or 0), parts["half"]),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
        )
        return datetime.fromisoformat(f"{at.isoformat()}{_offset(parts['zone'] or '')}")
    except ValueError:
        raise Unfit("at", "is no date that there is") from None


def _month_and_day(parts: dict[str, str | None], order: DayOrder | None) -> tuple[int, int]:
    if name := parts.get("name"):
        month = _MONTHS.get(fold(name))
        if month is None:
            raise Unfit("at", "names no month")
        return month, int(parts["day"] or 0)
    if "month" in parts:
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, second = int(parts["first"] or 0), int(parts["second_part"] or 0)
    if parts["mark"] == "." or first > 12 or first == second:
        return second, first
    if second > 12 or order == "mdy":
        return first, second
    if order is None:
        raise Unfit("at", "may begin with the day or with the month; say which")
    return second, first


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _offset(zone: str) -> str:
    """As ISO 8601 has it; `""` where there is none."""
    return zone.upper().removeprefix("UTC").removeprefix("GMT") or ("Z" if zone else "")


def says_zone(text: str) -> bool:
    """Whether a time that can be read is one moment wherever it is read."""
    try:
        return _read(text, "dmy").tzinfo is not None
    except Unfit:
        return True
