"""The number of this version's documents: an older Vigie cannot read what a newer one wrote.

It is that of the last migration, which every new table or shape of a document comes with.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def schema() -> int:
    """The number of the last migration that this Vigie knows."""
    numbers = [
        file.name.partition("_")[0] for file in files("bot.store").joinpath("migrations").iterdir()
    ]
    return max(int(number) for number in numbers if number.isdecimal())
