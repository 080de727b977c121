"""Until when something was promised: "today", "by Friday", "within 24 hours", "dans l'heure"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.domain.folding import fold

_HOUR = timedelta(hours=1)
_TODAY = re.compile(
    r"\b(?:today|tonight|this (?:morning|afternoon|evening)|end of (?:the )?day|eod"
    r"|aujourd'?hui|ce (?:soir|matin|midi)|cet apres[- ]midi|dans la journee)\b"
)
_TOMORROW = re.compile(r"\b(?:tomorrow|demain)\b")
_THIS_WEEK = re.compile(r"\b(?:this week|cette semaine|end of the week|fin de semaine)\b")
_IN_THE_HOUR = re.compile(r"\b(?:(?:with)?in (?:the|an) hour|dans l'?heure|sous une heure)\b")
_LENGTH = re.compile(
    r"\b(?:within|in|inside|sous|dans|d'ici)(?: the next| les)? (\d{1,3})"
    r" ?(min(?:ute)?s?|h(?:ours?|eures?)?|days?|jours?|j)\b"
)
_DAYS = (
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_WEEKDAYS = {name: number for number, names in enumerate(_DAYS) for name in names}
_WEEKDAY = re.compile(
    rf"\b(?:by|on|before|until|this|next|d'ici|avant|pour|ce|des)?\s*({'|'.join(_WEEKDAYS)})\b"
)
_DAY_ENDS = time(23, 59)


def promised_by(sentence: str, said: datetime, zone: tzinfo) -> datetime | None:
    """Until when (UTC) a sentence promises something that was said at `said`, None where it does
    not tell. Days are those of `zone`, and end with themselves."""
    folded = " ".join(fold(sentence).split())
    if _IN_THE_HOUR.search(folded):
        return said + _HOUR
    if length := _LENGTH.search(folded):
        return said + _unit(length[2]) * int(length[1])
    if _TODAY.search(folded):
        return _end_of_day(said, 0, zone)
    if _TOMORROW.search(folded):
        return _end_of_day(said, 1, zone)
    if named := _WEEKDAY.search(folded):
        today = said.astimezone(zone).weekday()
        return _end_of_day(said, (_WEEKDAYS[named[1]] - today) % 7, zone)
    if _THIS_WEEK.search(folded):
        return _end_of_day(said, 6 - said.astimezone(zone).weekday(), zone)
    return None


def _unit(written: str) -> timedelta:
    if written.startswith("m"):
        return timedelta(minutes=1)
    return _HOUR if written.startswith("h") else timedelta(days=1)


def _end_of_day(said: datetime, later: int, zone: tzinfo) -> datetime:
    day = said.astimezone(zone).date() + timedelta(days=later)
    return datetime.combine(day, _DAY_ENDS, zone).astimezone(UTC)
