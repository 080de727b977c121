"""Switches that make the workspace fail as Slack fails."""

from __future__ import annotations

from typing import Literal

import msgspec

Trouble = Literal[
    "error",  # {"ok": false, "error": code}
    "status",  # an HTTP status with a JSON-less body
    "html",  # 200 with a page of HTML in the place of JSON
    "ratelimited",  # 429 with Retry-After
    "slow",  # answers after some seconds
    "hang",  # never answers
    "drop",  # cuts the connection, nothing done
    "lost",  # does what was asked, then cuts the connection
]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A trouble of one method ("*": of every one), for `times` calls (None: until cleared).

    `code` goes with error, `status` with status, `seconds` with slow and ratelimited.
    `channel`, an id, restricts the fault to calls about it.
    """

    kind: Trouble
    method: str = "*"
    code: str = "internal_error"
    status: int = 500
    seconds: float = 1.0
    channel: str = ""
    times: int | None = 1

    def concerns(self, method: str, channel: str) -> bool:
        """Whether a call of `method` about `channel` meets this fault."""
        return self.method in {"*", method} and self.channel in {"", channel}


class Faults:
    """The faults that are switched on; the one switched on first is met first."""

    def __init__(self) -> None:
        self._on: list[Fault] = []
        self._duplicates: list[int] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self._on.append(fault)

    def error(self, method: str, code: str, *, channel: str = "", times: int | None = 1) -> None:
        """Answer `code` (is_archived, not_in_channel, token_revoked, missing_scope, …)."""
        self.add(Fault(kind="error", method=method, code=code, channel=channel, times=times))

    def status(self, method: str, status: int = 500, *, times: int | None = 1) -> None:
        """Answer with this HTTP status and no JSON."""
        self.add(Fault(kind="status", method=method, status=status, times=times))

    def html(self, method: str, *, times: int | None = 1) -> None:
        """Answer 200 with HTML, as a proxy in between does."""
        self.add(Fault(kind="html", method=method, times=times))

    def ratelimited(
        self, method: str, retry_after: float = 1, *, channel: str = "", times: int | None = 1
    ) -> None:
        """Answer 429 with this Retry-After, in seconds."""
        self.add(
            Fault(
                kind="ratelimited",
                method=method,
                seconds=retry_after,
                channel=channel,
                times=times,
            )
        )

    def slow(self, method: str, seconds: float, *, times: int | None = 1) -> None:
        """Do what is asked after `seconds` of the clock."""
        self.add(Fault(kind="slow", method=method, seconds=seconds, times=times))

    def hang(self, method: str, *, times: int | None = 1) -> None:
        """Never answer."""
        self.add(Fault(kind="hang", method=method, times=times))

    def drop(self, method: str, *, times: int | None = 1) -> None:
        """Cut the connection; nothing is done."""
        self.add(Fault(kind="drop", method=method, times=times))

    def lost(self, method: str, *, times: int | None = 1) -> None:
        """Do what is asked, then cut the connection before the answer."""
        self.add(Fault(kind="lost", method=method, times=times))

    def duplicate_events(self, times: int = 1, copies: int = 1) -> None:
        """Deliver each of the next `times` events, and `copies` more of each."""
        self._duplicates += [copies] * times

    def clear(self) -> None:
        """Switch everything off."""
        self._on.clear()
        self._duplicates.clear()

    @property
    def any(self) -> bool:
        """Whether a fault waits for its calls."""
        return bool(self._on)

    def take(self, method: str, channel: str = "") -> Fault | None:
        """The fault that this call meets; its count goes down."""
        for place, fault in enumerate(self._on):
            if fault.concerns(method, channel):
                self._count_down(place, fault)
                return fault
        return None

    def take_duplicate(self) -> int:
        """How many times too often the next event goes out."""
        return self._duplicates.pop(0) if self._duplicates else 0

    def _count_down(self, place: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times <= 1:
            del self._on[place]
        else:
            self._on[place] = msgspec.structs.replace(fault, times=fault.times - 1)
