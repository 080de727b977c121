"""How much a watch is to flag, as the team writes it: so many posts a day, or a share of them."""

from __future__ import annotations

import re

import msgspec

MOST_A_DAY = 1_000.0

MOST_OF_IT = 0.5
"""More than half of a stream is no choice of the worst."""

_WRITTEN = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?) ?(%|(?:a|per) day|/ ?day|par jour)", re.ASCII)


class Budget(msgspec.Struct, frozen=True, tag="budget"):
    """About so many posts a day (more than 0, at most `MOST_A_DAY`)."""

    a_day: float


class Share(msgspec.Struct, frozen=True, tag="share"):
    """This part of the stream (more than 0, at most `MOST_OF_IT`)."""

    part: float


Flagging = Budget | Share


def flagging(written: str) -> Flagging | None:
    """What "5 a day" or "3%" asks for; None where it is neither, or out of range."""
    found = _WRITTEN.fullmatch(" ".join(written.lower().split()))
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    if found[2] == "%":
        return Share(number / 100) if 0 < number <= MOST_OF_IT * 100 else None
    return Budget(number) if 0 < number <= MOST_A_DAY else None


def part_of(wanted: Flagging, posts: int, days: float) -> float:
    """The share (0 to 1) of a stream that is to be flagged which brought `posts` in `days`."""
    match wanted:
        case Share(part=part):
            return part
        case Budget(a_day=a_day):
            return min(1.0, a_day * days / posts) if posts else 1.0
