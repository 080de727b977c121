"""Conditional GET as RFC 9110, section 13, has it. Pure."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import parsedate_to_datetime


def etag(body: bytes) -> str:
    """A weak tag, as the same body may be sent compressed or not."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'


def unchanged(
    tag: str, modified: datetime, if_none_match: str | None, if_modified_since: str | None
) -> bool:
    """Whether a client that sent these headers has the current version already.

    `modified` is aware. If-None-Match alone decides where it is present; a date that cannot be
    read counts as absent.
    """
    if if_none_match is not None:
        known = {_opaque(one) for one in if_none_match.split(",")}
        return "*" in known or _opaque(tag) in known
    if if_modified_since is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    except ValueError:
        return False
    return since.tzinfo is not None and modified.replace(microsecond=0) <= since


def _opaque(tag: str) -> str:
    return tag.strip().removeprefix("W/")
