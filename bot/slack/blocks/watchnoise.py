"""What is noise to a watch, on one line: `author:@promo_bot, giveaway`."""

from __future__ import annotations

from bot.domain.conditions import Noise
from bot.domain.folding import fold

_AUTHOR = "author:"
_AUTHORS = (_AUTHOR, "auteur:", "auteure:")


def noise_line(noise: Noise) -> str:
    """What is noise, as it stands in the form; a comma in a name is a blank, which means the
    same."""
    authors = (f"{_AUTHOR}{author.replace(',', ' ')}" for author in noise.authors)
    words = (word.replace(",", " ") for word in noise.words)
    return ", ".join(" ".join(one.split()) for one in (*authors, *words))


def noise_in(line: str) -> Noise:
    """What a line says, each once, whatever its case."""
    authors: dict[str, str] = {}
    words: dict[str, str] = {}
    for part in line.replace("\n", ",").split(","):
        tidy = " ".join(part.split())
        mark = next((mark for mark in _AUTHORS if tidy.casefold().startswith(mark)), "")
        if tidy and mark and (author := tidy[len(mark) :].strip().strip('"“”«» ')):
            authors.setdefault(fold(author), author)
        elif tidy and not mark:
            words.setdefault(fold(tidy), tidy)
    return Noise(authors=tuple(authors.values()), words=tuple(words.values()))
