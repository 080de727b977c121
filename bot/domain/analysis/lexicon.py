"""Word lists that come with Vigie: one entry a line, its parts between tabs, # before a remark."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple


class Entry(NamedTuple):
    """A word or phrase, its valence (-4 to 4), and what kind of entry it is, mostly `""`."""

    words: str
    valence: float
    kind: str = ""


def entries(name: str) -> list[Entry]:
    """A list under `bot/lexicons`, read anew at each call."""
    text = files("bot").joinpath("lexicons", name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [_entry(*line.split("\t")) for line in lines]


def _entry(words: str, valence: str, kind: str = "") -> Entry:
    return Entry(words, float(valence), kind)
