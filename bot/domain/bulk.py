"""Many conversations at once, chosen in words: "all negative of today", "tout Lumo d’hier"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

import msgspec
from msgspec.structs import replace

from bot.domain.conversation import Conversation
from bot.domain.folding import words_of
from bot.domain.severity import Severity, at_least

Since = Literal["", "today", "yesterday", "week"]

ALL = frozenset({"all", "every", "everything", "tout", "toute", "toutes", "tous"})
"""The words with which such a line begins."""

_SINCE: dict[str, Since] = {
    "today": "today", "aujourd": "today", "jour": "today",
    "yesterday": "yesterday", "hier": "yesterday",
    "week": "week", "semaine": "week",
}  # fmt: skip
_SEVERITIES: dict[str, Severity] = {
    "low": "low", "faible": "low", "faibles": "low",
    "medium": "medium", "moyen": "medium", "moyens": "medium", "moyenne": "medium",
    "moyennes": "medium",
    "high": "high", "eleve": "high", "eleves": "high", "elevee": "high", "elevees": "high",
    "haute": "high", "hautes": "high",
    "critical": "critical", "critique": "critical", "critiques": "critical",
}  # fmt: skip
_NEGATIVE = frozenset({"negative", "negatives", "negatif", "negatifs"})
_MINE = frozenset({"mine", "my", "mes", "miens", "miennes"})
_SMALL = frozenset(
    words_of(
        "a an about au aux ce cette ces conversations conversation d de des du est et en for from "
        "free hui in l la le les libre libres mentions messages nobody of on open ouvert ouverts "
        "ouverte ouvertes ones please posts pour prises non severity since sans severite sur that "
        "the their this to unclaimed with has have avec and depuis gravite personne"
    )
)


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which open conversations are meant; what is left out fits all.

    Those that nobody has, or (`mine`) those of who asks: what others have is not taken from them
    by the dozen. `severity` is the mildest that fits. `negative` leaves spikes out. `unknown` are
    words that were not understood.
    """

    watch: str = ""
    severity: Severity = "low"
    since: Since = ""
    negative: bool = False
    mine: bool = False
    unknown: tuple[str, ...] = ()


def selection(line: str, watches: Iterable[str]) -> Selection:
    """What a line of words means, in any order; `watches` are the names that it may hold."""
    words = list(words_of(line))
    watch = _watch_in(words, watches)
    found = Selection(watch=watch)
    unknown: list[str] = []
    for word in words:
        if word in _SINCE:
            found = replace(found, since=_SINCE[word])
        elif word in _SEVERITIES:
            found = replace(found, severity=_SEVERITIES[word])
        elif word in _NEGATIVE:
            found = replace(found, negative=True)
        elif word in _MINE:
            found = replace(found, mine=True)
        elif word not in _SMALL and word not in ALL:
            unknown.append(word)
    return replace(found, unknown=tuple(unknown))


def chosen(
    wanted: Selection, conversations: Iterable[Conversation], by: str, now: datetime, zone: tzinfo
) -> list[Conversation]:
    """Those of the conversations that `by` means, in their order; a day is one of the zone."""
    begins, ends = _days(wanted.since, now, zone)
    return [
        one
        for one in conversations
        if one.is_open
        and one.assignee == (by if wanted.mine else "")
        and wanted.watch in ("", one.watch)
        and at_least(one.severity, wanted.severity)
        and (not wanted.negative or not is_spike(one))
        and (begins is None or begins <= one.opened < ends)
    ]


def is_spike(conversation: Conversation) -> bool:
    """Whether it is a spike's own: it has the id of its alert."""
    return conversation.id == conversation.alert


def _watch_in(words: list[str], watches: Iterable[str]) -> str:
    """The watch with the longest name that the words hold; its words are taken out of them."""
    for name in sorted(watches, key=len, reverse=True):
        named = list(words_of(name))
        for place in range(len(words) - len(named) + 1):
            if named and words[place : place + len(named)] == named:
                del words[place : place + len(named)]
                return name
    return ""


def _days(since: Since, now: datetime, zone: tzinfo) -> tuple[datetime | None, datetime]:
    """From when to when a conversation was opened; None: whenever."""
    end = now + timedelta(days=1)
    if not since:
        return None, end
    today = now.astimezone(zone).date()
    back = {"today": 0, "yesterday": 1, "week": today.weekday()}[since]
    begins = datetime.combine(today - timedelta(days=back), time(0), zone).astimezone(UTC)
    if since == "yesterday":
        end = datetime.combine(today, time(0), zone).astimezone(UTC)
    return begins, end
