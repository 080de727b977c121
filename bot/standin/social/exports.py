"""A file as the listening tool exports it: what it heard before anybody listened. Pure."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from itertools import islice

from bot.standin.social.past import PARIS
from bot.standin.social.scenes import heard
from bot.standin.social.writing import seeded

ROWS = 120

SINCE, UNTIL = timedelta(days=20), timedelta(days=7)
"""How long before now its posts were written: before the week that the places remember."""

_NAMES = ("Date", "Auteur", "Texte", "Langue", "Abonnés", "J’aime", "Identifiant")


def export(seed: int, now: datetime) -> str:
    """The text of a table as spreadsheets in France write it, with one row that is spoilt, as one
    always is. `now` is aware."""
    rng, file = seeded(seed, "export"), io.StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(_NAMES)
    span = (SINCE - UNTIL) / ROWS
    for number, act in enumerate(islice(heard(seed + 1), ROWS)):
        at = now - SINCE + span * (number + rng.random())
        said = act.draft
        when = "date inconnue" if number == ROWS // 2 else f"{at.astimezone(PARIS):%d/%m/%Y %H:%M}"
        likes, name = rng.randrange(12), said.author.name
        row = (when, name, said.text, said.language, said.author.followers, likes, f"exp-{number}")
        writer.writerow(row)
    return file.getvalue()
