"""A picture for Slack, as it is uploaded."""

from __future__ import annotations

import msgspec


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """`content` is a PNG, called `filename`; `title` stands above it, and `alt` tells it to who
    does not see it."""

    filename: str
    content: bytes
    title: str
    alt: str
