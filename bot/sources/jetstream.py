"""Jetstream's lines (github.com/bluesky-social/jetstream, README: "Consuming Jetstream"). Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from bot.sources.items import UNREADABLE
from bot.sources.skyposts import POSTS, uri_of

What = Literal["posted", "removed", "left"]

_GONE = frozenset({"deleted", "takendown", "suspended", "deactivated"})
"""Accounts whose posts must not be shown; others that are inactive are being moved."""

_LATEST = 2**53
"""A time beyond which nothing is counted in microseconds."""


class Event(NamedTuple):
    """What a line says: that somebody (`did`) posted something or changed it (`posted`), removed
    it (`removed`), or is gone with all posts (`left`); None for anything else. `at` is when
    Jetstream said so, in microseconds since 1970, which is where it can be asked to go on from."""

    at: int
    what: What | None = None
    did: str = ""
    uri: str = ""
    record: msgspec.Raw = msgspec.Raw()


class _Commit(msgspec.Struct, frozen=True, gc=False):
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: msgspec.Raw = msgspec.Raw()


class _Account(msgspec.Struct, frozen=True, gc=False):
    active: bool = True
    status: str = ""


class _Line(msgspec.Struct, frozen=True, gc=False):
    at: int = msgspec.field(name="time_us")
    did: str = ""
    kind: str = ""
    commit: _Commit | None = None
    account: _Account | None = None


_decoder = msgspec.json.Decoder(_Line)


def read_event(line: bytes) -> Event | None:
    """What a line says, in some 2 µs; None where it cannot be read: one bad line of a stream hurts
    itself alone."""
    try:
        said = _decoder.decode(line)
    except UNREADABLE:
        return None
    if not 0 < said.at < _LATEST:
        return None
    if said.commit and said.commit.collection == POSTS:
        uri = uri_of(said.did, said.commit.rkey)
        if uri and said.commit.operation in ("create", "update"):
            return Event(said.at, "posted", said.did, uri, said.commit.record)
        if uri and said.commit.operation == "delete":
            return Event(said.at, "removed", said.did, uri)
    if said.account and not said.account.active and said.account.status in _GONE:
        return Event(said.at, "left", said.did)
    return Event(said.at)
