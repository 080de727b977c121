"""A table of conversions, as shops, advertising tools and spreadsheets in English and French export
it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from bot.domain.conversions import Conversion
from bot.sources.seen import digest
from bot.sources.sent.columns import plain_name
from bot.sources.sent.conversions import (
    CONVERSION_FIELDS,
    ConversionField,
    Given,
    conversion_of,
)
from bot.sources.sent.faults import Unfit
from bot.sources.sent.item import id_of
from bot.sources.sent.lines import BadLine
from bot.sources.sent.opening import UnreadableFile, text_of
from bot.sources.sent.tables import Layout, Row, layout_of, rows
from bot.sources.sent.times import DayOrder, order_of, says_zone

__all__ = ["ConversionFile", "ConversionTable", "UnreadableFile", "opened"]

_NAMES: Mapping[ConversionField, tuple[str, ...]] = {
    "id": (
        *("id", "conversion id", "order id", "order number", "order", "transaction id"),
        *("transaction", "click id", "lead id", "event id", "identifiant", "id de commande"),
        *("numero de commande", "n de commande", "commande", "reference", "id de transaction"),
    ),
    "at": (
        *("at", "date", "time", "timestamp", "created at", "order date", "conversion date"),
        *("conversion time", "datetime", "date time", "day", "purchase date", "date et heure"),
        *("date de commande", "date de conversion", "date d achat", "horodatage", "jour"),
    ),
    "kind": (
        *("kind", "type", "event", "event name", "conversion type", "conversion", "action"),
        *("type de conversion", "evenement", "nom de l evenement", "genre"),
    ),
    "campaign": (
        *("campaign", "campaign name", "session campaign", "campagne", "nom de la campagne"),
        *("nom de campagne", "campagne de la session"),
    ),
    "tag": (
        *("tag", "utm campaign", "hashtag", "utm", "mtm campaign", "link tag", "marque"),
        *("mot diese", "balise", "mot cle"),
    ),
    "url": (
        *("url", "link", "landing page", "page location", "final url", "page", "lien", "adresse"),
        *("page de destination", "url de destination", "url finale"),
    ),
    "value": (
        *("value", "amount", "revenue", "conversion value", "order total", "total", "price"),
        *("purchase revenue", "valeur", "montant", "montant ttc", "total ttc", "prix"),
        *("chiffre d affaires", "ca", "revenu", "valeur de conversion"),
    ),
    "currency": ("currency", "currency code", "devise", "monnaie"),
    "count": (
        *("count", "quantity", "number", "qty", "total count", "nombre", "quantite", "nb", "qte"),
    ),
}
"""Folded, and of their words alone; the first that a table has is taken."""

_SAMPLED = 2_000


class ConversionTable(msgspec.Struct, frozen=True):
    """The column of each field that has one."""

    of: dict[ConversionField, str]

    @property
    def is_enough(self) -> bool:
        """Whether conversions can be made of them: a time and anything else."""
        return "at" in self.of and len(self.of) > 1

    def values(self, row: Mapping[str, object]) -> dict[ConversionField, object]:
        """A row's values by field."""
        return {field: row.get(column) for field, column in self.of.items()}


class ConversionFile:
    """A file that is read from its beginning to its end, once.

    `order` is how it writes day and month, None where no time in it tells; `has_naive` is whether
    there are times that name no zone; `words` are of its encoding, where that is a guess.
    """

    def __init__(
        self, binary: BinaryIO, told: Mapping[ConversionField, str], order: DayOrder | None
    ) -> None:
        self._text = text_of(binary)
        self.words = self._text.words
        self._layout = self._find_layout(told)
        self.columns = self._layout.columns
        times = [str(self.columns.values(row.values).get("at") or "") for row in self._sample()]
        self.order = order or order_of(times)
        self.has_naive = not all(map(says_zone, filter(None, times)))

    def conversions(self, given: Given, now: datetime) -> Iterator[Conversion | BadLine]:
        """What its rows say, in order: each a conversion, or why it is none."""
        given = given if given.order else replace(given, order=self.order)
        met: Counter[str] = Counter()
        self._text.rewind()
        for row in rows(self._text.lines(), self._layout):
            if isinstance(row, BadLine):
                yield row
                continue
            values = self.columns.values(row.values)
            try:
                yield conversion_of(values, _id(values, given, met), now, given)
            except Unfit as unfit:
                yield BadLine(row.line, str(unfit))

    def _sample(self) -> list[Row]:
        self._text.rewind()
        found = islice(rows(self._text.lines(), self._layout), _SAMPLED)
        return [row for row in found if isinstance(row, Row)]

    def _find_layout(self, told: Mapping[ConversionField, str]) -> Layout[ConversionTable]:
        layout = layout_of(self._text.lines(), lambda names: _table_of(names, told))
        if layout is None:
            raise UnreadableFile("holds nothing")
        if not layout.columns.is_enough:
            raise UnreadableFile(_lacking(layout))
        return layout


@contextmanager
def opened(
    path: Path,
    told: Mapping[ConversionField, str] | None = None,
    order: DayOrder | None = None,
) -> Iterator[ConversionFile]:
    """A table of conversions, open while the block runs; `told` names columns that are not guessed,
    and `order` says how it writes day and month. Blocks for as long as the disk takes.

    Raises UnreadableFile where no conversions can be made of it, and OSError.
    """
    with path.open("rb") as binary:
        yield ConversionFile(binary, told or {}, order)


def _id(values: Mapping[ConversionField, object], given: Given, met: Counter[str]) -> str:
    """By what a row is known: its id, else what it says, and which of those that say so it is. So
    the same file again, or a longer one that begins alike, brings nothing twice."""
    if id := id_of(values.get("id")):
        return id
    said = [str(values.get(field) or "").strip() for field in CONVERSION_FIELDS]
    row = digest(*said, given.campaign, size=15)
    met[row] += 1
    return f"row:{row}:{met[row]}"


def _table_of(names: Sequence[str], told: Mapping[ConversionField, str]) -> ConversionTable:
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(plain_name(name), name)
    found: dict[ConversionField, str] = {}
    for field in CONVERSION_FIELDS:
        wanted = (plain_name(told[field]),) if field in told else _NAMES[field]
        column = next((known[name] for name in wanted if name in known), None)
        if column is not None and column not in found.values():
            found[field] = column
    return ConversionTable(found)


def _lacking(layout: Layout[ConversionTable]) -> str:
    shown = ", ".join(f"“{name[:40]}”" for name in layout.names[:30])
    what = "anything else" if "at" in layout.columns.of else "when it happened"
    hint = "name the ones that are meant, with --map at=… --map value=…"
    return f"does not show {what}. Its columns are {shown}: {hint}"
