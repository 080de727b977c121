"""Addresses that stand in a text: what somebody links to, and not words that somebody says."""

from __future__ import annotations

import re

Stretch = tuple[int, int]
"""Characters of a text from a position up to, and without, another."""

_SURE = (
    *("com", "org", "net", "info", "biz", "io", "co", "ai", "app", "dev", "tv", "eu", "fr", "uk"),
    *("ch", "nz", "ie", "nl", "dk", "fi", "pl", "cz", "pt", "gr", "hu", "ro", "br", "mx", "ar"),
    *("cl", "jp", "cn", "kr", "ru", "ua", "tr", "za", "ly", "gg", "fm", "edu", "gov", "mil"),
    *("gouv", "bzh", "paris", "shop", "store", "online", "site", "tech", "blog", "cloud", "xyz"),
    *("social", "network", "digital", "agency", "studio", "website", "page", "link"),
)
"""Endings by which a name with a dot is known for an address wherever it stands."""

_DOUBTFUL = ("best", "club", "life", "live", "media", "news", "one", "pro", "today", "top", "world")
"""Endings that are words as well, with which a sentence begins whose blank was forgotten; so are
many of two letters (it, so, au, de). With a path after them they are endings of addresses."""

_ON = r"""[^\s<>"\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af]"""
"""What an address goes on with; scripts that do not part their words end it."""

_ADDRESS = re.compile(
    rf"https?://{_ON}+"
    rf"|(?<![\w@.-])www\.{_ON}+"
    r"|(?<![\w@./-])(?:[\w-]+\.)+"
    rf"(?:(?:{'|'.join(_SURE)})(?![\w-])|(?:[a-z]{{2}}|{'|'.join(_DOUBTFUL)})(?=/\w))"
    rf"(?::\d+)?(?:[/?#]{_ON}*)?"
)
_DOTTED = re.compile(r"\.[a-z]")
_DOTTED_OR_SCHEME = re.compile(r"\.[a-z]|://")
_LIKE_ONE = re.compile(r"\w\.\w|://")


def addresses_in(folded: str) -> tuple[Stretch, ...]:
    """Where addresses stand in a folded text: `https://lumo.com/x`, `www.lumo.com`, `lumo.com`.

    A name without either before it is taken for one by how it ends, where that ending is no word
    that a next sentence could begin with. Handles and mail addresses (`@ada@lumo.com`) are none.
    Linear in the text; below 1 µs where there is none, some 5 µs where there is one.
    """
    sign = _DOTTED if "://" not in folded else _DOTTED_OR_SCHEME
    found: list[Stretch] = []
    end = 0
    while met := sign.search(folded, end):
        at = met.start()
        start = max(folded.rfind(" ", end, at) + 1, folded.rfind("\n", end, at) + 1, end)
        end = _end_of_run(folded, at)
        found.extend(match.span() for match in _ADDRESS.finditer(folded, start, end))
    return tuple(found)


def _end_of_run(folded: str, at: int) -> int:
    """Where the blank or the line ends what stands at a position."""
    blank = folded.find(" ", at)
    end = len(folded) if blank < 0 else blank
    line = folded.find("\n", at, end)
    return end if line < 0 else line


def is_like_an_address(written: str) -> bool:
    """Whether what somebody looks for may be (or hold) an address: a name with a dot in it."""
    return _LIKE_ONE.search(written) is not None
