"""How Vigie speaks: the catalogues of `bot/locale`, and numbers, dates and plurals as readers of
a language expect them.

A message is named by its English words. The catalogues are gettext's
(https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html), read as they are written:
there is no step between a translator and what is said. Numbers and dates follow Unicode's CLDR, by
Babel.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from bot.errors import WordedError
from bot.phrases import phrase

__all__ = ["LANGUAGES", "Language", "Voice", "language_of", "phrase"]

Language = Literal["en", "fr"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

_REGIONS: dict[Language, str] = {"en": "en_GB", "fr": "fr_FR"}
"""Whose way of writing dates and numbers: 25 November, 14:05, a week that begins on Monday."""

_UNITS = (
    ("duration-week", 604_800),
    ("duration-day", 86_400),
    ("duration-hour", 3_600),
    ("duration-minute", 60),
    ("duration-second", 1),
)

_SECONDS_MATTER = 120
"""A span shorter than this (seconds) is told to the second."""

_REMEMBERED = 1_024
"""Figures and lengths that are kept as they were written: most lines hold the same few, and Babel
takes longer for one than all else of a line does."""


def language_of(locale: str) -> Language | None:
    """The language of a locale as Slack writes it (`fr-FR`), None where Vigie does not speak it."""
    spoken = locale.replace("_", "-").partition("-")[0].lower()
    return next((known for known in LANGUAGES if known == spoken), None)


@dataclass(frozen=True)
class Voice:
    """How Vigie speaks to a reader: in a language, with the times of a zone.

    Words are found by their English text; `{names}` in them are filled with the values given, as
    they are: what comes from outside is escaped before.
    """

    language: Language
    zone: tzinfo
    _locale: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_locale", _locale(self.language))

    def say(self, words: str, /, **values: object) -> str:
        """These words, in this language."""
        return _catalogue(self.language).gettext(words).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The words for `n` things; `{n}` in them is the number, written as readers expect it."""
        found = _catalogue(self.language).ngettext(one, many, n)
        return found.format(n=self.number(n), **values)

    def error(self, error: WordedError) -> str:
        """What went wrong, in this language."""
        return self.say(error.words, **error.values)

    def number(self, value: int) -> str:
        """12,400 or 12 400."""
        return _figure(str(value), None, self.language)

    def decimal(self, value: float, digits: int = 1) -> str:
        """A number with so many digits behind the point, which is a comma in French."""
        form = f"#,##0.{'0' * digits}" if digits else "#,##0"
        return _figure(str(value), form, self.language)

    def signed(self, value: float, digits: int = 2) -> str:
        """A number that always says whether it is above or below zero: +0.25, −0.76."""
        sign = "−" if round(value, digits) < 0 else "+"
        return f"{sign}{self.decimal(abs(value), digits)}"

    def share(self, part: float, digits: int = 0) -> str:
        """A share (0 to 1) in percent: 12% or 12 %; 0.4% with a digit behind the point."""
        form = str(self._locale.percent_formats[None].pattern)
        form = form.replace("0", f"0.{'0' * digits}") if digits else form
        return str(format_percent(part, format=form, locale=self._locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """€1,250.00 or 1 250,00 €; a currency (ISO 4217) that is not known by its letters."""
        return str(format_currency(amount, currency, locale=self._locale))

    def listed(self, items: Iterable[str]) -> str:
        """a, b and c."""
        return str(format_list(list(items), locale=self._locale))

    def quoted(self, words: str) -> str:
        """Words in quotation marks: “so”, or « ainsi »."""
        return self.say("“{words}”", words=words)

    def day(self, day: date | datetime) -> str:
        """25 November; a moment's day is that of the zone."""
        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        return str(format_date(local, "d MMMM", locale=self._locale))

    def short_day(self, day: date | datetime) -> str:
        """25 Nov or 25 nov.; a moment's day is that of the zone."""
        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        return str(format_date(local, "d MMM", locale=self._locale))

    def weekday(self, day: date | datetime) -> str:
        """Wednesday 25 November."""
        local = day.astimezone(self.zone).date() if isinstance(day, datetime) else day
        return str(format_date(local, "EEEE d MMMM", locale=self._locale))

    def day_name(self, weekday: int) -> str:
        """Mon or lun.: a day of the week (0 is Monday), short."""
        return str(self._locale.days["format"]["abbreviated"][weekday])

    def tongue(self, language: str) -> str:
        """A language (ISO 639-1) by its name; the code where it has none here."""
        return str(self._locale.languages.get(language, language))

    def time(self, moment: datetime) -> str:
        """14:05, in the zone."""
        return str(format_time(moment.astimezone(self.zone), "HH:mm", locale=self._locale))

    def moment(self, moment: datetime) -> str:
        """25 Nov, 14:05, in the zone: where Slack does not write the reader's own time."""
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        return str(format_datetime(local, "d MMM, HH:mm", locale=self._locale))

    def span(self, length: timedelta) -> str:
        """How long something takes, in its two largest units: 5 minutes, 1 hour 30 minutes.

        Seconds are told only of what takes less than two minutes.
        """
        left = max(0, round(length.total_seconds()))
        if left >= _SECONDS_MATTER:
            left -= left % 60
        parts: list[str] = []
        for unit, seconds in _UNITS:
            whole, left = divmod(left, seconds)
            if whole:
                parts.append(_length(whole, unit, self.language))
            if len(parts) == 2 or (parts and not whole):
                break
        return " ".join(parts) or _length(0, _UNITS[-1][0], self.language)


def read_catalogue(language: Language) -> bytes:
    """A catalogue as the translators write it."""
    return (files("bot.locale") / f"{language}.po").read_bytes()


@lru_cache(_REMEMBERED)
def _figure(digits: str, form: str | None, language: Language) -> str:
    """A number, given by its digits, as a language writes it; `form` is CLDR's, None the usual."""
    return str(format_decimal(digits, format=form, locale=_locale(language)))


@lru_cache(_REMEMBERED)
def _length(whole: int, unit: str, language: Language) -> str:
    """So many of a unit of time (CLDR's name for it), in words."""
    return str(format_unit(whole, unit, "long", locale=_locale(language)))


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(_REGIONS[language])


@cache
def _catalogue(language: Language) -> GNUTranslations:
    catalogue = read_po(io.BytesIO(read_catalogue(language)), locale=_REGIONS[language])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
