"""`python -m bot.locale`: bring the catalogues to what the code says now.

New words come in untranslated (in English: as they are), words that nobody says any more go out,
and what was translated stays.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.i18n import LANGUAGES, Language
from bot.locale.extraction import extracted

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> None:
    """Write each catalogue anew; say what is left to be translated."""
    for language in LANGUAGES:
        path = HERE / f"{language}.po"
        catalogue = _known(path, language)
        catalogue.update(extracted(ROOT), no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        if language == "en":
            _as_written(catalogue)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, no_location=True, sort_output=True)
        missing = [
            message.id for message in catalogue if message.id and not all(_forms(message.string))
        ]
        sys.stdout.write(
            f"{language}: {len(catalogue)} messages, {len(missing)} to be translated\n"
        )
        for words in missing:
            sys.stdout.write(f"  {words}\n")


def _known(path: Path, language: Language) -> Catalog:
    if not path.exists():
        return Catalog(
            locale=language,
            header_comment=f"# What Vigie says, in {Locale(language).english_name}.",
            project="Vigie",
            version="1",
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _as_written(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            message.string = message.id


def _forms(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string or ""),)


if __name__ == "__main__":
    main()
