"""A watch on its way through Slack: from the form to the window in which it is kept.

A modal that lies upon another is told nothing of what stands in that one, so it carries the watch
in its private metadata, of which Slack takes 3,000 characters.
"""

from __future__ import annotations

import base64
import zlib

import msgspec

from bot.config.file import WatchConfig

MOST = 3000


class Carried(msgspec.Struct, frozen=True, array_like=True):
    """The watch as it is to be, and what whoever wrote it had seen."""

    watch: WatchConfig
    version: int
    is_new: bool


_decoder = msgspec.json.Decoder(Carried)


def packed(carried: Carried) -> str | None:
    """As text for the metadata, or None where it would be too long."""
    text = base64.b64encode(zlib.compress(msgspec.json.encode(carried), 9)).decode("ascii")
    return text if len(text) <= MOST else None


def unpacked(text: str) -> Carried:
    """What was packed. Raises ValueError for anything else."""
    try:
        return _decoder.decode(zlib.decompress(base64.b64decode(text, validate=True)))
    except (ValueError, zlib.error, msgspec.MsgspecError) as error:
        raise ValueError("this is no watch that was packed") from error
