"""The language model that may word summaries, off where its table is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from bot.config.checks import address_fault
from bot.config_reader import Faults

MOST_CALLS = 10_000


class SummariesConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A language model that words what summaries found: the address under which its server has
    `/chat/completions` (`openai`, and whatever speaks like it) or `/messages` (`anthropic`), its
    name there, and how often it is asked a day at most. Its key, where it needs one, is
    VIGIE_SUMMARIES_KEY in the environment."""

    url: str
    model: str
    kind: Literal["openai", "anthropic"] = "openai"
    calls: int = 200


KEY = "VIGIE_SUMMARIES_KEY"
"""Names the key of that model's server."""

_PLAIN = re.compile(r"[!-~]*")
"""What can stand in an HTTP header as it is."""


class SummariesKey:
    """The key of the model's server, `""` where it needs none; it shows in no log and no `repr`."""

    def __init__(self, value: str = "") -> None:
        self.value = value

    def __repr__(self) -> str:
        return "SummariesKey(…)"


def check_summaries(
    written: SummariesConfig | None, environment: Mapping[str, str], faults: Faults
) -> SummariesKey:
    """The key in the environment; what could not work is told, and never shows it."""
    if written is None:
        return SummariesKey()
    key = environment.get(KEY, "").strip()
    if not _PLAIN.fullmatch(key):
        faults.add(KEY, "has a space, a line's end or a letter that no key has; copy it again")
    faults.add("summaries.url", address_fault(written.url) or _odd(written.url))
    if not written.model.strip():
        faults.add("summaries.model", "is empty; name it as its server does")
    if not 1 <= written.calls <= MOST_CALLS:
        faults.add("summaries.calls", f"is between 1 and {MOST_CALLS} a day; 200 is usual")
    return SummariesKey(key)


def _odd(url: str) -> str:
    """What is wrong with an address that could be asked."""
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        return "is an address alone; a key is VIGIE_SUMMARIES_KEY in the environment"
    for end in ("/chat/completions", "/messages"):
        if url.rstrip("/").endswith(end):
            return f"ends before “{end}”, which Vigie adds itself"
    return ""
